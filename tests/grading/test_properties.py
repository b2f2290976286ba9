"""What holds for every enterprise whatever happened to it."""

import math
import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from grading.policy.changes import next_change, trimmed
from grading.policy.facts import Override
from grading.policy.grade import grade, rank, worst
from grading.policy.plain import as_plain, from_plain
from grading.policy.standing import Standing, step
from hazards.policy.words import Level, Status
from tests.grading.lives import OWN_SOURCES, colours, enterprises, hazards, standings, steady
from tests.grading.world import DAY, MS, NOON, V1, new_id

hours = st.integers(0, 24 * 500).map(lambda n: NOON + timedelta(hours=n))
kept_its_word = st.lists(st.just("reinspection_failed"), max_size=3)
open_ones = hazards(status=Status.RECTIFYING) | hazards(status=Status.AWAITING_REINSPECTION)
own_closed = hazards(source=OWN_SOURCES, status=Status.CLOSED, lapses=kept_its_word, listed=False).filter(
    lambda found: found.in_time(NOON)
)
own_in_time = hazards(source=OWN_SOURCES, status=Status.RECTIFYING, lapses=kept_its_word, listed=False).filter(
    lambda found: found.in_time(NOON)
)


def with_one_more(facts, one):
    return replace(facts, hazards=(*facts.hazards, one))


def applied(standing, facts, at=NOON):
    return step(standing, grade(facts, V1, at), facts, V1, at)


@steady
@given(enterprises(), open_ones, standings)
def test_more_open_hazards_never_raise_a_score_nor_better_a_grade(facts, one, standing):
    more = with_one_more(facts, one)
    assert grade(more, V1, NOON).score <= grade(facts, V1, NOON).score
    assert rank(grade(more, V1, NOON).grade) >= rank(grade(facts, V1, NOON).grade)
    assert rank(applied(standing, more).grade) >= rank(applied(standing, facts).grade)


@steady
@given(enterprises(), standings, st.randoms(use_true_random=False))
def test_the_order_in_which_things_came_never_matters(facts, standing, dice):
    def shuffled(things):
        return tuple(dice.sample(things, len(things)))

    names = ("hazards", "dated", "periods", "verifications", "decisions", "overrides")
    other = replace(facts, **{name: shuffled(getattr(facts, name)) for name in names})
    assert grade(other, V1, NOON) == grade(facts, V1, NOON)
    assert applied(standing, other) == applied(standing, facts)
    assert next_change(other, standing, V1, NOON) == next_change(facts, standing, V1, NOON)
    assert as_plain(other) == as_plain(facts)


@steady
@given(enterprises(), own_closed, standings)
def test_what_was_found_by_oneself_and_closed_in_time_never_lowers_anything(facts, own, standing):
    before, after = grade(facts, V1, NOON), grade(with_one_more(facts, own), V1, NOON)
    assert after.score >= before.score
    assert rank(after.grade) <= rank(before.grade)
    assert rank(applied(standing, with_one_more(facts, own)).grade) <= rank(applied(standing, facts).grade)


@steady
@given(enterprises(), own_in_time)
def test_what_was_found_by_oneself_never_lowers_the_score_while_it_is_in_time(facts, own):
    assert grade(with_one_more(facts, own), V1, NOON).score == grade(facts, V1, NOON).score


@steady
@given(enterprises(), hazards(level=Level.MAJOR, status=Status.RECTIFYING, late=-DAY), standings)
def test_a_major_hazard_caps_while_it_is_open_and_the_cap_ends_with_its_closure_whoever_found_it(facts, major, standing):
    major = replace(major, stop_work=False, recurrence=False, lapses=())
    during = applied(standing, with_one_more(facts, major))
    assert rank(during.grade) >= rank("red" if major.listed else "orange")
    closed = replace(major, status=Status.CLOSED, listed=False, submitted_at=NOON, closed_at=NOON)
    after = grade(with_one_more(facts, closed), V1, NOON)
    assert [veto for veto in after.vetoes if major.id in veto.evidence] == []
    assert after.grade == worst(after.lasting, grade(facts, V1, NOON).cap)


@steady
@given(enterprises(), standings, colours)
def test_a_veto_is_never_outvoted_not_even_by_the_county(facts, standing, colour):
    by_hand = replace(facts, overrides=(*facts.overrides, Override(new_id(), colour, NOON, NOON + DAY)))
    for known in (facts, by_hand):
        result = grade(known, V1, NOON)
        assert all(rank(applied(standing, known).grade) >= rank(veto.grade_at_best) for veto in result.vetoes)


@steady
@given(enterprises(), standings, hours)
def test_nothing_changes_before_the_next_change(facts, standing, at):
    first = applied(standing, facts, at)
    then = next_change(facts, first.standing, V1, at)
    assert then is None or then > at
    later = then - MS if then else at + 4000 * DAY
    assert grade(facts, V1, later) == grade(facts, V1, at)
    again = applied(first.standing, facts, later)
    assert again.standing == first.standing


@steady
@given(enterprises(), standings, hours)
def test_what_was_let_go_never_mattered(facts, standing, at):
    first = applied(standing, facts, at)
    kept = trimmed(facts, first.standing, V1, at)
    then = next_change(facts, first.standing, V1, at)
    assert next_change(kept, first.standing, V1, at) == then
    for instant in (at, then or at + DAY, at + 50 * DAY, at + 500 * DAY):
        assert grade(kept, V1, instant) == grade(facts, V1, instant)
        assert applied(first.standing, kept, instant).standing == applied(first.standing, facts, instant).standing


@steady
@given(enterprises())
def test_the_rows_add_up_to_the_score_and_the_facts_survive_their_spelling(facts):
    result = grade(facts, V1, NOON)
    assert 0 <= result.score <= 100
    assert math.isclose(100 + math.fsum(row.points for row in result.rows), result.score, abs_tol=1e-6)
    again = from_plain(as_plain(facts))
    assert grade(again, V1, NOON) == result
    assert as_plain(again) == as_plain(facts)


@steady
@given(enterprises(), standings)
def test_a_grade_improves_by_one_step_at_most_and_never_twice_within_a_week(facts, standing):
    first = applied(standing, facts).standing
    if standing.stepped == "grey":
        return
    assert rank(first.stepped) >= rank(standing.stepped) - 1
    dice = random.Random(0)
    if rank(first.stepped) < rank(standing.stepped):
        for _ in range(5):
            soon = NOON + timedelta(seconds=dice.randrange(7 * 86400))
            assert rank(applied(first, facts, soon).standing.stepped) >= rank(first.stepped)


def test_standing_is_grey_before_anything():
    assert Standing() == Standing("grey", None, None)
