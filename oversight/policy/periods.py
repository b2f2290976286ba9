"""Periods: whole months are read from monthly counts, the days at either end from daily ones. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

ONE = timedelta(days=1)
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in Asia/Shanghai."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """Return how many calendar months the period touches."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


def month_of(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """Return the first day of the month after that of `day`."""
    return (month_of(day) + 31 * ONE).replace(day=1)


def split(period: Period, today: date) -> tuple[Period | None, list[Period]]:
    """Return the whole months of a period (as the first days of the first and last), and its days outside of them.

    Nothing lies after `today`, so that a month that is still running is whole when the period reaches today.
    """
    last = max(period.last, month_after(today) - ONE) if period.last >= today else period.last
    start = period.first if period.first.day == 1 else month_after(period.first)
    end = month_of(last + ONE)  # the first month that is not whole
    if start >= end:
        return None, [Period(period.first, last)]
    edges = [Period(period.first, start - ONE), Period(end, last)]
    return Period(start, month_of(end - ONE)), [edge for edge in edges if edge.first <= edge.last]


def months(period: Period) -> list[date]:
    """Return the first day of every month that the period touches."""
    found = [month_of(period.first)]
    while len(found) < period.months:
        found.append(month_after(found[-1]))
    return found
