"""What to do next (下一步): the cheapest acts that would improve the colour, tried out with the rule itself. Pure.

Nothing is guessed: an act is the facts with it done, graded again. The gain of one is the least it brings, alone or after
those before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from enterprises.policy.words import Grade
from grading.policy import phrases
from grading.policy.document import Document
from grading.policy.fact_kinds import KINDS
from grading.policy.facts import Facts, Period, Weighed
from grading.policy.grade import Result, better, floor, grade, rank, worst
from grading.policy.standing import Standing, applied, asks_county, step
from hazards.policy.words import Level, Status

# more is not advice but a list of everything
MOST = 20
TRIED = 400
PRUNED = 40


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: `act`, to what (`subject`: a hazard, a fact), what it brings at least, and the grade after it.

    `grade_after` is the colour that it and those before it lead to, once an official has looked.
    """

    act: str
    subject: UUID | None
    gain_at_least: float
    grade_after: str
    detail: str = ""

    def words(self, *, english: bool = False) -> str:
        """Return it as a sentence for the owner."""
        return phrases.act(self.act, detail=self.detail, gain=self.gain_at_least, after=self.grade_after, english=english)


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that could be done: what it costs in effort, and the facts with it done."""

    effort: int
    raw: float
    act: str
    subject: UUID | None
    detail: str = ""

    def done(self, facts: Facts, at: datetime) -> Facts:
        if self.act == "rectify":
            return replace(facts, hazards=tuple(_closed(h, at) if h.id == self.subject else h for h in facts.hazards))
        if self.act == "self_inspect":
            return replace(facts, periods=(*facts.periods, Period(at, (UUID(int=0),))))
        return replace(facts, dated=tuple(fact for fact in facts.dated if fact.id != self.subject))


def do_next(facts: Facts, standing: Standing, policy: Document, at: datetime) -> list[Act]:
    """Return what leads to the next better colour, the cheapest first; nothing for a green or grey enterprise."""
    result = grade(facts, policy, at)
    standing = step(standing, result, facts, policy, at).standing
    now = applied(standing, result, None)
    if result.score is None or now == Grade.GREEN:
        return []
    goal = better(now)
    needed = _needed(facts, standing, policy, at, goal)
    acts = _told(needed, facts, standing, policy, at, goal)
    reached = _all_done(needed, facts, at)
    return [*acts, *_looks(reached, standing, policy, at, goal)][:MOST]


def _needed(facts: Facts, standing: Standing, policy: Document, at: datetime, goal: str) -> list[_Step]:
    """Return the fewest cheap acts after which neither score nor veto stands in the way of `goal`."""
    steps = sorted(_possible(facts, policy, at), key=lambda s: (s.effort, -s.raw, str(s.subject)))[:TRIED]

    def enough(chosen: list[_Step]) -> bool:
        return _opens(grade(_all_done(chosen, facts, at), policy, at), standing, policy, goal)

    if enough([]) or not enough(steps):
        return []  # nothing has to be done, or nothing that can be done would be enough
    low, high = 0, len(steps)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(steps[:middle]) else (middle, high)
    chosen = steps[:high]
    for one in reversed(chosen[-1 - PRUNED : -1]):
        rest = [s for s in chosen if s is not one]
        chosen = rest if enough(rest) else chosen
    return chosen


def _opens(result: Result, standing: Standing, policy: Document, goal: str) -> bool:
    if rank(result.grade) > rank(goal):
        return False
    climbs = rank(standing.stepped) > rank(goal)
    return not climbs or (result.score or 0.0) >= floor(goal, policy) + policy.hysteresis


def _all_done(steps: list[_Step], facts: Facts, at: datetime) -> Facts:
    for one in steps:
        facts = one.done(facts, at)
    return facts


def _told(steps: list[_Step], facts: Facts, standing: Standing, policy: Document, at: datetime, goal: str) -> Iterator[Act]:
    before = grade(facts, policy, at).score or 0.0
    done, reached = facts, before
    for one in steps:
        alone = (grade(one.done(facts, at), policy, at).score or 0.0) - before
        done = one.done(done, at)
        result = grade(done, policy, at)
        gain, reached = min(alone, (result.score or 0.0) - reached), result.score or 0.0
        yield Act(one.act, one.subject, max(0.0, round(gain, 2)), _after(result, standing, policy, goal), one.detail)


def _after(result: Result, standing: Standing, policy: Document, goal: str) -> str:
    """Return the colour that such a result leads to, once somebody has looked if `goal` has to be climbed to."""
    reached = goal if rank(standing.stepped) > rank(goal) and _opens(result, standing, policy, goal) else standing.stepped
    return worst(reached, *(veto.grade_at_best for veto in result.vetoes))


def _looks(facts: Facts, standing: Standing, policy: Document, at: datetime, goal: str) -> Iterator[Act]:
    """Return what remains after the acts: a look of an official, a decision of the county."""
    waiting = step(standing, grade(facts, policy, at), facts, policy, at).waiting
    if waiting is None or rank(standing.stepped) <= rank(goal):
        return
    if waiting.what == "verification":
        yield Act("ask_for_visit", None, 0.0, goal)
    if waiting.what in ("verification", "county_decision") and asks_county(standing, facts, policy, at):
        yield Act("ask_county", None, 0.0, goal)


def _possible(facts: Facts, policy: Document, at: datetime) -> Iterator[_Step]:
    for hazard in facts.hazards:
        if hazard.is_open(at):
            major = hazard.level == Level.MAJOR
            raw = policy.factors.open_major.points if major else policy.factors.open_general.points + hazard.overdue(at)
            waits = hazard.status == Status.AWAITING_REINSPECTION
            yield _Step(1 if waits else 5 if major else 2, raw, "rectify", hazard.id, "awaiting" if waits else hazard.level.value)
    if any(period.missed or period.late for period in facts.periods):
        yield _Step(1, policy.factors.self_check_missing.points / policy.factors.self_check_missing.periods, "self_inspect", None)
    for fact in facts.dated:
        kind = KINDS[fact.kind]
        if kind.stored and kind.holds and not kind.brings and fact.holds(at):
            yield _Step(1, getattr(getattr(policy.factors, kind.factor, None), "points", 0.0), "mend", fact.id, fact.kind)


def _closed(hazard: Weighed, at: datetime) -> Weighed:
    handed_in = hazard.submitted_at if hazard.status == Status.AWAITING_REINSPECTION else at
    return replace(hazard, status=Status.CLOSED, submitted_at=handed_in, closed_at=at, listed=False)
