"""一票否决: the conditions that keep a grade from being better than they allow, whatever the score. Pure. Source: domain.md 6.2.

A major hazard caps the grade while it is open, whoever found it, and the cap ends with its closure (lifecycle.md §3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enterprises.policy.words import Grade
from grading.policy import words
from grading.policy.document import Document, VetoForDays, VetoRule
from grading.policy.facts import Dated, Facts, Period
from grading.policy.rows import in_window, is_spared
from hazards.policy.words import Level

DAY = timedelta(days=1)
# how bad, the worst first
WORST = {colour: n for n, colour in enumerate(("red", "orange", "yellow", "blue", "green"))}


@dataclass(frozen=True, slots=True)
class Veto:
    """A condition in force. `condition` is its name in the policy, `id` the number people know it by."""

    id: str
    grade_at_best: str
    evidence: tuple[UUID, ...]
    words: str
    condition: str
    ends_with_its_cause: bool


def in_force(facts: Facts, policy: Document, at: datetime) -> tuple[Veto, ...]:
    """Return the vetoes at `at`, the worst first. One that allows green bars nothing and is left out."""
    found = [_veto(name, rule, ids) for name, rule, ids in _conditions(facts, policy, at) if ids]
    told = [veto for veto in found if veto.grade_at_best != Grade.GREEN]
    return tuple(sorted(told, key=lambda veto: (WORST[veto.grade_at_best], veto.id, veto.condition)))


def obstruction_ends(fact: Dated, days: int) -> datetime:
    """Return when a refusal or a false report stops barring: after `days`, or with the fact itself if that is later."""
    least = fact.valid_from + days * DAY
    return max(least, fact.valid_to) if fact.valid_to and fact.kind == "obstruction" else least


def _veto(condition: str, rule: VetoRule, ids: list[UUID]) -> Veto:
    said = words.veto(condition, rule.grade_at_best)
    return Veto(rule.id, rule.grade_at_best, tuple(sorted(ids)), said, condition, rule.ends == "with_its_cause")


def _conditions(facts: Facts, policy: Document, at: datetime) -> Iterator[tuple[str, VetoRule, list[UUID]]]:
    yield from _of_hazards(facts, policy, at)
    if facts.dated:
        yield from _of_dated(facts, policy, at)
    yield from _of_self_checks(facts, policy)


def _of_hazards(facts: Facts, policy: Document, at: datetime) -> Iterator[tuple[str, VetoRule, list[UUID]]]:
    open_ = [hazard for hazard in facts.hazards if hazard.is_open(at)]
    major = [hazard for hazard in open_ if hazard.level == Level.MAJOR]
    stopped = [hazard for hazard in open_ if hazard.stop_work and not is_spared(hazard, "stop_order", policy, at)]
    held = [f.id for f in facts.dated if f.kind == "stop_order" and f.holds(at)]
    conditions = {
        "major_open": [hazard.id for hazard in major],
        "major_listed": [hazard.id for hazard in major if hazard.listed],
        "major_overdue": [hazard.id for hazard in major if hazard.overdue(at)],
        "stop_order": [*(hazard.id for hazard in stopped), *held],
    }
    for condition, ids in conditions.items():
        yield condition, getattr(policy.vetoes, condition), [id for id in ids if facts.counts(condition, id)]


def _of_dated(facts: Facts, policy: Document, at: datetime) -> Iterator[tuple[str, VetoRule, list[UUID]]]:
    rules = policy.vetoes

    def those(condition: str, *kinds: str) -> list[Dated]:
        return [fact for fact in facts.dated if fact.kind in kinds and facts.counts(condition, fact.id)]

    recent = [f.id for f in those("fatal_recent", "fatal_accident") if in_window(f.valid_from, rules.fatal_recent.days, at)]
    past = [f.id for f in those("fatal_past", "fatal_accident") if in_window(f.valid_from, rules.fatal_past.days, at)]
    yield "fatal_recent", rules.fatal_recent, recent
    yield "fatal_past", rules.fatal_past, [id for id in past if id not in recent]
    yield "dishonesty", rules.dishonesty, [f.id for f in those("dishonesty", "dishonesty_listed") if f.holds(at)]
    yield (
        "obstruction",
        rules.obstruction,
        _obstructed(those("obstruction", "obstruction", "false_report"), rules.obstruction, at),
    )
    yield "unlicensed", rules.unlicensed, [f.id for f in those("unlicensed", "unlicensed") if f.holds(at)]


def _obstructed(facts: list[Dated], rule: VetoForDays, at: datetime) -> list[UUID]:
    return [fact.id for fact in facts if fact.valid_from <= at < obstruction_ends(fact, rule.days)]


def _of_self_checks(facts: Facts, policy: Document) -> Iterator[tuple[str, VetoRule, list[UUID]]]:
    silent: list[Period] = []
    for period in sorted(facts.periods, key=lambda period: (period.due_at, period.ids), reverse=True):
        missed = [id for id in period.missed if facts.counts("self_check_missing", id)]
        if len(missed) < len(period.ids):
            break
        silent.append(period)
    condition = "self_check_three" if len(silent) >= 3 else "self_check_two"
    ids = [id for period in silent[:3] for id in period.missed if facts.counts(condition, id)]
    yield condition, getattr(policy.vetoes, condition), ids if len(silent) >= 2 else []
