"""The timetable of self-inspection (自查计划): occurrences are made ahead; a row per enterprise says when to look next.

No look at all enterprises ever happens: whoever is registered, graded or changed is looked at once, and then when his own
row says so. Made again, nothing is made twice: one occurrence per enterprise, checklist and period.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.policy.words import Status as FirmStatus
from inspections.models import ChecklistVersion, Schedule, SelfInspection
from inspections.policy import occurrences
from inspections.policy.occurrences import Firm, Interval, Period, SelfInspections
from inspections.policy.templates import ChecklistStatus, Frequency
from inspections.policy.words import SelfInspectionStatus
from inspections.queries import self_inspections as queries

MOST = 200
IDLE = timedelta(days=7)
WAITING = (SelfInspectionStatus.DUE, SelfInspectionStatus.OPEN)


def look(enterprise_id: UUID, *, at: datetime) -> None:
    """Have the sweep look at an enterprise next, because it is new or something about it has changed."""
    row = Schedule(enterprise_id=enterprise_id, next_at=at)
    Schedule.objects.bulk_create([row], update_conflicts=True, unique_fields=["enterprise"], update_fields=["next_at"])


def look_at_all(*, at: datetime) -> int:
    """Give every enterprise that has no plan row one, after an upgrade; return how many. Run again it changes nothing."""
    lacking = Enterprise.objects.exclude(id__in=Schedule.objects.values("enterprise_id")).values_list("id", flat=True)
    rows = [Schedule(enterprise_id=id, next_at=at) for id in lacking.iterator()]
    Schedule.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def follow_move(enterprise_id: UUID) -> None:
    """Let what an enterprise has not handed in move with it; what is over stays where it was."""
    firm = enterprises.get_plain(enterprise_id)
    rows = SelfInspection.objects.filter(enterprise_id=enterprise_id).exclude(status=SelfInspectionStatus.SUBMITTED)
    rows.update(**firm.place.columns())


def sweep(*, at: datetime) -> int:
    """Plan for the enterprises whose next look has come, each in a transaction of its own; return how many."""
    due = list(Schedule.objects.filter(next_at__lte=at).order_by("next_at").values_list("enterprise_id", flat=True)[:MOST])
    versions = list(ChecklistVersion.objects.filter(status=ChecklistStatus.PUBLISHED).order_by("code")) if due else []
    numbers = queries.numbers(at).document
    for enterprise_id in due:
        _plan(enterprise_id, versions, numbers, at=at)
    return len(due)


@transaction.atomic
def _plan(enterprise_id: UUID, versions: Sequence[ChecklistVersion], numbers: SelfInspections, *, at: datetime) -> None:
    row = Schedule.objects.select_for_update().filter(enterprise_id=enterprise_id, next_at__lte=at).first()
    if row is None:
        return  # somebody was faster
    enterprise = enterprises.get_plain(enterprise_id)
    row.next_at = None
    if enterprise.status == FirmStatus.ACTIVE:
        rounds = _rounds(enterprise, versions, numbers)
        _make(enterprise, rounds, numbers, at=at)
        again = [occurrences.look_again(interval, at, numbers) for _, interval in rounds]
        row.next_at = min(again, default=at + IDLE)
    row.save(update_fields=["next_at"])


def _rounds(
    enterprise: Enterprise, versions: Iterable[ChecklistVersion], numbers: SelfInspections
) -> list[tuple[ChecklistVersion, Interval]]:
    """Return the checklists that are meant for an enterprise, each with how often it comes round."""
    firm = Firm(enterprise.industry, enterprise.grade, enterprise.size_class, enterprise.risk, tuple(enterprise.risk_features))
    wanted = occurrences.industry_set(firm.industry, numbers)
    fitting = [v for v in versions if wanted in v.industries or set(firm.features) & set(v.features)]
    found = [(v, occurrences.interval(firm, Frequency(v.frequency), numbers)) for v in fitting]
    return [(v, interval) for v, interval in found if interval is not None]


def _make(
    enterprise: Enterprise, rounds: Iterable[tuple[ChecklistVersion, Interval]], numbers: SelfInspections, *, at: datetime
) -> None:
    running = SelfInspection.objects.filter(enterprise=enterprise, due_at__gt=at, status__in=WAITING)
    ends: dict[str, datetime] = {}
    for code, due_at in running.values_list("code", "due_at"):
        ends[code] = min(due_at, ends.get(code, due_at))
    rows = [
        occurrence(enterprise, version, period, numbers, at=at)
        for version, interval in rounds
        for period in occurrences.periods(interval, at, numbers)
        # another that ends no later does for this one: who gets better is not asked twice
        if not (period.starts_at <= at and ends.get(version.code, period.ends_at) < period.ends_at)
    ]
    SelfInspection.objects.bulk_create(rows, ignore_conflicts=True)


def occurrence(
    enterprise: Enterprise, version: ChecklistVersion, period: Period, numbers: SelfInspections, *, at: datetime
) -> SelfInspection:
    """Return the row of one occurrence, unsaved: the version and the risk features it is held to, and its three instants."""
    missed = occurrences.miss_at(period.ends_at, numbers)
    return SelfInspection(
        enterprise=enterprise, checklist=version, code=version.code, period=period.key, features=list(enterprise.risk_features),
        status=SelfInspectionStatus.DUE, starts_at=max(period.starts_at, at), due_at=period.ends_at, miss_at=missed,
        next_step_at=missed, **enterprise.place.columns(),
    )  # fmt: skip
