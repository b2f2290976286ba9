"""The grade (五色等级) of one enterprise from what is known of it: pure, explained row by row. Source: domain.md 6.2.

This is what the facts give at an instant. What is applied to the enterprise follows it by the rules of change (standing.py).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from enterprises.policy.words import Grade
from grading.policy import rows, vetoes, words
from grading.policy.document import Document
from grading.policy.facts import Facts
from grading.policy.rows import Row
from grading.policy.vetoes import Veto
from hazards.policy.words import Status

BASE = 100.0
DAY = timedelta(days=1)
ORDER = (Grade.GREEN, Grade.BLUE, Grade.YELLOW, Grade.ORANGE, Grade.RED)
# sums are rounded to this many places before they are compared, so that no colour hangs on how a machine adds
PLACES = 6


@dataclass(frozen=True, slots=True)
class Result:
    """A grade with its explanation: the rows add up to `score` - 100. A grey one has no score and no rows.

    `grade` is the worst of the score's colour and all vetoes. `lasting` leaves out the vetoes that end with their cause:
    it is what one climbs back to. `cap` is the worst of those that do, "green" if none holds.
    """

    grade: str
    score: float | None
    rows: tuple[Row, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    lasting: str = Grade.GREY.value
    cap: str = Grade.GREEN.value


def grade(facts: Facts, policy: Document, at: datetime) -> Result:
    """Return the grade at `at`; a new enterprise is grey until something is known of it."""
    barred = vetoes.in_force(facts, policy, at)
    if not barred and not is_rated(facts, policy, at):
        return Result(Grade.GREY.value, None)
    lines = _capped(rows.counted(facts, policy, at), policy)
    total = round(BASE + math.fsum(row.points for row in lines), PLACES)
    score = min(BASE, max(0.0, total))
    if score != total:
        lines.append(Row("clamp", "", 0, score - total, (), words.clamp(score - total)))
    colour = by_score(score, policy)
    lasting = worst(colour, *(veto.grade_at_best for veto in barred if not veto.ends_with_its_cause))
    cap = worst(*(veto.grade_at_best for veto in barred if veto.ends_with_its_cause))
    return Result(worst(lasting, cap), score, tuple(lines), barred, lasting, cap)


def is_rated(facts: Facts, policy: Document, at: datetime) -> bool:
    """Return whether there is anything to rate by: an earlier rating, a look of an official, or long enough.

    A deadline stands for an official's look at a hazard; a self-fixed one that nobody has looked at yet rates nothing.
    """
    seen = facts.rated or any(hazard.due_at or hazard.status == Status.CLOSED for hazard in facts.hazards)
    looked = seen or any(visit.at <= at for visit in facts.verifications)
    return looked or at >= facts.registered_at + policy.grey_days * DAY


def by_score(score: float, policy: Document) -> str:
    """Return the grade that a score alone gives."""
    return next((grade.value for grade in ORDER[:-1] if score >= floor(grade, policy)), Grade.RED.value)


def floor(colour: str, policy: Document) -> float:
    """Return the least score of a colour; 0 for red."""
    least: float = 0.0 if colour == Grade.RED else getattr(policy.thresholds, colour)
    return least


def worst(*colours: str) -> str:
    """Return the worst of these colours; green if there is none. Grey is no colour here."""
    return max(colours, key=rank, default=Grade.GREEN.value)


def rank(colour: str) -> int:
    """Return how bad a colour is, from 0 for green to 4 for red."""
    return ORDER.index(Grade(colour))


def better(colour: str) -> str:
    """Return the next better colour (降一档); green stays green."""
    return ORDER[max(0, rank(colour) - 1)].value


def _capped(found: Iterable[Row], policy: Document) -> list[Row]:
    """Return the rows group by group, each group with one more that gives back what lies beyond its cap."""
    groups: dict[str, list[Row]] = {name: [] for name in words.GROUPS}
    for row in found:
        groups[row.group].append(row)
    lines: list[Row] = []
    for name, members in groups.items():
        lines += members
        total = math.fsum(row.points for row in members)
        beyond = abs(total) - policy.groups.cap(name)
        if beyond > 0:
            back = beyond if total < 0 else -beyond
            lines.append(Row("group_cap", name, 0, back, (), words.group_cap(name, cap=policy.groups.cap(name), back=beyond)))
    return lines
