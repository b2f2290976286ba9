"""What time does to a hazard: the escalation table (lifecycle.md §5) and the one instant at which the next step is due.

Pure. A hazard stands on a ladder that belongs to its status and starts at a base instant; its rungs are told once each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.kernel.calendar import WorkingDays, end_of, local_day, start_of
from hazards.policy.deadlines import last_day
from hazards.policy.words import Status


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of escalation: its rule's name, and how many days from the base (working days unless `calendar_days`)."""

    rule: str
    days: int
    calendar_days: bool = False


LADDERS: dict[Status, tuple[Rung, ...]] = {
    Status.RECTIFYING: (
        Rung("due_in_3", -3),
        Rung("due_in_1", -1),
        Rung("due", 0),
        Rung("overdue_1", 1),
        Rung("overdue_3", 3),
        Rung("overdue_7", 7),
    ),
    Status.REPORTED: (Rung("unverified_2", 2), Rung("unverified_5", 5)),
    Status.RETURNED: (Rung("returned_3", 3), Rung("returned_7", 7)),
    Status.AWAITING_REINSPECTION: (
        Rung("unreviewed_3", 3, calendar_days=True),
        Rung("unreviewed_6", 6, calendar_days=True),
        Rung("unreviewed_8", 8, calendar_days=True),
    ),
}
RULES = {rung.rule: rung for ladder in LADDERS.values() for rung in ladder}


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a hazard stands on its ladder: the status and base it belongs to, and how many rungs have been told."""

    status: Status
    base: datetime
    told: int = 0

    @property
    def key(self) -> str:
        """Return what makes this ladder another one than before: the status and its base instant."""
        return f"{self.status.value}@{self.base.isoformat()}"


def when(rung: Rung, *, status: Status, base: datetime, calendar: WorkingDays) -> datetime:
    """Return the instant at which `rung` is due.

    Around a deadline `base` is the deadline itself, and the rung keeps its time of day (24:00, or the hour set for stopped
    work). Waiting counts from `base` in whole working days, so that "more than 2" begins at 24:00 of the second.
    """
    if rung.calendar_days:
        return base + timedelta(days=rung.days)
    if status == Status.RECTIFYING:
        day = last_day(base)
        return start_of(calendar.add(day, rung.days)) + (base - start_of(day))
    return end_of(calendar.add(local_day(base), rung.days))


def climb(*, status: Status, base: datetime, since: datetime, calendar: WorkingDays, told: int = 0) -> Ladder:
    """Return the ladder above its first `told` rungs; those that lay before `since` (a short deadline) are passed over."""
    ladder = LADDERS.get(status, ())
    while told < len(ladder) and when(ladder[told], status=status, base=base, calendar=calendar) <= since:
        told += 1
    return Ladder(status, base, told)


def passed(*, status: Status, base: datetime, until: datetime, calendar: WorkingDays) -> int:
    """Return how many rungs a ladder that stopped at `until` had behind it; a clock that runs on begins above them."""
    return sum(when(rung, status=status, base=base, calendar=calendar) <= until for rung in LADDERS.get(status, ()))


def next_at(ladder: Ladder, calendar: WorkingDays) -> datetime | None:
    """Return when the next rung is due, or None at the top."""
    rungs = LADDERS.get(ladder.status, ())
    if ladder.told >= len(rungs):
        return None
    return when(rungs[ladder.told], status=ladder.status, base=ladder.base, calendar=calendar)


def due_rungs(ladder: Ladder, *, at: datetime, calendar: WorkingDays) -> tuple[Rung, ...]:
    """Return the rungs that are due at `at` and untold, lowest first."""
    rungs = LADDERS.get(ladder.status, ())[ladder.told :]
    return tuple(r for r in rungs if when(r, status=ladder.status, base=ladder.base, calendar=calendar) <= at)
