"""The timetable of self-inspection (自查计划): occurrences are made ahead; a row per enterprise says when to look next.

No look at all enterprises ever happens: whoever is registered, graded or changed is looked at once, and then when his own
row says so. Made again, nothing is made twice: one occurrence per enterprise, checklist and period.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.kernel import calendar, ids, ledger
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.policy.consequences import Consequences, Interval
from enterprises.policy.words import Status as FirmStatus
from inspections.models import ChecklistVersion, Schedule, SelfInspection
from inspections.policy import occurrences, templates
from inspections.policy.occurrences import Firm, Period, SelfInspections
from inspections.policy.templates import ChecklistStatus, Frequency
from inspections.policy.words import SelfInspectionKind, SelfInspectionStatus
from inspections.queries import self_inspections as queries

MOST, BATCH, MOST_AT_ONCE = 2_000, 50, 500
# followers write two rows for each, in passes of so many entries
TOLD_AT_ONCE = 25
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


@transaction.atomic
def follow_move(enterprise_id: UUID, *, at: datetime) -> None:
    """Let what an enterprise has not handed in move with it; what is over stays where it was."""
    place = enterprises.get_plain(enterprise_id).place
    open_ = SelfInspection.objects.filter(enterprise_id=enterprise_id).exclude(status=SelfInspectionStatus.SUBMITTED)
    waiting = open_.exclude(**place.columns()).order_by("id")
    while moving := list(waiting.select_for_update(of=("self",)).values_list("id", flat=True)[:MOST_AT_ONCE]):
        SelfInspection.objects.filter(id__in=moving).update(**place.columns())
        _tell("moved", moving, at=at, enterprise_id=enterprise_id, place=place.code)


def open_many(rows: Sequence[SelfInspection], *, at: datetime) -> None:
    """Create occurrences inside the caller's transaction; those who follow what changes hear of them by one entry."""
    if rows:
        SelfInspection.objects.bulk_create(rows)
        _tell("planned", [row.id for row in rows], at=at)


def _tell(what: str, named: Sequence[UUID], *, at: datetime, **where: Any) -> None:
    """Append an entry for every few occurrences, a chain of its own each: one for each would say nothing more (docs/adr/0030)."""
    ledger.append_many(
        (
            ledger.Step(
                kind=f"self_inspection_plan.{what}", subject_kind="self_inspection_plan", subject_id=ids.new(),
                signer=ledger.SYSTEM, at=at, facts={"self_inspections": some}, **where,
            ),
            ledger.Head(),
        )
        for some in (named[n : n + TOLD_AT_ONCE] for n in range(0, len(named), TOLD_AT_ONCE))
    )  # fmt: skip


def sweep(*, at: datetime) -> int:
    """Plan for the enterprises whose next look has come, some at a time in short transactions; return how many."""
    versions: list[ChecklistVersion] = []
    planned = 0
    while planned < MOST and Schedule.objects.filter(next_at__lte=at).exists():
        versions = versions or list(ChecklistVersion.objects.filter(status=ChecklistStatus.PUBLISHED).order_by("code"))
        table = enterprises.consequences(at).document
        done = _plan(versions, queries.numbers(at).document, table, at=at)
        planned += done
        if not done:
            break  # somebody else has them in hand
    return planned


@transaction.atomic
def _plan(versions: Sequence[ChecklistVersion], numbers: SelfInspections, table: Consequences, *, at: datetime) -> int:
    due = Schedule.objects.select_for_update(skip_locked=True).filter(next_at__lte=at).order_by("next_at")
    rows = list(due[:BATCH])
    firms = Enterprise.objects.in_bulk([row.enterprise_id for row in rows])
    ends = _running(firms, at=at)
    made: list[SelfInspection] = []
    for row in rows:
        enterprise = firms[row.enterprise_id]
        row.next_at = None
        if enterprise.status == FirmStatus.ACTIVE:
            rounds = _rounds(enterprise, versions, numbers, table)
            made += _coming(enterprise, rounds, ends, numbers, at=at)
            again = [occurrences.look_again(interval, at, numbers) for _, interval in rounds]
            if key := _key_items(enterprise, rounds, numbers, table, at=at):
                made += key
                again.append(occurrences.look_tomorrow(at))
            row.next_at = min(again, default=at + IDLE)
    open_many(_new(made), at=at)
    Schedule.objects.bulk_update(rows, ["next_at"])
    return len(rows)


