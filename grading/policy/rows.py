"""What counts for the score, factor by factor: pure. Source: domain.md 6.2; what is spared: lifecycle.md §3.

Nobody is punished for looking: a hazard the enterprise found itself costs nothing while it is within its deadline and
after it was closed in time. Only what counts makes a row.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from grading.policy import words
from grading.policy.document import Document
from grading.policy.factors import Bonus, Deduction, Factors, Happened, Overdue
from grading.policy.facts import Dated, Facts, Weighed
from hazards.policy.words import Level, Status

WEEK, DAY = timedelta(days=7), timedelta(days=1)
# facts that count for as long as they hold; and those that have happened and count from then on for a window
HOLDING = (
    "special_place", "quarterly_report_missing", "certificate_missing", "training_expired", "commitment_not_renewed",
    "emergency_plan_missing", "liability_insurance_missing",
)  # fmt: skip
HAPPENED = ("false_report", "penalty", "order_not_complied", "formal_talk")
BROUGHT = ("service_contract", "voluntary_insurance")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the explanation: `points` is what it adds to 100, negative for what costs. `evidence` is sorted."""

    factor: str
    group: str
    count: int
    points: float
    evidence: tuple[UUID, ...]
    words: str


def counted(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    """Return a row for every factor that counts, before the caps of the groups."""
    yield from _open(facts, policy, at)
    yield from _again(facts, policy, at)
    yield from _self_checks(facts, policy)
    yield from _lapses(facts, policy, at)
    yield from _dated(facts, policy, at)
    yield from _reported(facts, policy, at)


def in_window(instant: datetime, days: int, at: datetime) -> bool:
    """Return whether what happened at `instant` counts at `at`, and for less than `days` calendar days."""
    return instant <= at < instant + days * DAY


def window(rule: Happened, policy: Document) -> int:
    """Return for how many days what has happened counts."""
    return rule.window_days or policy.window_days


def overdue_points(hazard: Weighed, rule: Overdue, at: datetime) -> float:
    """Return what one overdue general hazard costs: more for every week of lateness that has begun, up to its own cap."""
    return min(rule.points + rule.per_week * late_weeks(hazard, at), rule.most_each)


def late_weeks(hazard: Weighed, at: datetime) -> int:
    """Return how many weeks of lateness have begun at `at`; the first begins with the deadline itself."""
    return max(1, math.ceil((at - hazard.due_at) / WEEK)) if hazard.due_at else 0


def is_spared(hazard: Weighed, what: str, policy: Document, at: datetime) -> bool:
    """Return whether a hazard costs nothing because the enterprise found it itself and is in time."""
    return hazard.self_found and what in policy.spared and hazard.in_time(at)


def is_reported_major(hazard: Weighed, policy: Document, at: datetime) -> bool:
    """Return whether it is a major hazard that the enterprise reported itself and closed in time, not too long ago."""
    if hazard.level != Level.MAJOR or hazard.status != Status.CLOSED or hazard.is_open(at) or not hazard.self_found:
        return False
    return hazard.closed_at is not None and hazard.in_time(at) and in_window(hazard.closed_at, policy.window_days, at)


def _row(factor: str, group: str, ids: Iterable[UUID], off: float, *, count: int | None = None) -> Iterator[Row]:
    evidence = tuple(sorted(set(ids)))
    number = len(evidence) if count is None else count
    if number:
        yield Row(factor, group, number, off, evidence, words.row(factor, count=number, points=off))


def _each(factor: str, rule: Deduction | Bonus, found: Iterable[UUID], *, count: int | None = None) -> Iterator[Row]:
    ids = list(found)
    number = len(ids) if count is None else count
    points = number * rule.points if rule.most is None else min(number * rule.points, rule.most)
    signed = points if isinstance(rule, Bonus) else -points
    yield from _row(factor, rule.group, ids, signed or 0.0, count=number)


def _open(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    kinds: dict[str, list[Weighed]] = {"spared": [], "open_general": [], "overdue_general": [], "open_major": []}
    for hazard in facts.hazards:
        if hazard.is_open(at):
            factor = _factor_of(hazard, at)
            spared = is_spared(hazard, "open", policy, at)
            if facts.counts(factor, hazard.id):
                kinds["spared" if spared else factor].append(hazard)
    factors = policy.factors
    late = math.fsum(overdue_points(hazard, factors.overdue_general, at) for hazard in kinds["overdue_general"])
    yield from _each("open_general", factors.open_general, _ids(kinds["open_general"]))
    yield from _row("overdue_general", factors.overdue_general.group, _ids(kinds["overdue_general"]), -late or 0.0)
    yield from _each("open_major", factors.open_major, _ids(kinds["open_major"]))
    yield from _row("spared", factors.open_general.group, _ids(kinds["spared"]), 0.0)


def _factor_of(hazard: Weighed, at: datetime) -> str:
    if hazard.level == Level.MAJOR:
        return "open_major"
    return "overdue_general" if hazard.overdue(at) else "open_general"


def _ids(hazards: Iterable[Weighed]) -> Iterator[UUID]:
    return (hazard.id for hazard in hazards)


def _again(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    rule = policy.factors.recurrence
    found = [
        hazard.id
        for hazard in facts.hazards
        if hazard.recurrence and hazard.status != Status.VOID and in_window(hazard.since, window(rule, policy), at)
        and not is_spared(hazard, "recurrence", policy, at) and facts.counts("recurrence", hazard.id)
    ]  # fmt: skip
    yield from _each("recurrence", rule, found)


def _self_checks(facts: Facts, policy: Document) -> Iterator[Row]:
    rule = policy.factors.self_check_missing
    last = sorted(facts.periods, key=lambda period: (period.due_at, period.ids), reverse=True)[: rule.periods]
    share, missing = 0.0, list[UUID]()
    for period in last:
        missed = [id for id in period.missed if facts.counts("self_check_missing", id)]
        late = [id for id in period.late if facts.counts("self_check_missing", id)]
        share += (len(missed) + rule.late * len(late)) / len(period.ids)
        missing += missed + late
    yield from _row("self_check_missing", rule.group, missing, -(rule.points * share / rule.periods) or 0.0)


def _lapses(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    rules = {"reinspection_failed": policy.factors.reinspection_failed, "look_back_failed": policy.factors.look_back_failed}
    for factor, rule in rules.items():
        times = {
            hazard.id: sum(lapse.kind == factor and in_window(lapse.at, window(rule, policy), at) for lapse in hazard.lapses)
            for hazard in facts.hazards
            if hazard.lapses
            and hazard.status != Status.VOID
            and not is_spared(hazard, factor, policy, at)
            and facts.counts(factor, hazard.id)
        }
        found = [id for id, count in times.items() if count]
        yield from _each(factor, rule, found, count=sum(times.values()))


def _dated(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    if not facts.dated:
        return
    factors = policy.factors

    def ids(kind: str, counts: Callable[[Dated], bool]) -> list[UUID]:
        return [fact.id for fact in facts.dated if fact.kind == kind and counts(fact) and facts.counts(kind, fact.id)]

    yield from _by_level(facts, policy, at)
    for kind in HOLDING:
        yield from _each(kind, getattr(factors, kind), ids(kind, lambda fact: fact.holds(at)))
    for kind in HAPPENED:
        yield from _each(kind, getattr(factors, kind), ids(kind, lambda fact: _recent(fact, factors, policy, at)))
    for kind in BROUGHT:
        yield from _each(kind, getattr(factors, kind), ids(kind, lambda fact: fact.holds(at)))


def _recent(fact: Dated, factors: Factors, policy: Document, at: datetime) -> bool:
    return in_window(fact.valid_from, window(getattr(factors, fact.kind), policy), at)


def _by_level(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    """Return what the risk level costs and the standard brings; of several that hold, the worst risk and the best standard."""
    risks, standards = policy.factors.risk_level, policy.factors.standardisation
    held = [fact for fact in facts.dated if fact.holds(at) and fact.code and facts.counts(fact.kind, fact.id)]
    risk = max((f for f in held if f.kind == "risk_level"), key=lambda f: (getattr(risks, f.code), f.id), default=None)
    if risk is not None:
        yield from _row("risk_level", risks.group, [risk.id], -getattr(risks, risk.code) or 0.0)
    level = {fact.id: getattr(standards, f"level_{fact.code}") for fact in held if fact.kind == "standardisation"}
    if level:
        best = max(level, key=lambda id: (level[id], id))
        yield from _row("standardisation", standards.group, [best], level[best])


def _reported(facts: Facts, policy: Document, at: datetime) -> Iterator[Row]:
    found = [
        hazard.id
        for hazard in facts.hazards
        if is_reported_major(hazard, policy, at) and facts.counts("major_reported", hazard.id)
    ]
    yield from _each("major_reported", policy.factors.major_reported, found)
