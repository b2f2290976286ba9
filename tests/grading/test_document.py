"""A policy of grades is refused with the place at fault; what it leaves out is as in the default."""

import math

import pytest
from pydantic import ValidationError

from grading.policy import words
from grading.policy.document import Document
from grading.policy.fact_kinds import KINDS, code_of
from grading.policy.factors import Factors
from tests.grading.world import V1, policy

REFUSED = {
    "factors.open_general.points": [-1, 101, "2", math.nan, math.inf, None, True, [2]],
    "factors.open_general.most": [-1],
    "factors.open_general.group": ["G", "bonus", None],
    "factors.open_general.weight": [1],
    "factors.penalty.window_days": [0, 4000, 1.5],
    "factors.self_check_missing.late": [1.1, -0.1],
    "factors.self_check_missing.periods": [0, 13],
    "factors.standardisation.level_4": [1],
    "factors.standardisation.group": ["A"],
    "factors.moon_phase": [{"points": 1}],
    "factors.open_major": [5, None],
    "groups.A.cap": [-1, 200],
    "groups.G": [{"cap": 1}],
    "thresholds.blue": [90, 95],
    "thresholds.yellow": [80, 89],
    "thresholds.orange": [70],
    "thresholds.red": [0],
    "hysteresis": [11, -1],
    "vetoes.major_open.grade_at_best": ["grey", "violet"],
    "vetoes.major_open.ends": ["never"],
    "vetoes.major_open.id": ["X1"],
    "vetoes.fatal_past.days": [0],
    "vetoes.bad_weather": [{"grade_at_best": "red"}],
    "improving.wait_days": [0],
    "improving.verified_within_days": [0],
    "improving.county_decision_from.0": [["grey"]],
    "spared.0": [["everything"]],
    "window_days": [0],
    "grey_days": [-1],
    "open_general": [2],
}


def nested(place, value):
    document = {}
    *path, last = [name for name in place.split(".") if not name.isdigit()]
    inner = document
    for name in path:
        inner = inner.setdefault(name, {})
    inner[last] = value
    return document


def test_a_policy_that_makes_no_sense_is_refused_with_the_place_at_fault():
    for place, values in REFUSED.items():
        for value in values:
            with pytest.raises(ValidationError) as refused:
                policy(**nested(place, value))
            assert [".".join(map(str, e["loc"])) for e in refused.value.errors()] == [place], (place, value)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ValidationError) as refused:
        policy(factors={"open_general": {"points": -1}, "x": {}}, thresholds={"blue": 99})
    places = sorted(".".join(map(str, e["loc"])) for e in refused.value.errors())
    assert places == ["factors.open_general.points", "factors.x", "thresholds.blue"]


def test_fatal_past_does_not_end_before_fatal_recent():
    with pytest.raises(ValidationError, match="fatal_recent"):
        policy(vetoes={"fatal_recent": {"days": 400}})


def test_what_a_document_leaves_out_is_as_in_the_default():
    changed = policy(factors={"open_general": {"points": 3}}, vetoes={"fatal_recent": {"days": 90}}, groups={"A": {"cap": 30}})
    assert (changed.factors.open_general.points, changed.factors.open_general.most) == (3, 10)
    assert (changed.vetoes.fatal_recent.days, changed.vetoes.fatal_recent.id) == (90, "V4")
    assert (changed.groups.A.cap, changed.groups.B) == (30, V1.groups.B)
    assert policy(factors={"open_general": {"most": None}}).factors.open_general.most is None


def test_a_stored_document_reads_back_as_it_was():
    for document in (V1, policy(window_days=90, spared=["open"], improving={"county_decision_from": []})):
        assert Document.model_validate(document.model_dump(mode="json")) == document


def test_every_factor_veto_and_kind_of_fact_has_words_in_both_languages():
    assert set(words.FACTORS) == {*Factors.model_fields, "spared"}
    assert set(words.VETOES) == set(type(V1.vetoes).model_fields)
    for english in (False, True):
        assert all(words.row(f, count=2, points=p, english=english) for f in words.FACTORS for p in (-1.5, 0.0, 2))
        assert all(words.veto(c, "red", english=english) for c in words.VETOES)
    for name, kind in KINDS.items():
        assert all((name, kind.label, kind.english, kind.factor or kind.condition))
        assert kind.factor in ("", *Factors.model_fields)
        assert kind.condition in ("", *words.VETOES)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("risk_level", {"level": "orange"}, "orange"), ("special_place", {"tag": "spraying"}, "spraying"),
        ("standardisation", {"level": 3, "document_no": "浙AQB3"}, "3"), ("penalty", {"document_no": "罚〔2026〕1号"}, ""),
        ("fatal_accident", {"deaths": 1}, ""), ("fatal_accident", {"serious_injuries": 3}, ""), ("unlicensed", {}, ""),
    ],
)  # fmt: skip
def test_a_fact_has_the_shape_of_its_kind(kind, value, code):
    assert code_of(kind, value) == code


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("risk_level", {}), ("risk_level", {"level": "grey"}), ("standardisation", {"level": 4}), ("penalty", {"amount": 5}),
        ("fatal_accident", {}), ("fatal_accident", {"serious_injuries": 2}), ("penalty", {"note": "x" * 201}),
    ],
)  # fmt: skip
def test_a_fact_of_another_shape_is_refused(kind, value):
    with pytest.raises(ValidationError):
        code_of(kind, value)
