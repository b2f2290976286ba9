"""The course of a grade (等级变化过程): one look after another, each at its own instant. Pure.

What happens between two looks is known beforehand (changes.py), so a look at every act and at every instant it names gives
the same course as a look at every moment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from enterprises.policy.words import Grade
from grading.policy.changes import next_change, trimmed
from grading.policy.document import Document
from grading.policy.facts import Facts
from grading.policy.grade import Result, grade
from grading.policy.standing import Standing, step


class InForce(Protocol):
    """A version of the rule."""

    @property
    def version(self) -> int:
        """Return its number; 0 is the built-in one."""

    @property
    def document(self) -> Document:
        """Return what it says."""


Rules = Callable[[datetime], InForce]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an enterprise came to: the facts that are worth keeping, its standing, its grade, when to look next."""

    at: datetime
    version: int
    facts: Facts
    standing: Standing
    grade: str
    result: Result
    next_at: datetime | None

    @property
    def published(self) -> tuple[object, ...]:
        """Return what the history tells apart: grade, score, what bars a better one, and the version of the rule."""
        return self.grade, self.result.score, tuple(veto.condition for veto in self.result.vetoes), self.version


def look(facts: Facts, standing: Standing, rule: InForce, at: datetime) -> Look:
    """Return what the facts come to at `at`, from where the enterprise stood."""
    known, policy = replace(facts, rated=standing.stepped != Grade.GREY), rule.document
    result = grade(known, policy, at)
    moved = step(standing, result, known, policy, at)
    known = replace(known, rated=moved.standing.stepped != Grade.GREY)
    kept = trimmed(known, moved.standing, policy, at)
    next_at = next_change(kept, moved.standing, policy, at)
    return Look(at, rule.version, kept, moved.standing, moved.grade, result, next_at)


def next_look(facts: Facts, standing: Standing, rule: InForce, at: datetime) -> datetime | None:
    """Return when the calendar asks for another look at these facts; None if only acts do."""
    return next_change(replace(facts, rated=standing.stepped != Grade.GREY), standing, rule.document, at)


def through(last: Look, rules: Rules, until: datetime) -> Iterator[Look]:
    """Return the looks that the calendar alone asks for after `last`, up to and with `until`."""
    while last.next_at is not None and last.next_at <= until:
        last = look(last.facts, last.standing, rules(last.next_at), last.next_at)
        yield last
