"""Deadlines, ways in, recurrence, lots: pure rules at their edges."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from accounts.policy.roles import Role
from backend.kernel import ids
from backend.kernel.calendar import WorkingDays, end_of
from backend.kernel.coordinates import metres_between
from hazards import errors
from hazards.policy import clocks, deadlines, reporting, sampling
from hazards.policy.facts import Asking, Hands, Pending
from hazards.policy.numbers import Numbers
from hazards.policy.recurrence import Trace, recurrence_of, same_trouble
from hazards.policy.words import Level, Source, Status
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND

DAYS, NUMBERS = WorkingDays(), Numbers()
PAGE_SOURCES = {
    Source.SELF_INSPECTION: {Role.OWNER, Role.OFFICER, Role.AGENCY}, Source.SNAPSHOT: {Role.OWNER, Role.OFFICER, Role.EMPLOYEE},
    Source.AGENCY: {Role.AGENCY}, Source.GRID_PATROL: {Role.GRID_WORKER}, Source.INSPECTION: {Role.INSPECTOR},
    Source.CAMPAIGN: {Role.INSPECTOR}, Source.REMOTE_CHECK: {Role.GRID_WORKER, Role.INSPECTOR},
    Source.PUBLIC_REPORT: {Role.GRID_WORKER, Role.INSPECTOR},
}  # fmt: skip
FINDINGS = {Source.GRID_PATROL, Source.INSPECTION, Source.CAMPAIGN, Source.REMOTE_CHECK}


def test_every_source_belongs_to_the_roles_of_the_page():
    assert {source: frozenset(roles) for source, roles in PAGE_SOURCES.items()} == reporting.SOURCES


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("has_fix", [False, True])
@pytest.mark.parametrize("has_ruling", [False, True])
@pytest.mark.parametrize(("source", "role"), [(s, r) for s, roles in PAGE_SOURCES.items() for r in sorted(roles)])
def test_a_report_carries_what_its_source_asks_for(source, role, has_ruling, has_fix, level):
    finding = source in FINDINGS
    grid_sends_up = role == Role.GRID_WORKER and level == Level.MAJOR
    by_firm = source in {Source.SELF_INSPECTION, Source.SNAPSHOT, Source.AGENCY}
    if has_ruling and not finding:
        wrong = errors.VerificationNotYours
    elif finding and not has_ruling and not grid_sends_up:
        wrong = errors.VerificationRequired
    else:
        wrong = errors.RectificationNotYours if has_fix and not by_firm else None

    def check():
        reporting.check_parts(source=source, role=role, level_claimed=level, has_ruling=has_ruling, has_fix=has_fix)

    if wrong is None:
        assert check() is None
        return
    with pytest.raises(wrong):
        check()


@pytest.mark.parametrize(
    ("found_at", "flags"),
    [
        (NOON - 72 * HOUR, []), (NOON - 72 * HOUR - SECOND, ["clock_skew"]), (NOON, []), (NOON + 5 * MINUTE, []),
        (NOON + 5 * MINUTE + SECOND, ["clock_skew"]), (datetime(2000, 1, 1, tzinfo=UTC), ["clock_skew"]),
    ],
)  # fmt: skip
def test_a_claimed_instant_is_flagged_beyond_its_edges(found_at, flags):
    assert reporting.flags(found_at=found_at, at=NOON, numbers=NUMBERS) == flags


# the week of 1 October 2026: 1 to 7 are holidays, Sunday 20 September and Saturday 10 October are worked
@pytest.mark.parametrize(
    ("confirmed_on", "days", "last"),
    [
        (date(2026, 9, 16), 3, date(2026, 9, 20)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
    ],
)
def test_deadlines_count_working_days_with_the_adjusted_ones(confirmed_on, days, last):
    at = end_of(confirmed_on) - SECOND
    numbers = replace_numbers(due_days_general=days)
    due = deadlines.due(level=Level.GENERAL, category="EL01", confirmed_at=at, calendar=DAYS, numbers=numbers)
    assert (due.at, due.provisional) == (end_of(last), False)
    assert deadlines.last_day(due.at) == last


def replace_numbers(**more) -> Numbers:
    return NUMBERS.model_copy(update=more)


def test_a_category_may_have_its_own_days_but_not_for_major_ones():
    numbers = replace_numbers(due_days_by_category={"EL01": 1})
    at = NOON
    general = deadlines.due(level=Level.GENERAL, category="EL01", confirmed_at=at, calendar=DAYS, numbers=numbers)
    major = deadlines.due(level=Level.MAJOR, category="EL01", confirmed_at=at, calendar=DAYS, numbers=numbers)
    assert deadlines.last_day(general.at) == date(2026, 9, 17)
    assert DAYS.between(date(2026, 9, 16), deadlines.last_day(major.at)) == 60


def test_a_deadline_in_an_unknown_year_is_provisional():
    assert deadlines.on_day(date(2031, 1, 5), NOON, DAYS).provisional is True
    assert deadlines.on_day(date(2026, 9, 30), NOON, DAYS).provisional is False


def test_stopped_work_is_due_in_hours():
    assert deadlines.in_hours(72, NOON).at == NOON + 72 * HOUR


def test_an_extension_at_most_doubles_the_days():
    latest = deadlines.extension_latest(start=NOON, original_due_at=end_of(date(2026, 9, 26)))
    assert latest == date(2026, 10, 6)
    assert deadlines.extension_latest(start=NOON, original_due_at=end_of(date(2026, 9, 10))) == date(2026, 9, 10)


def test_a_listed_hazard_asks_fifteen_working_days_ahead():
    due_at = end_of(date(2026, 9, 30))
    assert deadlines.ask_until(due_at=due_at, listed=False, calendar=DAYS, numbers=NUMBERS) == due_at
    until = deadlines.ask_until(due_at=due_at, listed=True, calendar=DAYS, numbers=NUMBERS)
    assert DAYS.between(deadlines.last_day(until), date(2026, 9, 30)) == 15


def test_the_other_periods_end_at_midnight_in_shanghai():
    assert deadlines.cooled_at(settled_at=NOON, calendar=DAYS, numbers=NUMBERS) == end_of(date(2026, 9, 20))
    assert deadlines.rejected(at=NOON, calendar=DAYS, numbers=NUMBERS).at == end_of(date(2026, 9, 22))
    assert deadlines.returned_until(returned_at=NOON, calendar=DAYS, numbers=NUMBERS) == end_of(date(2026, 9, 24))


HERE = (28.0391, 120.6557)


def metres_north(metres: float) -> tuple[float, float]:
    per_degree = metres_between(HERE, (HERE[0] + 1, HERE[1]))
    return HERE[0] + metres / per_degree, HERE[1]


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        (("A-1", "", None), ("A-1", "", None), True),
        (("A-1", "", HERE), ("A-1", "", metres_north(500)), True),
        (("A-1", "东", None), ("A-2", "西", None), False),
        (("", "东", HERE), ("", "西", metres_north(29.9)), True),
        (("", "东", HERE), ("", "西", metres_north(30.1)), False),
        (("", "东", HERE), ("", "东", metres_north(30.1)), False),
        (("", "一号 车间", HERE), ("", "一号车间", None), True),
        (("", "一号车间", None), ("", "二号车间", HERE), False),
        (("", "", None), ("", "", None), False),
    ],
)
def test_the_same_trouble_is_the_same_item_or_place(new, old, same):
    assert same_trouble(Trace(ids.new(), *new), Trace(ids.new(), *old), metres=30) is same


def test_the_latest_closure_is_the_one_repeated_and_never_the_hazard_itself():
    new = Trace(ids.new(), "A-1", "", None)
    first, second = (Trace(ids.new(), "A-1", "", None) for _ in range(2))
    assert recurrence_of(new, [new, second, first], metres=30) == second.id
    assert recurrence_of(new, [], metres=30) is None


def test_hands_come_back_from_a_row_as_they_went():
    one, two = UUID(int=1), UUID(int=2)
    hands = Hands(
        rectified=frozenset({one, two}), found=one, verified=two, accepted=None, passed=frozenset({two}),
        pending=Pending(one, one, two, NOON), asking=Asking(two, one, date(2026, 9, 30)),
    )  # fmt: skip
    assert Hands.of_json(hands.as_json()) == hands
    assert Hands.of_json({}) == Hands()
    assert Hands.of_json(replace(hands, pending=None, asking=None).as_json()).pending is None


def test_a_lot_is_cast_as_it_is_published():
    key, id = "11" * 32, UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    whole = sampling.fraction(key=key, hazard_id=id, received_at="2026-09-16T04:00:00Z")
    assert 0 <= whole < 1
    assert sampling.drawn(key=key, hazard_id=id, received_at="2026-09-16T04:00:00Z", rate=1.0) is True
    assert sampling.drawn(key=key, hazard_id=id, received_at="2026-09-16T04:00:00Z", rate=0.0) is False
    assert len(sampling.commitment(key)) == 64


@pytest.mark.parametrize("status", [Status.CLOSED, Status.VOID])
def test_nothing_escalates_once_the_loop_has_ended(status):
    ladder = clocks.climb(status=status, base=NOON, since=NOON, calendar=DAYS)
    assert clocks.next_at(ladder, DAYS) is None
    assert clocks.due_rungs(ladder, at=NOON + 99 * DAY, calendar=DAYS) == ()


def test_rungs_before_a_short_deadline_are_passed_over():
    due_at = NOON + 2 * HOUR
    ladder = clocks.climb(status=Status.RECTIFYING, base=due_at, since=NOON, calendar=DAYS)
    assert clocks.next_at(ladder, DAYS) == due_at
    assert [r.rule for r in clocks.due_rungs(ladder, at=due_at, calendar=DAYS)] == ["due"]
    assert clocks.due_rungs(ladder, at=due_at - SECOND, calendar=DAYS) == ()
