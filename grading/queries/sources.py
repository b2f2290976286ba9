"""What a grade is made of, read from where it comes from: hazards, self-inspections, visits, dated facts, what was decided.

Everything is read for many enterprises at once; one alone is a list of one. What is kept between two looks (Standing.facts)
has to equal this at any time: the nightly recomputation sees to it (actions/recompute.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from enterprises.models import Enterprise
from grading.models import Fact, Improvement, Override, Strike
from grading.policy import facts as rules
from grading.policy.document import Document
from grading.policy.fact_kinds import code_of
from grading.policy.facts import Dated, Decision, Facts, Verification, Weighed
from grading.queries import looks
from hazards.models import Hazard
from hazards.policy.words import Level, Source, Status

DAY = timedelta(days=1)
COLUMNS = (
    "id", "enterprise_id", "level", "source", "status", "confirmed_at", "received_at", "due_at", "submitted_at", "closed_at",
    "open_listing_id", "stop_work", "recurrence_of_id", "round",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What was read of one enterprise."""

    hazards: list[Weighed] = field(default_factory=list)
    verifications: dict[UUID, Verification] = field(default_factory=dict)


def of_enterprise(enterprise: Enterprise) -> tuple[Dated, ...]:
    """Return the dated facts that the enterprise's own file tells: its risk level, its places of special risk."""
    since = enterprise.registered_at
    told = [Dated(enterprise.id, "special_place", since, None, tag) for tag in sorted(enterprise.risk_features)]
    return (*told, Dated(enterprise.id, "risk_level", since, None, enterprise.risk)) if enterprise.risk else tuple(told)


def facts_of(
    enterprises: Collection[Enterprise], rated: Mapping[UUID, bool], policy: Document, at: datetime
) -> dict[UUID, Facts]:
    """Return the facts of these enterprises at `at`, whole; `rated` says which of them had a grade before."""
    ids = [enterprise.id for enterprise in enterprises]
    found = _hazards(ids, policy, at)
    periods = looks.periods_of(ids, policy)
    looked = looks.visits_of(ids, policy, at)
    dated, overrides, decisions, strikes = dated_of(ids, policy, at), overrides_of(ids, at), decisions_of(ids), strikes_of(ids)
    return {
        enterprise.id: Facts(
            registered_at=enterprise.registered_at, rated=rated.get(enterprise.id, False),
            hazards=tuple(found[enterprise.id].hazards), periods=tuple(periods.get(enterprise.id, ())),
            dated=(*dated.get(enterprise.id, ()), *of_enterprise(enterprise)),
            verifications=(*found[enterprise.id].verifications.values(), *looked.get(enterprise.id, ())),
            overrides=tuple(overrides.get(enterprise.id, ())), decisions=tuple(decisions.get(enterprise.id, ())),
            strikes=tuple(strikes.get(enterprise.id, ())),
        )
        for enterprise in enterprises
    }  # fmt: skip


def hazard(hazard_id: UUID) -> tuple[Weighed, list[Verification]]:
    """Return one hazard as the rules see it, and the looks at it that support an improvement."""
    row = Hazard.objects.filter(id=hazard_id).values_list(*COLUMNS).get()
    told = looks.events_of([hazard_id] if _has_events(row) else [])
    return weighed(row, told.lapses.get(hazard_id, ())), told.verifications.get(hazard_id, [])


def _hazards(ids: Collection[UUID], policy: Document, at: datetime) -> defaultdict[UUID, Found]:
    since = at - longest_window(policy)
    weigh = Q(status__in=sorted(rules.OPEN)) | Q(changed_at__gt=since)
    rows = list(Hazard.objects.filter(weigh, enterprise_id__in=ids).values_list(*COLUMNS))
    told = looks.events_of([row[0] for row in rows if _has_events(row)])
    found: defaultdict[UUID, Found] = defaultdict(Found)
    for row in rows:
        mine = found[row[1]]
        mine.hazards.append(weighed(row, told.lapses.get(row[0], ())))
        mine.verifications |= {visit.id: visit for visit in told.verifications.get(row[0], ())}
    return found


def longest_window(policy: Document) -> timedelta:
    """Return how far back anything on a hazard may count."""
    factors = policy.factors
    windows = (factors.recurrence.window_days, factors.reinspection_failed.window_days, factors.look_back_failed.window_days)
    return max(policy.window_days, policy.improving.verified_within_days, *(days or 0 for days in windows)) * DAY


def weighed(row: tuple[Any, ...], lapses: Iterable[rules.Lapse]) -> Weighed:
    """Return one hazard, read by COLUMNS, as the rules see it."""
    (id, _, level, source, status, confirmed_at, received_at, due_at, submitted_at, closed_at, listing, stop_work, again, _) = row
    return Weighed(
        id=id, level=Level(level), source=Source(source), status=Status(status), since=confirmed_at or received_at,
        due_at=due_at, submitted_at=submitted_at, closed_at=closed_at, listed=listing is not None, stop_work=stop_work,
        recurrence=again is not None, lapses=tuple(lapses),
    )  # fmt: skip


def _has_events(row: tuple[Any, ...]) -> bool:
    """Return whether a visit to it may have failed, passed or held: a new round, or an end."""
    return bool(row[13] > 1 or row[9])


def dated_of(ids: Collection[UUID], policy: Document, at: datetime) -> dict[UUID, list[Dated]]:
    """Return the stored facts that may count now or later."""
    long_ago = at - policy.vetoes.obstruction.days * DAY
    rows = Fact.objects.filter(enterprise_id__in=ids, voided_at=None).filter(Q(valid_to=None) | Q(valid_to__gt=long_ago))
    found = defaultdict(list)
    for row in rows:
        found[row.enterprise_id].append(dated(row))
    return found


def dated(row: Fact) -> Dated:
    """Return a stored fact as the rules see it."""
    return Dated(row.id, row.kind, row.valid_from, row.valid_to, code_of(row.kind, row.value))


def overrides_of(ids: Collection[UUID], at: datetime) -> dict[UUID, list[rules.Override]]:
    """Return the overrides that are not over; one that was ended holds until then."""
    found = defaultdict(list)
    for row in Override.objects.filter(enterprise_id__in=ids, until__gt=at):
        if row.ended_at is None or row.ended_at > row.at:
            until = min(row.until, row.ended_at or row.until)
            found[row.enterprise_id].append(rules.Override(row.id, row.grade, row.at, until))
    return found


def decisions_of(ids: Collection[UUID]) -> dict[UUID, list[Decision]]:
    """Return the county's decisions; which of them are used up, the rule knows."""
    found = defaultdict(list)
    for id, enterprise_id, at in Improvement.objects.filter(enterprise_id__in=ids).values_list("id", "enterprise_id", "at"):
        found[enterprise_id].append(Decision(id, at))
    return found


def strikes_of(ids: Collection[UUID]) -> dict[UUID, list[rules.Strike]]:
    """Return what appeals have struck."""
    found = defaultdict(list)
    for enterprise_id, factor, evidence in Strike.objects.filter(enterprise_id__in=ids).values_list(
        "enterprise_id", "factor", "evidence"
    ):
        found[enterprise_id].append(rules.Strike(factor, evidence))
    return found
