"""Working days of the Chinese calendar (工作日, 调休 included): the `holidays` library below rows supplied as data.

A year is known when the library has its adjusted days or somebody supplied them. Days of an unknown year count as
Monday to Friday and are marked provisional. Civil days are Asia/Shanghai; instants are aware UTC.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from backend.kernel.models import CalendarDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEEP_S = 30.0


class YearUnknown(RuntimeError):
    """The holiday table does not know the current year: the server must not start on guessed deadlines."""


def local_day(at: datetime) -> date:
    """Return the civil day of `at` in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """Return 24:00 of `day` in Asia/Shanghai, the first instant too late, as an aware datetime in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=SHANGHAI)
    return midnight.astimezone(ZoneInfo("UTC"))


def start_of(day: date) -> datetime:
    """Return 00:00 of `day` in Asia/Shanghai, as an aware datetime in UTC."""
    return end_of(day - timedelta(days=1))


@lru_cache(maxsize=32)
def _library(year: int) -> "holidays.HolidayBase":
    return holidays.country_holidays("CN", years=year)


@lru_cache(maxsize=128)
def known_by_library(year: int) -> bool:
    """Return whether the library has the adjusted days (调休) of `year`; every list since 2008 has some."""
    return any(day.year == year for day in _library(year).weekend_workdays)


@dataclass(frozen=True)
class WorkingDays:
    """The calendar as rules use it: a pure value, `supplied` maps days to whether they are worked."""

    supplied: dict[date, bool] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """Return whether the adjusted days of `year` are known."""
        return known_by_library(year) or any(day.year == year for day in self.supplied)

    def provisional(self, day: date) -> bool:
        """Return whether `day` lies in a year whose adjusted days are not known yet."""
        return not self.knows(day.year)

    def is_working(self, day: date) -> bool:
        """Return whether `day` is worked; of an unknown year, whether it is Monday to Friday."""
        if day in self.supplied:
            return self.supplied[day]
        if not self.knows(day.year):
            return day.weekday() < 5
        return bool(_library(day.year).is_working_day(day))

    def add(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it, if negative); count 0 is `day` itself."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Return how many working days lie after `first`, up to and including `last`."""
        return sum(self.is_working(first + timedelta(days=n + 1)) for n in range((last - first).days))


_kept: tuple[float, WorkingDays] | None = None
_lock = threading.Lock()


def current() -> WorkingDays:
    """Return the calendar with the rows supplied so far, read at most every 30 seconds."""
    global _kept
    with _lock:
        if _kept and time.monotonic() - _kept[0] < KEEP_S:
            return _kept[1]
    rows = WorkingDays(dict(CalendarDay.objects.values_list("day", "working")))
    with _lock:
        _kept = (time.monotonic(), rows)
    return rows


def forget() -> None:
    """Drop the calendar kept in memory, after rows were supplied."""
    global _kept
    with _lock:
        _kept = None


def require_current_year(at: datetime) -> None:
    """Raise YearUnknown unless the year of `at` (Asia/Shanghai) is known; called at start and by doctor."""
    year = local_day(at).year
    if not current().knows(year):
        raise YearUnknown(f"holiday table: the adjusted working days of {year} are not known; supply them with `calendar_days`")
