"""Contesting a grade (申诉): within which days, about what, and who may not decide. Pure; days are working days (工作日).

Source: domain.md 6.2, change rules 4 and 5; the day counts are ours (policy `contests`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.kernel.calendar import WorkingDays, end_of, local_day, start_of

COUNTY_AND_ABOVE = frozenset({"county", "city", "province"})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One thing an explanation rests on: a factor of the score or the condition of a veto, and one evidence of it."""

    factor: str
    evidence: UUID


@dataclass(frozen=True, slots=True)
class Explanation:
    """A grade with the rows and vetoes that made it, as they are kept (JSON). Before the first rating there is none."""

    grade: str = "grey"
    rows: Sequence[Mapping[str, Any]] = ()
    vetoes: Sequence[Mapping[str, Any]] = ()

    def points(self) -> dict[Point, str]:
        """Return everything that costs or bars something, with the words of its row or veto."""
        return {Point(name, UUID(str(id))): line["words"] for name, line in self._named() for id in line.get("evidence", ())}

    def called(self, name: str, evidence: UUID) -> list[Point]:
        """Return what somebody means by `name`: a factor, a veto's condition, its number (V2), or all of an evidence by ""."""
        meant = {name, *(veto["condition"] for veto in self.vetoes if veto["id"] == name)}
        return sorted(point for point in self.points() if point.evidence == evidence and (not name or point.factor in meant))

    def _named(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from ((row["factor"], row) for row in self.rows if row["points"] < 0)
        yield from ((veto["condition"], veto) for veto in self.vetoes)


# what the enterprise's own file says: who keeps the file puts it right, no appeal strikes it for good
OF_THE_FILE = frozenset({"risk_level", "special_place"})


def last_instant(at: datetime, days: int, calendar: WorkingDays) -> datetime:
    """Return the first instant too late for what may be done within `days` working days of `at`: 24:00 of the last of them."""
    return end_of(calendar.add(local_day(at), days))


def due_soon(decide_by: datetime, days: int, calendar: WorkingDays) -> datetime:
    """Return when a decision that is due at `decide_by` is told of: `days` working days before its last one is over."""
    return end_of(calendar.add(local_day(decide_by - DAY), -days))


def long_late(decide_by: datetime, days: int, calendar: WorkingDays) -> datetime:
    """Return when a decision that was due at `decide_by` is `days` working days late."""
    return end_of(calendar.add(local_day(decide_by - DAY), days))


def rung(decide_by: datetime, long_late: datetime, at: datetime) -> str:
    """Return how an undecided appeal is told of at `at`: `due_soon`, `late`, or `long_late`."""
    if at >= long_late:
        return "long_late"
    return "late" if at >= decide_by else "due_soon"


def still_open_since(at: datetime, days: int, calendar: WorkingDays) -> datetime:
    """Return the earliest instant whose `days` working days are not over at `at`."""
    first = local_day(at)
    # how many days go back depends on the holidays; the calendar says of each day when its time is over
    while at < end_of(calendar.add(first - DAY, days)):
        first -= DAY
    return start_of(first)


def is_late(point: Point, *, now: Explanation, before: Iterable[Explanation]) -> bool:
    """Return whether it is too late to dispute `point`: `before`, all that held since the days began, has it and is no better.

    The days begin with the row or with the colour, whichever came later; so one of `before` that lacks the row, or had a
    better colour, shows that they are not over.
    """
    return all(point in one.points() and _no_better(one.grade, now.grade) for one in before)


_RANK = {colour: n for n, colour in enumerate(("grey", "green", "blue", "yellow", "orange", "red"))}


def _no_better(then: str, now: str) -> bool:
    return _RANK[then] >= _RANK[now]
