"""How a grade moves: worse at once, better step by step after a look; caps and overrides come and go with their cause."""

from dataclasses import replace

import pytest

from grading.policy.facts import Decision, Override
from grading.policy.grade import grade
from grading.policy.standing import Standing, step
from tests.grading.world import DAY, DONE, MAJOR, MS, NOON, OWN, V1, fact, facts, hazard, new_id, policy, visit

RED = Standing("red", worsened_at=NOON - 20 * DAY)
ORANGE = Standing("orange", improved_at=NOON - 8 * DAY, worsened_at=NOON - 40 * DAY)
YELLOW = Standing("yellow", improved_at=NOON - 8 * DAY, worsened_at=NOON - 40 * DAY)
BLUE = Standing("blue", worsened_at=NOON - 20 * DAY)


def stepped(standing, *things, at=NOON, rule=V1, **more):
    known = facts(*things, rated=standing.stepped != "grey", **more)
    return step(standing, grade(known, rule, at), known, rule, at)


def costing(points):
    """A thing and a policy in which it takes so many points."""
    return fact("liability_insurance_missing"), policy(
        factors={"liability_insurance_missing": {"points": points, "most": None}}, groups={"E": {"cap": 100}}
    )


def decided(ago=DAY):
    return (Decision(new_id(), NOON - ago),)


def override(colour, *, ago=DAY, until=NOON + DAY):
    return Override(new_id(), colour, NOON - ago, until)


def test_the_first_rating_goes_straight_to_what_the_facts_give():
    off, rule = costing(35)
    moved = stepped(Standing(), off, rule=rule)
    assert (moved.standing, moved.grade) == (Standing("orange"), "orange")


def test_worse_is_at_once_however_far():
    off, rule = costing(45)
    moved = stepped(Standing("green", improved_at=NOON - DAY), off, rule=rule)
    assert (moved.standing, moved.grade) == (Standing("red", improved_at=NOON - DAY, worsened_at=NOON), "red")
    assert stepped(moved.standing, off, rule=rule).standing == moved.standing


