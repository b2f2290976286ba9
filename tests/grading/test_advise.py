"""What to do next is tried out with the rule: it leads where it says, and brings at least what it says."""

from dataclasses import replace

from hypothesis import given

from grading.policy.advise import do_next
from grading.policy.facts import Decision
from grading.policy.grade import grade, rank
from grading.policy.standing import Standing, applied, step
from hazards.policy.words import Status
from tests.grading.lives import enterprises, standings, steady
from tests.grading.world import (
    MAJOR,
    NOON,
    OWN,
    V1,
    WEEK,
    fact,
    facts,
    hazard,
    new_id,
    periods,
    visit,
)

GREEN, BLUE, YELLOW, RED = (Standing(colour) for colour in ("green", "blue", "yellow", "red"))


def told(standing, *things):
    return [(act.act, act.subject, act.gain_at_least, act.grade_after) for act in do_next(facts(*things), standing, V1, NOON)]


def test_green_and_grey_are_told_nothing():
    assert told(GREEN, hazard()) == []
    assert do_next(facts(rated=False, registered_at=NOON), Standing(), V1, NOON) == []


def test_what_only_waits_for_a_look_is_told_to_ask_for_one():
    assert told(BLUE) == [("ask_for_visit", None, 0, "green")]
    assert told(RED) == [("ask_for_visit", None, 0, "orange"), ("ask_county", None, 0, "orange")]
    assert told(RED, visit()) == [("ask_county", None, 0, "orange")]


def test_the_fewest_cheap_acts_are_named():
    insurance, report = fact("liability_insurance_missing"), fact("quarterly_report_missing")
    things = (insurance, report, fact("penalty"), visit())
    assert told(BLUE, *things) == [("mend", insurance.id, 5, "blue"), ("mend", report.id, 4, "green")]
    assert told(BLUE, insurance, fact("penalty")) == [("mend", insurance.id, 5, "green"), ("ask_for_visit", None, 0, "green")]


def test_nothing_is_promised_that_the_cap_of_a_group_swallows():
    late = [hazard(late=3 * WEEK) for _ in range(7)]
    acts = told(RED, *late)
    assert [act[0] for act in acts][-2:] == ["ask_for_visit", "ask_county"]
    assert acts[0][2] == 0
    assert acts[-3][3] == "orange"


def test_the_end_of_a_cap_brings_the_old_grade_back_without_a_look():
    major = hazard(**MAJOR, **OWN)
    assert told(YELLOW, major) == [("rectify", major.id, 0, "yellow")]


def test_an_inspection_in_time_counts_among_the_acts():
    (act, *_) = do_next(facts(*periods("missed", "missed", "missed"), visit()), Standing("orange"), V1, NOON)
    assert (act.act, act.gain_at_least) == ("self_inspect", 6.67)


def test_what_only_time_heals_promises_nothing():
    assert told(RED, fact("fatal_accident"), visit()) == []


def test_a_long_list_ends():
    many = [hazard(late=3 * WEEK) for _ in range(60)]
    assert len(do_next(facts(*many), RED, V1, NOON)) <= 20


@steady
@given(enterprises(), standings)
def test_doing_it_leads_at_least_where_it_says(known, standing):
    known = replace(known, overrides=())
    standing = step(standing, grade(known, V1, NOON), known, V1, NOON).standing
    before = applied(standing, grade(known, V1, NOON), None)
    acts = do_next(known, standing, V1, NOON)
    assert all(act.words() and act.words(english=True) and act.gain_at_least >= 0 for act in acts)
    if not acts or len(acts) == 20:
        return
    assert rank(acts[-1].grade_after) < rank(before)
    done = with_all_done(known, acts)
    looked_at = replace(done, verifications=(visit(),), decisions=(Decision(new_id(), NOON),))
    quiet = replace(standing, improved_at=None, worsened_at=None)
    reached = step(quiet, grade(done, V1, NOON), looked_at, V1, NOON)
    assert rank(reached.grade) <= rank(acts[-1].grade_after)
    assert grade(done, V1, NOON).score - grade(known, V1, NOON).score >= sum(act.gain_at_least for act in acts) - 0.05


def with_all_done(known, acts):
    subjects = {act.subject for act in acts}
    hazards = tuple(closed(hazard) if hazard.id in subjects else hazard for hazard in known.hazards)
    inspected = periods("done")[:1] if any(act.act == "self_inspect" for act in acts) else ()
    inspected = tuple(replace(period, due_at=NOON) for period in inspected)
    dated = tuple(fact for fact in known.dated if fact.id not in subjects)
    return replace(known, hazards=hazards, dated=dated, periods=(*known.periods, *inspected))


def closed(hazard):
    handed_in = hazard.submitted_at if hazard.status == Status.AWAITING_REINSPECTION else NOON
    return replace(hazard, status=Status.CLOSED, listed=False, closed_at=NOON, submitted_at=handed_in)
