"""The past of enterprises as rows tell it, for many at once: the ledgers of their hazards, and all else that has its instants."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q

from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from enterprises.models import Enterprise
from grading import queries
from grading.models import Fact, GradePeriod, Override
from grading.policy import facts as rules
from grading.policy.course import Rules
from grading.policy.document import Document
from grading.policy.fact_kinds import code_of
from grading.policy.facts import OPEN, Dated
from grading.policy.past import Entry, Known, Past, Sheet, Turn, turns
from grading.policy.standing import Standing
from grading.queries import looks, sources
from hazards.models import Hazard
from inspections.models import SelfInspection


def of(enterprises: Collection[Enterprise], policies: Sequence[Document], since: datetime) -> dict[UUID, Past]:
    """Return what happened to these enterprises and may matter from `since` on under any of `policies`; ten queries in all."""
    ids = [enterprise.id for enterprise in enterprises]
    longest = max(sources.longest_window(policy) for policy in policies)
    patient = max(policies, key=lambda policy: policy.improving.verified_within_days)
    hazards, sheets, dated = _turns(ids, since - longest), _sheets(ids, since), _dated(ids)
    visits, overrides = looks.visits_of(ids, patient, since), _overrides(ids, since)
    decisions, strikes = sources.decisions_of(ids), sources.strikes_of(ids)
    return {
        enterprise.id: Past(
            registered_at=enterprise.registered_at, turns=tuple(hazards[enterprise.id]), sheets=tuple(sheets[enterprise.id]),
            dated=(*dated[enterprise.id], *_of_file(enterprise)), visits=tuple(visits.get(enterprise.id, ())),
            overrides=tuple(overrides[enterprise.id]), decisions=tuple(decisions.get(enterprise.id, ())),
            strikes=tuple(strikes.get(enterprise.id, ())),
        )
        for enterprise in enterprises
    }  # fmt: skip


def standings(ids: Collection[UUID], at: datetime) -> dict[UUID, GradePeriod]:
    """Return the period of the history, as known now, that holds at `at`, for those that have one."""
    holds = Q(valid_to=None) | Q(valid_to__gt=at)
    rows = GradePeriod.objects.filter(holds, enterprise_id__in=ids, valid_from__lte=at, superseded_at=None)
    return {row.enterprise_id: row for row in rows.defer("rows", "vetoes", "facts").order_by("valid_from", "id")}


def track(period: GradePeriod | None) -> Standing:
    """Return the stepped track that a period began with; grey without one."""
    if period is None:
        return Standing()
    kept = period.standing
    instants = [datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("improved_at", "worsened_at")]
    return Standing(kept["stepped"], *instants)


def in_force(since: datetime, until: datetime) -> tuple[tuple[datetime, ...], Rules]:
    """Return when the rule changed in a stretch of time, and the rule at every instant of it, each version read once."""
    changes: list[datetime] = []
    while (at := queries.next_policy(changes[-1] if changes else since)) is not None and at <= until:
        changes.append(at)
    versions = [queries.numbers(start) for start in (since, *changes)]
    return tuple(changes), lambda instant: versions[bisect_right(changes, instant)]


def _turns(ids: Collection[UUID], since: datetime) -> dict[UUID, list[Turn]]:
    weigh = Q(status__in=sorted(OPEN)) | Q(changed_at__gt=since)
    hazards = Hazard.objects.filter(weigh, enterprise_id__in=ids)
    firm_of = {id: (firm, stop_work) for id, firm, stop_work in hazards.values_list("id", "enterprise_id", "stop_work")}
    rows = LedgerEntry.objects.filter(subject_id__in=hazards.values("id")).order_by("subject_id", "seq")
    found: defaultdict[UUID, list[Turn]] = defaultdict(list)
    told = rows.only("id", "subject_id", "kind", "at", "body").iterator(chunk_size=1000)
    for hazard_id, entries in groupby(told, key=lambda row: row.subject_id):
        # one that was reported between the two statements comes another time
        firm, stop_work = firm_of.get(hazard_id, (None, False))
        if firm is not None:
            found[firm] += turns(hazard_id, map(_entry, entries), stop_work=stop_work)
    for mine in found.values():
        mine.sort(key=lambda turn: turn.at)
    return found


def _entry(row: LedgerEntry) -> Entry:
    told = ledger.read(row)
    return Entry(row.id, row.kind, row.at, told["before"], told["after"], told["facts"])


def _sheets(ids: Collection[UUID], since: datetime) -> dict[UUID, list[Sheet]]:
    """Return the self-inspections that were settled, from a year before `since` on: nobody's last twelve are older."""
    rows = SelfInspection.objects.filter(looks.SETTLED, enterprise_id__in=ids, due_at__gt=since - 366 * looks.DAY)
    found: defaultdict[UUID, list[Sheet]] = defaultdict(list)
    for firm, id, due_at, missed_at, submitted_at in rows.values_list(
        "enterprise_id", "id", "due_at", "missed_at", "submitted_at"
    ):
        found[firm].append(Sheet(id, due_at, missed_at, submitted_at))
    return found


def _dated(ids: Collection[UUID]) -> dict[UUID, list[Known]]:
    found: defaultdict[UUID, list[Known]] = defaultdict(list)
    for row in Fact.objects.filter(enterprise_id__in=ids, voided_at=None).order_by("id"):
        fact = Dated(row.id, row.kind, row.valid_from, row.valid_to, code_of(row.kind, row.value))
        found[row.enterprise_id].append(Known(row.recorded_at, fact, row.ended_at))
    return found


def _of_file(enterprise: Enterprise) -> Iterator[Known]:
    """Yield what the enterprise's file says: as it says now, for nothing tells what it said then."""
    for fact in sources.of_enterprise(enterprise):
        yield Known(enterprise.registered_at, fact)


def _overrides(ids: Collection[UUID], since: datetime) -> dict[UUID, list[rules.Override]]:
    found: defaultdict[UUID, list[rules.Override]] = defaultdict(list)
    for row in Override.objects.filter(enterprise_id__in=ids, until__gt=since):
        until = min(row.until, row.ended_at or row.until)
        if until > row.at:
            found[row.enterprise_id].append(rules.Override(row.id, row.grade, row.at, until))
    return found
