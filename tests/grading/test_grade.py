"""The rules of the grade as a table: vectors of domain.md 6.4 as far as groups A and C and vetoes V1 and V2 give them."""

import math
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grading.policy.changes import JUST_AFTER, matters, next_change
from grading.policy.facts import Facts, Lapse, Weighed
from grading.policy.grade import grade
from grading.policy.numbers import Numbers
from hazards.policy.words import Level, Source, Status
from tests.cast import DAY, LONG_AGO, NOON, SECOND

V1, WEEK = Numbers(), 7 * DAY
MS = timedelta(milliseconds=1)
ids = iter(range(1, 1_000_000))


def hazard(*, late: timedelta = -DAY, status=Status.RECTIFYING, source=Source.INSPECTION, level=Level.GENERAL, **more) -> Weighed:
    columns = {"since": NOON - 30 * DAY, "due_at": NOON - late, **more}
    return Weighed(id=UUID(int=next(ids)), level=level, source=source, status=status, **columns)


def graded(*hazards, at=NOON, numbers=V1, rated=True):
    return grade(Facts(registered_at=LONG_AGO, rated=rated, hazards=hazards), numbers, at)


def points(result):
    return {row.factor: row.points for row in result.rows if row.points}


VECTORS = {
    "T1 no hazard at all": ([], 100, "green", []),
    "T2 two open in time": ([hazard(), hazard()], 96, "green", []),
    "T3 three open, one ten days late": ([hazard(), hazard(), hazard(), hazard(late=10 * DAY)], 88, "blue", []),
    "T4 one open major": ([hazard(level=Level.MAJOR)], 80, "orange", ["V1"]),
    "T5 the same overdue": ([hazard(level=Level.MAJOR, late=SECOND)], 80, "red", ["V2", "V1"]),
    "T5 listed": ([hazard(level=Level.MAJOR, listed=True)], 80, "red", ["V2", "V1"]),
    "T6 look-back failed": ([hazard(status=Status.CLOSED, lapses=(Lapse("look_back_failed", NOON - DAY),))], 92, "green", []),
    "T8 seven of three weeks meet the cap": ([hazard(late=3 * WEEK) for _ in range(7)], 60, "orange", []),
    "six in time cost ten at most": ([hazard() for _ in range(6)], 90, "green", []),
    "awaiting re-inspection is still open": ([hazard(status=Status.AWAITING_REINSPECTION, submitted_at=NOON)], 98, "green", []),
    "a recurrence costs three more": ([hazard(recurrence=True)], 95, "green", []),
    "a recurrence still counts when closed": ([hazard(recurrence=True, status=Status.CLOSED)], 97, "green", []),
    "one late costs eight at most": ([hazard(late=52 * WEEK)], 92, "green", []),
    "failed visits cost fifteen at most": (
        [hazard(status=Status.CLOSED, lapses=(Lapse("reinspection_failed", NOON - DAY),) * 6)], 85, "blue", [],
    ),
    "both groups at their caps": (
        [*(hazard(late=3 * WEEK) for _ in range(7)), hazard(lapses=(Lapse("look_back_failed", NOON - DAY),) * 2)], 45, "red", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector(name):
    hazards, score, colour, vetoes = VECTORS[name]
    result = graded(*hazards)
    assert (result.score, result.grade, [veto.id for veto in result.vetoes]) == (score, colour, vetoes)


@pytest.mark.parametrize("name", VECTORS)
def test_the_rows_explain_the_score_to_the_last_point(name):
    result = graded(*VECTORS[name][0])
    assert 100 + math.fsum(row.points for row in result.rows) == result.score
    assert all(row.words and row.count >= len(row.evidence) for row in result.rows)
    assert [row.factor for row in result.rows if row.factor != "group_cap"] == [
        "open_general", "overdue_general", "open_major", "recurrence", "reinspection_failed", "look_back_failed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("late", "cost"),
    [
        (-SECOND, -2), (-MS, -2), (0 * DAY, -5), (MS, -5), (WEEK, -5), (WEEK + MS, -6), (2 * WEEK, -6), (3 * WEEK, -7),
        (3 * WEEK + MS, -8), (9 * WEEK, -8),
    ],
)  # fmt: skip
def test_lateness_is_counted_from_the_first_instant_too_late(late, cost):
    assert graded(hazard(late=late)).score == 100 + cost


@pytest.mark.parametrize(("age", "cost"), [(180 * DAY - MS, -3), (180 * DAY, 0), (181 * DAY, 0)])
def test_a_failed_visit_leaves_after_a_hundred_and_eighty_days(age, cost):
    closed = {"status": Status.CLOSED}
    assert graded(hazard(lapses=(Lapse("reinspection_failed", NOON - age),), **closed)).score == 100 + cost
    assert graded(hazard(recurrence=True, since=NOON - age, **closed)).score == 100 + cost


@pytest.mark.parametrize(
    ("off", "colour"),
    [
        (10, "green"), (10.01, "blue"), (20, "blue"), (20.004, "yellow"), (30, "yellow"), (40, "orange"), (40.001, "red"),
    ],
)  # fmt: skip
def test_thresholds_compare_unrounded(off, colour):
    numbers = Numbers(open_major=off, cap_a=100, major_open_best="green")
    assert graded(hazard(level=Level.MAJOR), numbers=numbers).grade == colour


@pytest.mark.parametrize("source", [Source.SELF_INSPECTION, Source.SNAPSHOT, Source.AGENCY])
@pytest.mark.parametrize(
    ("found", "cost"),
    [
        ({"late": -SECOND}, {}),
        ({"late": 0 * DAY}, {"overdue_general": -5}),
        ({"due_at": None, "status": Status.AWAITING_REINSPECTION}, {}),
        ({"status": Status.AWAITING_REINSPECTION, "submitted_at": NOON - 3 * DAY, "late": 2 * DAY}, {}),
        ({"status": Status.AWAITING_REINSPECTION, "submitted_at": NOON - 2 * DAY, "late": 2 * DAY}, {"open_general": -2}),
        ({"recurrence": True}, {}),
        ({"recurrence": True, "late": SECOND}, {"overdue_general": -5, "recurrence": -3}),
        ({"recurrence": True, "status": Status.CLOSED, "submitted_at": NOON - 2 * DAY, "late": DAY}, {}),
        ({"recurrence": True, "status": Status.CLOSED, "submitted_at": NOON - DAY, "late": 2 * DAY}, {"recurrence": -3}),
        ({"lapses": (Lapse("reinspection_failed", NOON - DAY),)}, {}),
        ({"lapses": (Lapse("look_back_failed", NOON - DAY),)}, {"look_back_failed": -8}),
    ],
)
def test_nobody_is_punished_for_looking(source, found, cost):
    assert points(graded(hazard(source=source, **found))) == cost


@pytest.mark.parametrize("source", [Source.SELF_INSPECTION, Source.INSPECTION])
def test_a_major_one_caps_the_grade_while_open_whoever_found_it(source):
    found = {"level": Level.MAJOR, "source": source}
    assert graded(hazard(**found)).grade == "orange"
    assert graded(hazard(**found, late=SECOND)).grade == "red"
    assert graded(hazard(**found, listed=True)).grade == "red"
    awaiting = hazard(**found, status=Status.AWAITING_REINSPECTION, submitted_at=NOON - DAY)
    assert graded(awaiting).grade == "orange"
    for status in (Status.CLOSED, Status.VOID):
        assert graded(hazard(**found, status=status)).grade == "green"


@pytest.mark.parametrize("status", [Status.REPORTED, Status.RETURNED, Status.VOID, Status.CLOSED])
@pytest.mark.parametrize("level", list(Level))
def test_what_is_only_reported_or_has_ended_is_not_open(status, level):
    assert graded(hazard(status=status, level=level, due_at=None)).score == 100


sources = st.sampled_from(list(Source))
lapses = st.lists(st.sampled_from(["reinspection_failed", "look_back_failed"]), max_size=3)


@st.composite
def hazards(draw, **fixed):
    return hazard(
        late=timedelta(hours=draw(st.integers(-24 * 60, 24 * 60))), source=draw(fixed.get("source", sources)),
        status=fixed.get("status") or draw(st.sampled_from(list(Status))), level=draw(st.sampled_from(list(Level))),
        listed=fixed.get("listed", draw(st.booleans())), recurrence=draw(st.booleans()),
        submitted_at=NOON - timedelta(hours=draw(st.integers(0, 24 * 60))),
        lapses=tuple(Lapse(kind, NOON - DAY) for kind in draw(fixed.get("lapses", lapses))),
    )  # fmt: skip


found_by_itself = st.sampled_from([Source.SELF_INSPECTION, Source.SNAPSHOT, Source.AGENCY])
no_look_back_failed = st.lists(st.just("reinspection_failed"), max_size=3)
closed_by_itself = hazards(source=found_by_itself, status=Status.CLOSED, listed=False, lapses=no_look_back_failed)
still_in_time = hazards(source=found_by_itself, status=Status.RECTIFYING, listed=False, lapses=no_look_back_failed)


@given(st.lists(hazards(), max_size=8), closed_by_itself.filter(lambda h: h.in_time(NOON)))
def test_what_was_found_by_oneself_and_closed_in_time_never_lowers_anything(others, own):
    before, after = graded(*others), graded(*others, own)
    assert (after.score, after.grade) == (before.score, before.grade)


@given(st.lists(hazards(), max_size=8), still_in_time.filter(lambda h: h.in_time(NOON)))
def test_what_was_found_by_oneself_never_lowers_the_score_while_it_is_in_time(others, own):
    assert graded(*others, own).score == graded(*others).score


@given(st.lists(hazards(), max_size=12), st.integers(0, 24 * 400))
def test_the_score_stays_in_its_range_and_nothing_changes_before_the_next_change(found, hours):
    facts = Facts(registered_at=LONG_AGO, rated=True, hazards=tuple(found))
    at = NOON + timedelta(hours=hours)
    result, then = grade(facts, V1, at), next_change(facts, V1, at)
    assert 45 <= result.score <= 100
    assert then is None or then > at
    assert grade(facts, V1, then - MS if then else at + 4000 * DAY) == result


def test_a_new_enterprise_is_grey_until_something_is_known_of_it_or_thirty_days_have_passed():
    def new(at, *found, rated=False):
        facts = Facts(registered_at=NOON, rated=rated, hazards=found)
        return grade(facts, V1, at).grade, next_change(facts, V1, at)

    unseen = hazard(due_at=None, status=Status.AWAITING_REINSPECTION, source=Source.SNAPSHOT)
    assert new(NOON) == new(NOON + 30 * DAY - MS) == new(NOON, unseen) == ("grey", NOON + 30 * DAY)
    assert new(NOON + 30 * DAY) == new(NOON, rated=True) == ("green", None)
    assert new(NOON, hazard(since=NOON))[0] == "green"
    assert grade(Facts(NOON, rated=False), V1, NOON).score is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (hazard(), NOON + DAY),
        (hazard(late=0 * DAY), NOON + WEEK + JUST_AFTER),
        (hazard(late=10 * DAY), NOON + 4 * DAY + JUST_AFTER),
        (hazard(late=22 * DAY), None),
        (hazard(level=Level.MAJOR, late=DAY), None),
        (hazard(status=Status.AWAITING_REINSPECTION), None),
        (hazard(status=Status.CLOSED, recurrence=True), NOON + 150 * DAY),
        (hazard(status=Status.CLOSED, lapses=(Lapse("look_back_failed", NOON - DAY),)), NOON + 179 * DAY),
    ],
)
def test_the_next_change_by_the_calendar_is_known(found, expected):
    assert next_change(Facts(LONG_AGO, rated=True, hazards=(found,)), V1, NOON) == expected


def test_what_can_weigh_no_more_is_let_go():
    old = {"status": Status.CLOSED, "since": NOON - 200 * DAY}
    kept = [hazard(), hazard(**{**old, "since": NOON - DAY}, recurrence=True), hazard(**old, lapses=(Lapse("x", NOON - DAY),))]
    gone = [hazard(**old), hazard(**old, recurrence=True), hazard(**old, lapses=(Lapse("x", NOON - 181 * DAY),)),
            hazard(status=Status.VOID, recurrence=True), hazard(status=Status.REPORTED)]  # fmt: skip
    assert [matters(h, V1, NOON) for h in kept] == [True] * 3
    assert [matters(h, V1, NOON) for h in gone] == [False] * 5


@pytest.mark.parametrize(
    "document",
    [
        {"open_general": -1},
        {"open_general": math.nan},
        {"green_from": 80},
        {"spared": ["everything"]},
        {"window_days": 0},
        {"x": 1},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(document):
    with pytest.raises(ValidationError):
        Numbers(**document)
