"""The grade (五色等级) of one enterprise from what is known of it: pure, explained row by row. Source: domain.md 6.2.

Nobody is punished for looking (lifecycle.md §3): a hazard the enterprise found itself costs nothing while it is within
its deadline and after it was closed in time; a major one caps the grade while it is open, whoever found it.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enterprises.policy.words import GRADE_LABELS, Grade
from grading.policy import words
from grading.policy.facts import Facts, Weighed
from grading.policy.numbers import Numbers
from hazards.policy.words import Level

WEEK, DAY = timedelta(days=7), timedelta(days=1)
BASE = 100.0
ORDER = (Grade.GREEN, Grade.BLUE, Grade.YELLOW, Grade.ORANGE, Grade.RED)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the explanation: `points` is what it adds to 100 (negative or zero, positive for a cap's give-back)."""

    factor: str
    group: str
    count: int
    points: float
    evidence: tuple[UUID, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Veto:
    """A condition that keeps the grade from being better than `grade_at_best`, whatever the score."""

    id: str
    grade_at_best: str
    evidence: tuple[UUID, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Result:
    """A grade with its explanation: the rows add up to `score` - 100. A grey one has no score and no rows."""

    grade: str
    score: float | None
    rows: tuple[Row, ...] = ()
    vetoes: tuple[Veto, ...] = ()


def grade(facts: Facts, numbers: Numbers, at: datetime) -> Result:
    """Return the grade at `at`. Scores are compared unrounded; a new enterprise is grey until something is known of it."""
    if not is_rated(facts, numbers, at):
        return Result(Grade.GREY.value, None)
    open_, lapses = _open_rows(facts, numbers, at), _lapse_rows(facts, numbers, at)
    rows = [*_group("A", open_, numbers.cap_a), *_group("C", lapses, numbers.cap_c)]
    score = min(BASE, max(0.0, BASE + math.fsum(row.points for row in rows)))
    vetoes = tuple(_vetoes(facts, numbers, at))
    worst = max([by_score(score, numbers), *(Grade(veto.grade_at_best) for veto in vetoes)], key=ORDER.index)
    return Result(worst.value, score, tuple(rows), vetoes)


def is_rated(facts: Facts, numbers: Numbers, at: datetime) -> bool:
    """Return whether there is anything to rate by: an earlier rating, a hazard with a deadline, or long enough.

    A deadline stands for an official's look at it; a self-fixed hazard that nobody has looked at yet rates nothing.
    """
    seen = facts.rated or any(hazard.due_at for hazard in facts.hazards)
    return seen or at >= facts.registered_at + numbers.grey_days * DAY


def by_score(score: float, numbers: Numbers) -> Grade:
    """Return the grade that a score alone gives."""
    floors = (numbers.green_from, numbers.blue_from, numbers.yellow_from, numbers.orange_from)
    return next((grade for grade, floor in zip(ORDER, floors, strict=False) if score >= floor), Grade.RED)


def overdue_points(hazard: Weighed, numbers: Numbers, at: datetime) -> float:
    """Return what one overdue general hazard costs: more for every week of lateness that has begun, up to its own cap."""
    weeks = late_weeks(hazard, at)
    return min(numbers.overdue_general + numbers.overdue_week * weeks, numbers.overdue_most)


def late_weeks(hazard: Weighed, at: datetime) -> int:
    """Return how many weeks of lateness have begun at `at`; the first begins with the deadline itself."""
    return max(1, math.ceil((at - hazard.due_at) / WEEK)) if hazard.due_at else 0


def in_window(instant: datetime, numbers: Numbers, at: datetime) -> bool:
    """Return whether what happened at `instant` still counts at `at`."""
    return at < instant + numbers.window_days * DAY


def _costs(hazard: Weighed, factor: str, numbers: Numbers, at: datetime) -> bool:
    return not (hazard.self_found and factor in numbers.spared and hazard.in_time(at))


def _row(factor: str, group: str, found: Iterable[Weighed], off: Callable[[int], float], *, count: int | None = None) -> Row:
    ids = tuple(hazard.id for hazard in found)
    number = len(ids) if count is None else count
    points = off(number)
    return Row(factor, group, number, -points if points else 0.0, ids, words.factor_words(factor, count=number, off=points))


def _open_rows(facts: Facts, numbers: Numbers, at: datetime) -> list[Row]:
    counted = [h for h in facts.hazards if h.open and _costs(h, "open", numbers, at)]
    general = [h for h in counted if h.level == Level.GENERAL]
    late = [h for h in general if h.overdue(at)]
    rest = [h for h in general if not h.overdue(at)]
    major = [h for h in counted if h.level == Level.MAJOR]
    again = [
        h for h in facts.hazards if h.recurrence and in_window(h.since, numbers, at) and _costs(h, "recurrence", numbers, at)
    ]
    late_off = math.fsum(overdue_points(h, numbers, at) for h in late)
    return [
        _row("open_general", "A", rest, lambda n: min(n * numbers.open_general, numbers.open_general_most)),
        _row("overdue_general", "A", late, lambda _: late_off),
        _row("open_major", "A", major, lambda n: n * numbers.open_major),
        _row("recurrence", "A", again, lambda n: n * numbers.recurrence),
    ]


def _lapse_rows(facts: Facts, numbers: Numbers, at: datetime) -> list[Row]:
    each = {"reinspection_failed": numbers.reinspection_failed, "look_back_failed": numbers.look_back_failed}
    return [_lapse_row(kind, points, facts, numbers, at) for kind, points in each.items()]


def _lapse_row(kind: str, points: float, facts: Facts, numbers: Numbers, at: datetime) -> Row:
    times = {
        hazard: sum(lapse.kind == kind and in_window(lapse.at, numbers, at) for lapse in hazard.lapses)
        for hazard in facts.hazards
        if _costs(hazard, kind, numbers, at)
    }
    found = [hazard for hazard, count in times.items() if count]
    return _row(kind, "C", found, lambda n: n * points, count=sum(times.values()))


def _group(group: str, rows: list[Row], cap: float) -> list[Row]:
    """Return the rows of one group, and one more that gives back what lies beyond its cap."""
    beyond = -math.fsum(row.points for row in rows) - cap
    if beyond <= 0:
        return rows
    return [*rows, Row("group_cap", group, 0, beyond, (), words.cap_words(group, cap=cap, back=beyond))]


def _vetoes(facts: Facts, numbers: Numbers, at: datetime) -> Iterable[Veto]:
    major = [h for h in facts.hazards if h.open and h.level == Level.MAJOR]
    checks = (
        ("V2", numbers.major_overdue_best, [h for h in major if h.listed or h.overdue(at)]),
        ("V1", numbers.major_open_best, major),
    )
    for name, best, found in checks:
        if found:
            said = words.VETOES[name].format(best=GRADE_LABELS[Grade(best)])
            yield Veto(name, best, tuple(h.id for h in found), said)