def _new(made: Sequence[SelfInspection]) -> list[SelfInspection]:
    """Return those of these that are not there yet; nobody else plans for the enterprises whose rows are locked (one query)."""
    firms, codes, periods = ({getattr(row, name) for row in made} for name in ("enterprise_id", "code", "period"))
    rows = SelfInspection.objects.filter(enterprise_id__in=firms, code__in=codes, period__in=periods)
    rows = rows.exclude(kind=SelfInspectionKind.OCCASION)
    known = set(rows.values_list("enterprise_id", "code", "period")) if made else set()
    return [row for row in made if (row.enterprise_id, row.code, row.period) not in known]


def _running(firms: Iterable[UUID], *, at: datetime) -> dict[tuple[UUID, str], datetime]:
    """Return when the first of those that are under way ends, by enterprise and checklist."""
    rows = SelfInspection.objects.filter(
        enterprise_id__in=list(firms), due_at__gt=at, status__in=WAITING, kind=SelfInspectionKind.FULL
    )
    ends: dict[tuple[UUID, str], datetime] = {}
    for firm, code, due_at in rows.values_list("enterprise_id", "code", "due_at"):
        ends[firm, code] = min(due_at, ends.get((firm, code), due_at))
    return ends


def _rounds(
    enterprise: Enterprise, versions: Iterable[ChecklistVersion], numbers: SelfInspections, table: Consequences
) -> list[tuple[ChecklistVersion, Interval]]:
    """Return the checklists that are meant for an enterprise, each with how often it comes round."""
    firm = Firm(enterprise.industry, enterprise.grade, enterprise.size_class, enterprise.risk, tuple(enterprise.risk_features))
    wanted = occurrences.industry_set(firm.industry, numbers)
    fitting = [v for v in versions if wanted in v.industries or set(firm.features) & set(v.features)]
    found = [(v, occurrences.interval(firm, Frequency(v.frequency), numbers, table)) for v in fitting]
    return [(v, interval) for v, interval in found if interval is not None]


def _coming(
    enterprise: Enterprise,
    rounds: Iterable[tuple[ChecklistVersion, Interval]],
    ends: Mapping[tuple[UUID, str], datetime],
    numbers: SelfInspections,
    *,
    at: datetime,
) -> list[SelfInspection]:
    return [
        occurrence(enterprise, version, period, numbers, at=at)
        for version, interval in rounds
        for period in occurrences.periods(interval, at, numbers)
        # another that ends earlier does for this one: who gets better is not asked twice
        if period.starts_at > at or ends.get((enterprise.id, version.code), period.ends_at) >= period.ends_at
    ]


def _key_items(
    enterprise: Enterprise, rounds: Iterable[tuple[ChecklistVersion, Interval]], numbers: SelfInspections, table: Consequences,
    *, at: datetime,
) -> list[SelfInspection]:  # fmt: skip
    """Return the next working day's check of daily items, by every checklist that has some; none unless the colour asks."""
    if not table.of(enterprise.grade).key_items_daily:
        return []
    day = occurrences.key_day(at, calendar.current())
    daily = [version for version, _ in rounds if templates.key_items(version.asked)]
    return [occurrence(enterprise, version, day, numbers, at=at, kind=SelfInspectionKind.KEY) for version in daily]


def occurrence(
    enterprise: Enterprise, version: ChecklistVersion, period: Period, numbers: SelfInspections, *, at: datetime,
    kind: SelfInspectionKind = SelfInspectionKind.FULL,
) -> SelfInspection:  # fmt: skip
    """Return the row of one occurrence, unsaved: the version and the risk features it is held to, and its three instants."""
    missed = occurrences.miss_at(period.ends_at, numbers)
    return SelfInspection(
        enterprise=enterprise, checklist=version, code=version.code, period=period.key, kind=kind,
        features=list(enterprise.risk_features), status=SelfInspectionStatus.DUE, starts_at=max(period.starts_at, at),
        due_at=period.ends_at, miss_at=missed, next_step_at=missed, **enterprise.place.columns(),
    )  # fmt: skip
