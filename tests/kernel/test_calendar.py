"""Working days: 调休 of known years, Monday to Friday of unknown ones, and days that were supplied."""

from datetime import UTC, date, datetime

import pytest

from backend.kernel import calendar
from backend.kernel.calendar import WorkingDays, YearUnknown
from backend.kernel.models import CalendarDay

LIBRARY = WorkingDays()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 4), True),  # Sunday, made up for New Year
        (date(2026, 2, 14), True),  # Saturday before Spring Festival
        (date(2026, 2, 16), False),  # Monday of Spring Festival
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),  # Sunday, made up for National Day
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),  # Wednesday
        (date(2026, 10, 10), True),  # Saturday
        (date(2026, 9, 16), True),
        (date(2026, 9, 19), False),
    ],
)
def test_the_adjusted_days_of_2026_are_known(day, working):
    assert LIBRARY.is_working(day) is working
    assert not LIBRARY.provisional(day)


def test_an_unknown_year_counts_monday_to_friday_and_is_provisional():
    new_year = date(2027, 1, 1)
    assert LIBRARY.is_working(new_year)
    assert not LIBRARY.is_working(date(2027, 1, 2))
    assert LIBRARY.provisional(new_year)


def test_supplied_days_make_a_year_known_and_come_first():
    supplied = WorkingDays({date(2027, 1, 1): False, date(2027, 1, 3): True})
    assert not supplied.provisional(date(2027, 5, 1))
    assert not supplied.is_working(date(2027, 1, 1))
    assert supplied.is_working(date(2027, 1, 3))


@pytest.mark.parametrize(
    ("count", "day"), [(0, date(2026, 9, 30)), (1, date(2026, 10, 8)), (3, date(2026, 10, 10)), (-1, date(2026, 9, 29))]
)
def test_days_are_added_over_holidays(count, day):
    assert LIBRARY.add(date(2026, 9, 30), count) == day


def test_days_between_leave_the_first_out():
    assert LIBRARY.between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert LIBRARY.between(date(2026, 9, 30), date(2026, 9, 30)) == 0


def test_a_day_ends_at_midnight_in_shanghai():
    assert calendar.end_of(date(2026, 9, 16)) == datetime(2026, 9, 16, 16, tzinfo=UTC)
    assert calendar.start_of(date(2026, 9, 16)) == datetime(2026, 9, 15, 16, tzinfo=UTC)
    assert calendar.local_day(datetime(2026, 9, 15, 16, tzinfo=UTC)) == date(2026, 9, 16)
    assert calendar.local_day(datetime(2026, 9, 15, 15, 59, 59, tzinfo=UTC)) == date(2026, 9, 15)


@pytest.mark.django_db
def test_the_current_year_missing_is_refused_until_it_is_supplied():
    at = datetime(2031, 6, 1, tzinfo=UTC)
    with pytest.raises(YearUnknown, match="2031"):
        calendar.require_current_year(at)
    CalendarDay.objects.create(day=date(2031, 1, 1), working=False, source="国办发明电")
    calendar.forget()
    calendar.require_current_year(at)
    assert calendar.current().knows(2031)
