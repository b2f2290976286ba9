"""What one hazard adds, and which rows make up a period: pure rules as tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazards.policy.words import Status
from oversight.policy import periods
from oversight.policy.figures import HELD, RECURRED, Figures, State, of, undecided_until, withdrawn
from oversight.policy.periods import Period, split
from tests.cast import DAY, NOON

MS = timedelta(milliseconds=1)
S, DUE = Status, NOON


def state(status, *, by="", submitted=None, due=DUE, look=""):
    return State(status, by, submitted, due, look)


@pytest.mark.parametrize(
    ("found", "at", "adds"),
    [
        (state(S.VOID), NOON, {}),
        (state(S.RECTIFYING), DUE - MS, {"found": 1}),
        (state(S.RECTIFYING), DUE, {"found": 1, "decided": 1}),
        (state(S.AWAITING_REINSPECTION, submitted=DUE - MS), DUE + 9 * DAY, {"found": 1}),
        (state(S.AWAITING_REINSPECTION, submitted=DUE), DUE, {"found": 1, "decided": 1}),
        (state(S.AWAITING_REINSPECTION, submitted=DUE, due=None), DUE, {"found": 1}),
        (
            state(S.CLOSED, by="reinspection", submitted=DUE - MS), DUE - MS,
            {"found": 1, "closed": 1, "verified": 1, "decided": 1, "on_time": 1},
        ),
        (
            state(S.CLOSED, by="countersignature", submitted=DUE), DUE,
            {"found": 1, "closed": 1, "verified": 1, "decided": 1},
        ),
        (state(S.CLOSED, by="clock", submitted=DUE, due=None), DUE, {"found": 1, "closed": 1}),
        (
            state(S.CLOSED, by="clock", submitted=DUE, due=None, look=HELD), DUE,
            {"found": 1, "closed": 1, "looked": 1, "held": 1},
        ),
        (state(S.CLOSED, by="clock", submitted=DUE, due=None, look=RECURRED), DUE, {"found": 1, "closed": 1, "looked": 1}),
        (
            state(S.RECTIFYING, by="reinspection", submitted=DUE - DAY, look=RECURRED), DUE,
            {"found": 1, "decided": 1, "looked": 1},
        ),
    ],
)  # fmt: skip
def test_a_hazard_adds(found, at, adds):
    assert of(found, at) == Figures(**adds)


def test_a_withdrawn_report_is_found_nowhere():
    assert (withdrawn(flagged=False), withdrawn(flagged=True)) == (Figures(withdrawn=1), Figures(withdrawn=1, flagged=1))


@pytest.mark.parametrize(
    ("found", "at", "until"),
    [
        (state(S.RECTIFYING), DUE - MS, DUE),
        (state(S.RECTIFYING), DUE, None),
        (state(S.AWAITING_REINSPECTION, submitted=DUE - MS), DUE - MS, None),
        (state(S.CLOSED, submitted=DUE - MS), DUE - MS, None),
        (state(S.VOID), DUE - MS, None),
    ],
)
def test_the_calendar_decides_only_what_is_being_rectified(found, at, until):
    assert undecided_until(found, at) == until


@pytest.mark.parametrize(
    ("first", "last", "today", "whole", "edges"),
    [
        ("2026-01-01", "2026-09-16", "2026-09-16", ("2026-01-01", "2026-09-01"), []),
        ("2026-01-01", "2026-09-15", "2026-09-16", ("2026-01-01", "2026-08-01"), [("2026-09-01", "2026-09-15")]),
        ("2026-01-02", "2026-02-28", "2026-09-16", ("2026-02-01", "2026-02-01"), [("2026-01-02", "2026-01-31")]),
        ("2026-01-31", "2026-02-01", "2026-09-16", None, [("2026-01-31", "2026-02-01")]),
        ("2026-01-05", "2026-01-05", "2026-09-16", None, [("2026-01-05", "2026-01-05")]),
        ("2024-02-01", "2024-02-29", "2026-09-16", ("2024-02-01", "2024-02-01"), []),
        ("2026-09-16", "2026-09-16", "2026-09-16", None, [("2026-09-16", "2026-09-30")]),
        ("2027-01-01", "2027-01-31", "2026-09-16", ("2027-01-01", "2027-01-01"), []),
    ],
)
def test_a_period_is_whole_months_and_the_days_at_its_ends(first, last, today, whole, edges):
    day = date.fromisoformat
    found = split(Period(day(first), day(last)), day(today))
    months = Period(day(whole[0]), day(whole[1])) if whole else None
    assert found == (months, [Period(day(a), day(b)) for a, b in edges])


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(days, days, days)
def test_every_day_up_to_today_is_read_exactly_once(one, other, today):
    period = Period(min(one, other), max(one, other))
    whole, edges = split(period, today)
    read = [edge.first + timedelta(days=n) for edge in edges for n in range((edge.last - edge.first).days + 1)]
    for month in periods.months(whole) if whole else []:
        read += [month + timedelta(days=n) for n in range((periods.month_after(month) - month).days)]
    asked = [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]
    assert sorted(day for day in read if day <= today) == [day for day in asked if day <= today]
