"""An answer sheet is the same sheet in whatever order its parts arrive (policy/answers.py)."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.policy import answers
from inspections.policy.answers import Answer, Part
from inspections.policy.templates import Result, When
from media.policy.uses import PhotoRef
from tests.cast import NOON
from tests.inspections.sheets import an_item

ITEMS = [
    an_item("TRY-01"),
    an_item("TRY-02", photo=True),
    an_item("TRY-03", when=When(features=("spraying",))),
    an_item("TRY-04", when=When(item="TRY-01", results=(Result.PROBLEM,))),
    an_item("TRY-05", when=When(item="TRY-04", results=(Result.OK,))),
]


def said(code, result="ok", **more):
    return Answer(code, Result(result), **more)


def part(number, *given, minutes=0):
    return Part(UUID(int=number), NOON + timedelta(minutes=minutes), given)


def codes(items):
    return [item.code for item in items]


def test_the_later_answer_wins_whatever_arrives_first():
    parts = [
        part(1, said("TRY-01"), said("TRY-02", "problem"), minutes=1),
        part(2, said("TRY-01", "problem"), minutes=5),
        part(3, said("TRY-02", "not_applicable"), minutes=3),
    ]
    sheets = [answers.merge([*order, order[0]]) for order in permutations(parts)]
    assert all(sheet == sheets[0] for sheet in sheets)
    assert {code: one.answer.result.value for code, one in sheets[0].items()} == {"TRY-01": "problem", "TRY-02": "not_applicable"}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["ok", "problem"]), st.integers(0, 2)), max_size=8), st.randoms())
def test_parts_shuffled_and_doubled_make_one_sheet(told, chance):
    parts = [part(n, said(f"TRY-0{item + 1}", result), minutes=minute) for n, (item, result, minute) in enumerate(told)]
    shuffled = parts + [p for p in parts if chance.random() < 0.5]
    chance.shuffle(shuffled)
    assert answers.merge(shuffled) == answers.merge(parts)


def test_a_clock_that_runs_ahead_does_not_win_for_ever():
    ahead = answers.moment(answered_at=NOON + timedelta(days=900), received_at=NOON)
    assert ahead == NOON
    assert answers.moment(answered_at=NOON - timedelta(hours=1), received_at=NOON) == NOON - timedelta(hours=1)
    assert answers.moment(answered_at=None, received_at=NOON) == NOON


@pytest.mark.parametrize(
    ("given", "features", "asked"),
    [
        ([], (), ["TRY-01", "TRY-02"]),
        ([], ("spraying",), ["TRY-01", "TRY-02", "TRY-03"]),
        ([said("TRY-01", "problem")], (), ["TRY-01", "TRY-02", "TRY-04"]),
        ([said("TRY-01", "problem"), said("TRY-04")], (), ["TRY-01", "TRY-02", "TRY-04", "TRY-05"]),
        # the condition of a condition: what is not asked any more leads to nothing
        ([said("TRY-01"), said("TRY-04")], (), ["TRY-01", "TRY-02"]),
    ],
)
def test_what_is_asked_follows_from_features_and_answers(given, features, asked):
    sheet = answers.merge([part(1, *given)])
    assert codes(answers.visible(ITEMS, sheet, features)) == asked


def test_what_a_sheet_lacks_is_named():
    sheet = answers.merge([part(1, said("TRY-02", "problem"))])
    assert answers.incomplete(ITEMS, sheet, ()) == [answers.Gap("TRY-01", "missing"), answers.Gap("TRY-02", "photo_required")]
    shown = answers.merge([part(1, said("TRY-01", "not_applicable"), said("TRY-02", "problem", photos=(PhotoRef(UUID(int=9)),)))])
    assert answers.incomplete(ITEMS, shown, ()) == []
    assert answers.incomplete(ITEMS, shown, (), reasons=True) == [answers.Gap("TRY-01", "reason_required")]


def test_a_failed_item_that_is_not_asked_any_more_is_no_hazard():
    sheet = answers.merge([part(1, said("TRY-01", "problem"), said("TRY-04", "problem")), part(2, said("TRY-01"), minutes=1)])
    assert answers.problems(ITEMS, sheet, ()) == []


def test_an_answer_is_read_back_as_it_was_stored():
    fixed = answers.Remedy("已更换", "李", NOON, 12.5, (PhotoRef(UUID(int=3), "a" * 64, 10),))
    whole = said("TRY-02", "problem", note="裂", place="一车间", photos=(PhotoRef(UUID(int=2)),), remedy=fixed)
    assert Answer.of_json(whole.as_json()) == whole
    assert [photo.id.int for photo in answers.photos_of([whole])] == [2, 3]