# from where, with what, to where, waiting for what
MOVES = {
    "nobody looked": (YELLOW, [], {}, "yellow", "verification"),
    "an official looked": (YELLOW, [visit()], {}, "blue", "days"),
    "at the last instant": (YELLOW, [visit(30 * DAY - MS)], {}, "blue", "days"),
    "too long ago": (YELLOW, [visit(30 * DAY)], {}, "yellow", "verification"),
    "before it became worse": (BLUE, [visit(21 * DAY)], {}, "blue", "verification"),
    "as it became worse": (BLUE, [visit(20 * DAY)], {}, "blue", "verification"),
    "just after it became worse": (BLUE, [visit(20 * DAY - MS)], {}, "green", None),
    "one that never became worse": (Standing("blue"), [visit()], {}, "green", None),
    "remote proof out of yellow": (YELLOW, [visit(kind="remote")], {}, "blue", "days"),
    "remote proof out of blue": (BLUE, [visit(kind="remote")], {}, "green", None),
    "remote proof out of orange": (ORANGE, [visit(kind="remote")], {}, "orange", "verification"),
    "a visit out of orange": (ORANGE, [visit()], {}, "yellow", "days"),
    "a visit out of red": (RED, [visit()], {}, "red", "county_decision"),
    "a decision without a visit": (RED, [], {"decisions": decided()}, "red", "verification"),
    "a decision and a visit": (RED, [visit()], {"decisions": decided()}, "orange", "days"),
    "a decision from before": (RED, [visit()], {"decisions": decided(20 * DAY)}, "red", "county_decision"),
    "a decision does not replace a visit": (YELLOW, [], {"decisions": decided()}, "yellow", "verification"),
    "six days after the last step": (
        replace(YELLOW, improved_at=NOON - 7 * DAY + MS), [visit()], {}, "yellow", "days",
    ),
    "seven days after the last step": (replace(YELLOW, improved_at=NOON - 7 * DAY), [visit()], {}, "blue", "days"),
    "a look that is still to come": (YELLOW, [visit(-DAY)], {}, "yellow", "verification"),
    "a veto that lasts": (ORANGE, [visit(), fact("dishonesty_listed")], {}, "red", "veto"),
    "a veto that lasts allows one step": (RED, [visit(), fact("fatal_accident", ago=200 * DAY)], {"decisions": decided()},
                                          "orange", "veto"),
    "green has nothing to wait for": (Standing("green"), [visit()], {}, "green", None),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_an_improvement_is_one_step_and_says_what_it_waits_for(name):
    standing, things, more, colour, waits = MOVES[name]
    moved = stepped(standing, *things, **more)
    assert (moved.grade, moved.waiting and moved.waiting.what) == (colour, waits)
    again = stepped(moved.standing, *things, **more)
    assert (again.standing, again.grade) == (moved.standing, moved.grade)
    assert moved.waiting is None or (moved.waiting.words() and moved.waiting.words(english=True))


@pytest.mark.parametrize(
    ("off", "colour", "waits"),
    [(8, "green", None), (8.01, "blue", "points"), (10, "blue", "points"), (10.01, "blue", "points")],
)
def test_the_score_has_to_be_two_points_above_the_threshold(off, colour, waits):
    thing, rule = costing(off)
    moved = stepped(BLUE, thing, visit(), rule=rule)
    assert (moved.grade, moved.waiting and moved.waiting.what) == (colour, waits)
    if waits:
        assert moved.waiting.missing == pytest.approx(off - 8)


def test_the_same_visit_supports_the_next_step_a_week_later():
    look = visit()
    first = stepped(YELLOW, look)
    assert (first.grade, first.waiting.until) == ("blue", NOON + 7 * DAY)
    assert stepped(first.standing, look, at=NOON + 7 * DAY - MS).grade == "blue"
    assert stepped(first.standing, look, at=NOON + 7 * DAY).grade == "green"


def test_a_decision_of_the_county_is_used_up_by_the_step():
    look, said = visit(), decided()
    first = stepped(RED, look, decisions=said)
    worse = stepped(first.standing, look, fact("dishonesty_listed", to=NOON + 2 * DAY), decisions=said, at=NOON + DAY)
    assert (first.grade, worse.grade) == ("orange", "red")
    later = NOON + 9 * DAY
    assert stepped(worse.standing, visit(-8 * DAY), decisions=said, at=later).waiting.what == "county_decision"
    again = (*said, Decision(new_id(), NOON + 8 * DAY))
    assert stepped(worse.standing, visit(-8 * DAY), decisions=again, at=later).grade == "orange"


def test_a_firm_that_found_its_own_major_hazard_and_closed_it_is_back_at_once():
    own = hazard(**MAJOR, **OWN)
    during = stepped(BLUE, own)
    assert (during.grade, during.standing, during.waiting.what) == ("orange", BLUE, "veto")
    assert stepped(during.standing, hazard(**MAJOR, **OWN, **DONE, submitted_at=NOON - 2 * DAY)).grade == "blue"


def test_one_that_let_it_get_overdue_climbs():
    late = stepped(BLUE, hazard(**MAJOR, **OWN, late=DAY))
    assert (late.grade, late.standing.stepped) == ("red", "red")
    after = stepped(late.standing, hazard(**MAJOR, **OWN, **DONE, late=DAY), at=NOON + DAY)
    assert (after.grade, after.waiting.what) == ("red", "verification")


def test_an_override_holds_from_its_beginning_until_before_its_end():
    known = {"overrides": (override("orange", ago=0 * DAY, until=NOON + DAY),)}
    green = Standing("green")
    assert [stepped(green, at=NOON + t, **known).grade for t in (-MS, 0 * DAY, DAY - MS, DAY)] == [
        "green", "orange", "orange", "green",
    ]  # fmt: skip
    moved = stepped(green, **known)
    assert (moved.waiting.what, moved.waiting.until, moved.standing) == ("override", NOON + DAY, green)


def test_the_latest_override_holds_and_a_better_one_replaces_the_grade_but_no_veto():
    two = (override("red", ago=2 * DAY), override("blue", ago=DAY))
    assert stepped(RED, overrides=two).grade == "blue"
    assert stepped(RED, hazard(**MAJOR), overrides=two).grade == "orange"
    assert stepped(RED, fact("stop_order"), overrides=two).grade == "red"


def test_a_grey_enterprise_stays_grey_until_it_is_rated_or_set_by_hand():
    known = {"registered_at": NOON - DAY}
    assert (stepped(Standing(), **known).grade, stepped(Standing(), **known).waiting) == ("grey", None)
    assert stepped(Standing(), overrides=(override("yellow"),), **known).grade == "yellow"
