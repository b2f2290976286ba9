"""Deadlines (整改期限): pure, in working days of the Chinese calendar; instants are aware UTC, days are Asia/Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.kernel.calendar import WorkingDays, end_of, local_day
from hazards.policy.numbers import Numbers
from hazards.policy.words import Level


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: the first instant too late, and whether a year it crosses has no adjusted days yet (暂定)."""

    at: datetime
    provisional: bool = False


def due(*, level: Level, category: str, confirmed_at: datetime, calendar: WorkingDays, numbers: Numbers) -> Due:
    """Return when rectification (整改) must be finished: 24:00 Asia/Shanghai of the last working day.

    Raises: nothing; every level has a number, a category may have its own.
    Source: 安全生产事故隐患排查治理暂行规定 (2008, Order 16) for the two levels; the day counts are ours, docs/adr/0010.
    """
    standard = numbers.due_days_major if level == Level.MAJOR else numbers.due_days_general
    count = numbers.due_days_by_category.get(category, standard) if level == Level.GENERAL else standard
    return on_day(calendar.add(local_day(confirmed_at), count), confirmed_at, calendar)


def on_day(day: date, since: datetime, calendar: WorkingDays) -> Due:
    """Return the deadline 24:00 Asia/Shanghai of `day`."""
    return Due(end_of(day), any(calendar.provisional(date(year, 1, 1)) for year in range(local_day(since).year, day.year + 1)))


def in_hours(hours: int, at: datetime) -> Due:
    """Return the deadline `hours` after `at`, for work that was stopped (停工)."""
    return Due(at + timedelta(hours=hours))


def last_day(due_at: datetime) -> date:
    """Return the last civil day (Asia/Shanghai) on which it is not yet too late."""
    return local_day(due_at - timedelta(milliseconds=1))


def extension_latest(*, start: datetime, original_due_at: datetime) -> date:
    """Return the last day an extension may reach: at most twice the days from verification to the original deadline."""
    first, last = local_day(start), last_day(original_due_at)
    return last + max(last - first, timedelta(days=0))


def ask_until(*, due_at: datetime, listed: bool, calendar: WorkingDays, numbers: Numbers) -> datetime:
    """Return the first instant too late to ask for an extension; listed hazards ask working days ahead."""
    if not listed:
        return due_at
    return end_of(calendar.add(last_day(due_at), -numbers.listed_extension_days))


def rejected(*, at: datetime, calendar: WorkingDays, numbers: Numbers) -> Due:
    """Return the deadline after a rejected acceptance (内部验收不通过)."""
    return on_day(calendar.add(local_day(at), numbers.rejected_days), at, calendar)


def cooled_at(*, settled_at: datetime, calendar: WorkingDays, numbers: Numbers) -> datetime:
    """Return when a sampled hazard has cooled: the end of the working days after its last photo was checked."""
    return end_of(calendar.add(local_day(settled_at), numbers.cooling_days))


def returned_until(*, returned_at: datetime, calendar: WorkingDays, numbers: Numbers) -> datetime:
    """Return from when on an official may decide a returned report as it is."""
    return end_of(calendar.add(local_day(returned_at), numbers.returned_days))
