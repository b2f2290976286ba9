"""Who has looked, and when: failed and passed visits to hazards, periods of self-inspection, visits and remote checks."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, Window
from django.db.models.functions import DenseRank

from accounts.policy.roles import Role
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from grading.policy.document import Document
from grading.policy.facts import ON_SITE, REMOTE, Lapse, Period, Verification
from inspections.models import Inspection, RemoteCheck, SelfInspection
from inspections.policy.visits import Type, VisitStatus
from inspections.policy.words import SelfInspectionKind, SelfInspectionStatus

DAY = timedelta(days=1)
LAPSES = {"hazard.failed": "reinspection_failed", "hazard.recurred": "look_back_failed"}
LOOKS = ("hazard.passed", "hazard.countersigned", "hazard.held")
# what counts is the full round of the timetable: who begins one himself, or has to look every day, makes no periods of it
SETTLED = Q(status__in=(SelfInspectionStatus.SUBMITTED, SelfInspectionStatus.MISSED), kind=SelfInspectionKind.FULL)
# the phone was elsewhere, or made its place up: such a visit is a record, and proves nothing
NOT_THERE = frozenset({"far", "mock_location"})
ROLES = frozenset({Role.GRID_WORKER.value, Role.INSPECTOR.value})


@dataclass(slots=True)
class Events:
    """What the ledger tells of hazards: visits that failed, and looks after which nothing new was wrong."""

    lapses: defaultdict[UUID, list[Lapse]] = field(default_factory=lambda: defaultdict(list))
    verifications: defaultdict[UUID, list[Verification]] = field(default_factory=lambda: defaultdict(list))


def events_of(hazard_ids: Collection[UUID]) -> Events:
    """Return the visits to these hazards, by their ledger, oldest first. A pass that was not on site is remote proof."""
    told = Events()
    if not hazard_ids:
        return told
    rows = LedgerEntry.objects.filter(subject_id__in=hazard_ids, kind__in=[*LAPSES, *LOOKS]).order_by("subject_id", "seq")
    for row in rows.only("id", "subject_id", "kind", "at", "body"):
        if row.kind in LAPSES:
            told.lapses[row.subject_id].append(Lapse(LAPSES[row.kind], row.at))
        else:
            remote = row.kind == "hazard.passed" and not ledger.read(row)["facts"].get("on_site")
            told.verifications[row.subject_id].append(Verification(row.id, REMOTE if remote else ON_SITE, row.at))
    return told


def periods_of(enterprise_ids: Collection[UUID], policy: Document) -> dict[UUID, list[Period]]:
    """Return the last periods of self-inspection that are settled; what was due at one instant is one period."""
    keep = max(policy.factors.self_check_missing.periods, 3)
    rank = Window(DenseRank(), partition_by=[F("enterprise_id")], order_by=F("due_at").desc())
    rows = SelfInspection.objects.filter(SETTLED, enterprise_id__in=enterprise_ids)
    last = rows.annotate(nth=rank).filter(nth__lte=keep).order_by("enterprise_id", "due_at", "id")
    return _grouped(last.values_list("enterprise_id", "due_at", "id", "status", "submitted_at"))


def periods(enterprise_id: UUID, policy: Document) -> list[Period]:
    """Return the last periods of one enterprise, by its index from the newest on."""
    keep = max(policy.factors.self_check_missing.periods, 3)
    rows = SelfInspection.objects.filter(SETTLED, enterprise_id=enterprise_id).order_by("-due_at", "-id")
    taken, seen = [], set[datetime]()
    for row in rows.values_list("enterprise_id", "due_at", "id", "status", "submitted_at").iterator(chunk_size=50):
        seen.add(row[1])
        if len(seen) > keep:
            break
        taken.append(row)
    return _grouped(sorted(taken, key=lambda row: (row[1], row[2]))).get(enterprise_id, [])


def _grouped(rows: Iterable[tuple[UUID, datetime, UUID, str, datetime | None]]) -> dict[UUID, list[Period]]:
    groups: defaultdict[tuple[UUID, datetime], list[tuple[UUID, str, datetime | None]]] = defaultdict(list)
    for enterprise_id, due_at, id, status, submitted_at in rows:
        groups[enterprise_id, due_at].append((id, status, submitted_at))
    found = defaultdict(list)
    for (enterprise_id, due_at), members in groups.items():
        missed = tuple(id for id, status, _ in members if status == SelfInspectionStatus.MISSED)
        late = tuple(id for id, _, submitted_at in members if submitted_at is not None and submitted_at >= due_at)
        found[enterprise_id].append(Period(due_at, tuple(id for id, *_ in members), missed, late))
    return found


def visits_of(enterprise_ids: Collection[UUID], policy: Document, at: datetime) -> dict[UUID, list[Verification]]:
    """Return the visits and remote checks, not too old, after which nothing was wrong."""
    since = at - policy.improving.verified_within_days * DAY
    found = defaultdict(list)
    for enterprise_id, visit in _visits(Q(enterprise_id__in=enterprise_ids, checked_out_at__gt=since)):
        found[enterprise_id].append(visit)
    for enterprise_id, visit in _checks(Q(enterprise_id__in=enterprise_ids, judged_at__gt=since)):
        found[enterprise_id].append(visit)
    return found


def visit(inspection_id: UUID) -> list[Verification]:
    """Return a visit if it supports an improvement: finished by officials on site, and nothing was found."""
    return [found for _, found in _visits(Q(id=inspection_id))]


def remote_check(check_id: UUID) -> list[Verification]:
    """Return a remote check if it supports an improvement: an official has accepted its answer."""
    return [found for _, found in _checks(Q(id=check_id))]


def _visits(which: Q) -> list[tuple[UUID, Verification]]:
    rows = Inspection.objects.filter(which, status=VisitStatus.FINISHED, findings=None, crew__role__in=ROLES).distinct()
    told = rows.values_list("id", "enterprise_id", "type", "checked_out_at", "flags")
    return [
        (enterprise_id, Verification(id, REMOTE if type == Type.REMOTE_CHECK else ON_SITE, at))
        for id, enterprise_id, type, at, flags in told
        if at is not None and (type == Type.REMOTE_CHECK or not NOT_THERE & set(flags))
    ]


def _checks(which: Q) -> list[tuple[UUID, Verification]]:
    rows = RemoteCheck.objects.filter(which, outcome="accepted").values_list("id", "enterprise_id", "judged_at")
    return [(enterprise_id, Verification(id, REMOTE, at)) for id, enterprise_id, at in rows if at is not None]
