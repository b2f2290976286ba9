"""The rule of the grade as a table: domain.md 6.4 (T1-T8), and both sides of every threshold, cap, window and veto."""

import math

import pytest

from grading.policy.facts import Strike
from grading.policy.grade import by_score, grade
from hazards.policy.words import Level, Source, Status
from tests.grading.world import (
    AWAITS,
    DAY,
    DONE,
    LONG_AGO,
    MAJOR,
    MS,
    NOON,
    OWN,
    SECOND,
    V1,
    WEEK,
    fact,
    facts,
    failed,
    graded,
    hazard,
    period,
    periods,
    points,
    policy,
    visit,
)

YELLOW, ORANGE, RED = (fact("risk_level", level) for level in ("yellow", "orange", "red"))
TAG, TAG_2 = fact("special_place", "confined_space"), fact("special_place", "spraying")
HELD = fact("look_back_failed")

# T1-T8 of domain.md 6.4: hazards found by officials
VECTORS = {
    "T1 perfect micro firm": ([fact("risk_level", "blue"), *periods("done", "done", "done")], 100, "green", {}, []),
    "T2 small valve maker": (
        [YELLOW, hazard(), hazard(), fact("standardisation", "3")],
        95, "green", {"open_general": -4, "risk_level": -3, "standardisation": 2}, [],
    ),
    "T3 plating shop": (
        [ORANGE, TAG, hazard(), hazard(), hazard(), hazard(late=10 * DAY), *periods("done", "missed", "done")],
        73.33, "yellow",
        {"open_general": -6, "overdue_general": -6, "self_check_missing": -6.67, "risk_level": -6, "special_place": -2}, [],
    ),
    "T4 dust firm": (
        [RED, TAG, TAG_2, hazard(**MAJOR), *periods("done", "done", "done")],
        70, "orange", {"open_major": -20, "risk_level": -10, "special_place": -4, "group_cap": 4}, ["V1"],
    ),
    "T5 same, major overdue": (
        [RED, TAG, TAG_2, hazard(**MAJOR, late=SECOND), *periods("done", "done", "done")],
        70, "red", {"open_major": -20, "risk_level": -10, "special_place": -4, "group_cap": 4}, ["V2", "V1"],
    ),
    "T6 fraud": (
        [YELLOW, fact("false_report"), hazard(**DONE, lapses=failed(kind="look_back_failed")), fact("penalty")],
        77, "red", {"false_report": -15, "look_back_failed": -8, "group_cap": 8, "risk_level": -3, "penalty": -5}, ["V6"],
    ),
    "T7 silent firm": (
        [fact("risk_level", "blue"), *periods("missed", "missed", "missed"), fact("quarterly_report_missing")],
        76, "orange", {"self_check_missing": -20, "quarterly_report_missing": -4}, ["V7"],
    ),
    "T8 overdue cap": (
        [YELLOW, *(hazard(late=3 * WEEK) for _ in range(7))],
        57, "red", {"overdue_general": -49, "group_cap": 9, "risk_level": -3}, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector(name):
    things, score, colour, rows, vetoes = VECTORS[name]
    result = graded(*things)
    assert (round(result.score, 2), result.grade, [veto.id for veto in result.vetoes]) == (score, colour, vetoes)
    assert points(result) == rows


ALL = [thing for things, *_ in VECTORS.values() for thing in things]


@pytest.mark.parametrize("things", [*(v[0] for v in VECTORS.values()), ALL], ids=[*(n[:2] for n in VECTORS), "all"])
def test_the_rows_explain_the_score_to_the_last_point(things):
    result = graded(*things)
    assert 100 + math.fsum(row.points for row in result.rows) == pytest.approx(result.score, abs=1e-6)
    assert all(row.words and row.count >= len(row.evidence) == len(set(row.evidence)) for row in result.rows)
    assert all(row.count or row.factor in ("group_cap", "clamp") for row in result.rows)


# what, and what it costs (or brings), factor by factor and on both sides of every number
COSTS = [
    # A: open, overdue, weeks of lateness, caps
    ([hazard()], {"open_general": -2}),
    ([hazard()] * 5, {"open_general": -10}),
    ([hazard() for _ in range(6)], {"open_general": -10}),
    ([hazard(**AWAITS, submitted_at=NOON)], {"open_general": -2}),
    ([hazard(late=-MS)], {"open_general": -2}),
    ([hazard(late=0 * DAY)], {"overdue_general": -5}),
    ([hazard(late=WEEK)], {"overdue_general": -5}),
    ([hazard(late=WEEK + MS)], {"overdue_general": -6}),
    ([hazard(late=3 * WEEK)], {"overdue_general": -7}),
    ([hazard(late=3 * WEEK + MS)], {"overdue_general": -8}),
    ([hazard(late=52 * WEEK)], {"overdue_general": -8}),
    ([hazard(late=52 * WEEK) for _ in range(5)], {"overdue_general": -40}),
    ([hazard(late=52 * WEEK) for _ in range(6)], {"overdue_general": -48, "group_cap": 8}),
    ([hazard(**MAJOR), hazard(**MAJOR)], {"open_major": -40}),
    ([hazard(**MAJOR), hazard(**MAJOR), hazard()], {"open_major": -40, "open_general": -2, "group_cap": 2}),
    ([hazard(**DONE, recurrence=True, since=NOON - 180 * DAY + MS)], {"recurrence": -3}),
    ([hazard(**DONE, recurrence=True, since=NOON - 180 * DAY)], {}),
    ([hazard(recurrence=True)], {"open_general": -2, "recurrence": -3}),
    ([hazard(status=Status.VOID, recurrence=True)], {}),
    ([hazard(status=Status.REPORTED, due_at=None)], {}),
    ([hazard(status=Status.RETURNED, due_at=None, **MAJOR)], {}),
    # B: late is half, three periods at most, several checklists in one period
    (periods("late", "done", "done"), {"self_check_missing": -3.33}),
    (periods("missed", "late", "done"), {"self_check_missing": -10}),
    (periods("missed"), {"self_check_missing": -6.67}),
    (periods("done", "done", "done", "missed"), {}),
    (periods("done", "missed", "missed"), {"self_check_missing": -13.33}),
    ([period(missed=1, of=2)], {"self_check_missing": -3.33}),
    # quality of rectification
    ([hazard(**DONE, lapses=failed(180 * DAY - MS))], {"reinspection_failed": -3}),
    ([hazard(**DONE, lapses=failed(180 * DAY))], {}),
    ([hazard(**DONE, lapses=failed(times=5))], {"reinspection_failed": -15}),
    ([hazard(**DONE, lapses=failed(times=6))], {"reinspection_failed": -18, "group_cap": 3}),
    ([hazard(**DONE, lapses=failed(180 * DAY - MS, kind="look_back_failed"))], {"look_back_failed": -8}),
    ([hazard(**DONE, lapses=failed(180 * DAY, kind="look_back_failed"))], {}),
    ([fact("false_report", ago=180 * DAY - MS)], {"false_report": -15}),
    ([fact("false_report", ago=180 * DAY)], {}),
    # D: levels, tags, cap
    ([fact("risk_level", "blue")], {}),
    ([YELLOW], {"risk_level": -3}),
    ([ORANGE], {"risk_level": -6}),
    ([RED], {"risk_level": -10}),
    ([RED, YELLOW], {"risk_level": -10}),
    ([TAG, TAG_2, fact("special_place", "ship_repair")], {"special_place": -4}),
    ([ORANGE, TAG, TAG_2], {"risk_level": -6, "special_place": -4}),
    ([RED, TAG], {"risk_level": -10, "special_place": -2, "group_cap": 2}),
    # E: each, most of each, cap, dates
    ([fact("quarterly_report_missing")], {"quarterly_report_missing": -4}),
    ([fact("certificate_missing")], {"certificate_missing": -3}),
    ([fact("certificate_missing") for _ in range(3)], {"certificate_missing": -6}),
    ([fact("training_expired")], {"training_expired": -3}),
    ([fact("commitment_not_renewed")], {"commitment_not_renewed": -2}),
    ([fact("emergency_plan_missing")], {"emergency_plan_missing": -2}),
    ([fact("liability_insurance_missing")], {"liability_insurance_missing": -5}),
    ([fact("liability_insurance_missing", to=NOON + MS)], {"liability_insurance_missing": -5}),
    ([fact("liability_insurance_missing", to=NOON)], {}),
    ([fact("liability_insurance_missing", ago=-MS)], {}),
    ([fact("liability_insurance_missing", ago=0 * DAY)], {"liability_insurance_missing": -5}),
    (
        [fact("quarterly_report_missing"), fact("certificate_missing"), fact("certificate_missing"), fact("training_expired"),
         fact("emergency_plan_missing")],
        {"quarterly_report_missing": -4, "certificate_missing": -6, "training_expired": -3, "emergency_plan_missing": -2},
    ),
    (
        [fact("quarterly_report_missing"), fact("certificate_missing"), fact("certificate_missing"), fact("training_expired"),
         fact("liability_insurance_missing")],
        {"quarterly_report_missing": -4, "certificate_missing": -6, "training_expired": -3, "liability_insurance_missing": -5,
         "group_cap": 3},
    ),
    # F: windows of a year, cap
    ([fact("penalty", ago=365 * DAY - MS)], {"penalty": -5}),
    ([fact("penalty", ago=365 * DAY)], {}),
    ([fact("order_not_complied", ago=180 * DAY - MS)], {"order_not_complied": -10}),
    ([fact("order_not_complied", ago=180 * DAY)], {}),
    ([fact("formal_talk", ago=365 * DAY - MS)], {"formal_talk": -3}),
    ([fact("formal_talk", ago=365 * DAY)], {}),
    ([fact("penalty") for _ in range(6)], {"penalty": -30}),
    ([*(fact("penalty") for _ in range(6)), fact("formal_talk")], {"penalty": -30, "formal_talk": -3, "group_cap": 3}),
    # bonus: levels, most, cap, and never more than a hundred
    ([RED, fact("standardisation", "1")], {"risk_level": -10, "standardisation": 6}),
    ([RED, fact("standardisation", "2")], {"risk_level": -10, "standardisation": 4}),
    ([RED, fact("standardisation", "2"), fact("standardisation", "3")], {"risk_level": -10, "standardisation": 4}),
    ([RED, fact("service_contract"), fact("service_contract")], {"risk_level": -10, "service_contract": 1}),
    ([RED, fact("voluntary_insurance", to=NOON)], {"risk_level": -10}),
    (
        [RED, fact("standardisation", "1"), fact("service_contract"), fact("voluntary_insurance")],
        {"risk_level": -10, "standardisation": 6, "service_contract": 1, "voluntary_insurance": 1},
    ),
    (
        [RED, fact("standardisation", "1"), fact("service_contract"), fact("voluntary_insurance"),
         hazard(**MAJOR, **OWN, **DONE, submitted_at=NOON - DAY)],
        {"risk_level": -10, "standardisation": 6, "service_contract": 1, "voluntary_insurance": 1, "major_reported": 3,
         "group_cap": -3},
    ),
    ([YELLOW, fact("standardisation", "1")], {"risk_level": -3, "standardisation": 6, "clamp": -3}),
    ([RED, hazard(**MAJOR, **OWN, **DONE, submitted_at=NOON - DAY)], {"risk_level": -10, "major_reported": 3}),
    ([RED, hazard(**MAJOR, **OWN, **DONE, submitted_at=NOON - DAY, closed_at=NOON - 180 * DAY)], {"risk_level": -10}),
    ([RED, hazard(**MAJOR, **OWN, **DONE, submitted_at=NOON, late=SECOND)], {"risk_level": -10}),
    ([RED, hazard(**MAJOR, **DONE, submitted_at=NOON - DAY)], {"risk_level": -10}),
]  # fmt: skip


def test_what_counts_costs_what_the_table_says_on_both_sides_of_every_number():
    wrong = [(n, points(graded(*things)), rows) for n, (things, rows) in enumerate(COSTS) if points(graded(*things)) != rows]
    assert wrong == []
    assert len(COSTS) >= 60


@pytest.mark.parametrize(
    ("score", "colour"),
    [
        (100, "green"), (90, "green"), (89.99, "blue"), (80, "blue"), (79.996, "yellow"), (70, "yellow"), (69.999, "orange"),
        (60, "orange"), (59.999999, "red"), (0, "red"),
    ],
)  # fmt: skip
def test_thresholds_compare_unrounded(score, colour):
    assert by_score(score, V1) == colour


def test_what_cannot_be_taken_from_a_hundred_is_given_back():
    cruel = policy(groups={name: {"cap": 100} for name in "ABCDEF"}, factors={"penalty": {"points": 100}})
    result = graded(fact("penalty"), fact("penalty"), policy=cruel)
    assert (result.score, points(result)) == (0, {"penalty": -200, "group_cap": 100})
    result = graded(fact("penalty"), RED, policy=cruel)
    assert (result.score, points(result)) == (0, {"penalty": -100, "risk_level": -10, "clamp": 10})


BARRED = [
    # V1, V2: while open; overdue; listed
    ([hazard(**MAJOR)], ["major_open"], "orange"),
    ([hazard(**MAJOR, late=-MS)], ["major_open"], "orange"),
    ([hazard(**MAJOR, late=0 * DAY)], ["major_overdue", "major_open"], "red"),
    ([hazard(**MAJOR, **AWAITS, late=DAY, submitted_at=NOON - 2 * DAY)], ["major_open"], "orange"),
    ([hazard(**MAJOR, listed=True)], ["major_listed", "major_open"], "red"),
    ([hazard(**MAJOR, **DONE)], [], "green"),
    # V3: an order of the file, or on a hazard that officials found, or that was found by itself and got late
    ([fact("stop_order")], ["stop_order"], "red"),
    ([fact("stop_order", to=NOON + MS)], ["stop_order"], "red"),
    ([fact("stop_order", to=NOON)], [], "green"),
    ([hazard(stop_work=True)], ["stop_order"], "red"),
    ([hazard(stop_work=True, **DONE)], [], "green"),
    ([hazard(stop_work=True, **OWN)], [], "green"),
    ([hazard(stop_work=True, **OWN, late=0 * DAY)], ["stop_order"], "red"),
    # V4
    ([fact("fatal_accident", ago=182 * DAY - MS)], ["fatal_recent"], "red"),
    ([fact("fatal_accident", ago=182 * DAY)], ["fatal_past"], "orange"),
    ([fact("fatal_accident", ago=365 * DAY - MS)], ["fatal_past"], "orange"),
    ([fact("fatal_accident", ago=365 * DAY)], [], "green"),
    # V5
    ([fact("dishonesty_listed", ago=900 * DAY)], ["dishonesty"], "red"),
    ([fact("dishonesty_listed", to=NOON)], [], "green"),
    # V6: thirty days at least, longer if it is said to last
    ([fact("obstruction", ago=30 * DAY - MS)], ["obstruction"], "red"),
    ([fact("obstruction", ago=30 * DAY)], [], "green"),
    ([fact("obstruction", ago=20 * DAY, to=NOON - DAY)], ["obstruction"], "red"),
    ([fact("obstruction", ago=40 * DAY, to=NOON + MS)], ["obstruction"], "red"),
    ([fact("obstruction", ago=40 * DAY, to=NOON)], [], "green"),
    ([fact("false_report", ago=30 * DAY)], [], "blue"),
    # V7: running, the latest ones
    (periods("missed"), [], "green"),
    (periods("missed", "missed"), ["self_check_two"], "yellow"),
    (periods("missed", "late", "missed"), [], "blue"),
    (periods("done", "missed", "missed", "missed"), [], "blue"),
    (periods("missed", "missed", "missed"), ["self_check_three"], "orange"),
    (periods("missed", "missed", "late"), ["self_check_two"], "yellow"),
    # V8
    ([fact("unlicensed")], ["unlicensed"], "orange"),
    ([fact("unlicensed", to=NOON)], [], "green"),
]


@pytest.mark.parametrize(("things", "conditions", "colour"), BARRED)
def test_a_veto_holds_as_long_as_the_rule_says_and_the_worst_wins(things, conditions, colour):
    kind = policy(factors={"open_major": {"points": 0}, "false_report": {"points": 15}})
    result = graded(*things, policy=kind)
    assert ([veto.condition for veto in result.vetoes], result.grade) == (conditions, colour)
    assert all(veto.words and veto.evidence for veto in result.vetoes)


def test_what_ends_with_its_cause_is_kept_apart_from_what_one_climbs_back_from():
    result = graded(hazard(**MAJOR, listed=True), fact("unlicensed"))
    assert (result.grade, result.lasting, result.cap) == ("red", "blue", "red")
    result = graded(hazard(**MAJOR, late=DAY))
    assert (result.grade, result.lasting, result.cap) == ("red", "red", "orange")


@pytest.mark.parametrize("source", [Source.SELF_INSPECTION, Source.SNAPSHOT, Source.AGENCY])
@pytest.mark.parametrize(
    ("found", "cost"),
    [
        ({"late": -SECOND}, {}),
        ({"late": 0 * DAY}, {"overdue_general": -5}),
        ({"due_at": None, **AWAITS}, {}),
        ({**AWAITS, "submitted_at": NOON - 3 * DAY, "late": 2 * DAY}, {}),
        ({**AWAITS, "submitted_at": NOON - 2 * DAY, "late": 2 * DAY}, {"open_general": -2}),
        ({"recurrence": True}, {}),
        ({"recurrence": True, "late": SECOND}, {"overdue_general": -5, "recurrence": -3}),
        ({"recurrence": True, **DONE, "submitted_at": NOON - 2 * DAY, "late": DAY}, {}),
        ({"recurrence": True, **DONE, "submitted_at": NOON - DAY, "late": 2 * DAY}, {"recurrence": -3}),
        ({"lapses": failed()}, {}),
        ({"lapses": failed(kind="look_back_failed")}, {"look_back_failed": -8}),
        ({"stop_work": True}, {}),
    ],
)
def test_nobody_is_punished_for_looking(source, found, cost):
    assert points(graded(hazard(source=source, **found))) == cost


def test_what_was_found_by_oneself_is_shown_and_costs_nothing():
    (row,) = graded(hazard(**OWN), hazard(**OWN, **MAJOR)).rows
    assert (row.factor, row.count, row.points) == ("spared", 2, 0)


@pytest.mark.parametrize("source", [Source.SELF_INSPECTION, Source.INSPECTION])
def test_a_major_one_caps_the_grade_while_open_whoever_found_it(source):
    found = {"level": Level.MAJOR, "source": source}
    assert graded(hazard(**found)).grade == "orange"
    assert graded(hazard(**found, late=SECOND)).grade == "red"
    assert graded(hazard(**found, listed=True)).grade == "red"
    assert graded(hazard(**found, **AWAITS, submitted_at=NOON - DAY)).grade == "orange"
    for status in (Status.CLOSED, Status.VOID):
        assert graded(hazard(**found, status=status)).grade == "green"


@pytest.mark.parametrize("status", [Status.REPORTED, Status.RETURNED, Status.VOID, Status.CLOSED])
@pytest.mark.parametrize("level", list(Level))
def test_what_is_only_reported_or_has_ended_is_not_open(status, level):
    assert graded(hazard(status=status, level=level, due_at=None)).score == 100


def test_what_an_appeal_struck_no_longer_counts_and_the_rest_does():
    late, other, said, unchecked = hazard(late=DAY), hazard(), fact("penalty"), period(missed=1)
    things = (late, other, said, unchecked, hazard(**MAJOR))
    before = points(graded(*things))
    assert set(before) == {"overdue_general", "open_general", "penalty", "self_check_missing", "open_major"}
    strikes = (
        Strike("overdue_general", late.id), Strike("", said.id), Strike("self_check_missing", unchecked.ids[0]),
        Strike("open_general", things[4].id),
    )  # fmt: skip
    after = graded(*things, strikes=strikes)
    assert points(after) == {"open_general": -2, "open_major": -20}
    assert [veto.condition for veto in after.vetoes] == ["major_open"]
    assert graded(*things, strikes=(Strike("major_open", things[4].id),)).vetoes == ()


def test_a_new_enterprise_is_grey_until_something_is_known_of_it_or_thirty_days_have_passed():
    def new(*things, at=NOON, rated=False):
        return grade(facts(*things, registered_at=NOON, rated=rated), V1, at).grade

    unseen = hazard(due_at=None, **AWAITS, source=Source.SNAPSHOT)
    assert new() == new(at=NOON + 30 * DAY - MS) == new(unseen) == new(RED) == new(visit(-DAY)) == "grey"
    assert new(at=NOON + 30 * DAY) == new(rated=True) == new(hazard()) == new(visit()) == "green"
    assert new(fact("stop_order")) == "red"
    assert graded(rated=False, registered_at=NOON).score is None
    assert graded(rated=False, registered_at=LONG_AGO).score == 100
