"""What a finding says: every kind in both languages, and an old one that was written otherwise is shown all the same."""

import pytest

from media.policy import phrases
from tests.cast import NOON

FACTS = {
    "whole": {"percent": 99, "turned": True, "whole": True}, "part": {"percent": 93, "turned": False, "whole": False},
    "early": {"minutes": 3000}, "future": {"minutes": 6}, "both": {"metres": 9, "place_metres": 9, "firm_metres": 51_000},
    "one": {"metres": 900, "firm_metres": 10}, "before": {"metres": 700}, "frozen": {"days": 3, "photos": 4},
    "speed": {"kmh": 400, "metres": 5000, "minutes": 2}, "device": {"seconds": -90_000}, "ahead": {"seconds": 900},
    "late": {"seconds": -400_000}, "small": {"pixels": 77}, "empty": {"quality": 1}, "": {"software": "GIMP"},
}  # fmt: skip


@pytest.mark.parametrize(("code", "why"), phrases.WORDS)
def test_every_finding_says_itself_in_both_languages(code: str, why: str) -> None:
    facts = {"why": why, **FACTS.get(why, {})}
    said = [phrases.detail(code, facts, language=tongue, other_received_at=NOON) for tongue in ("zh", "en")]
    assert said[0] != said[1]
    assert not any(mark in text for text in said for mark in ("{", "}", "…", "None"))


@pytest.mark.parametrize("facts", [{}, {"why": "of old"}, {"whole": True}])
def test_a_finding_of_long_ago_is_shown_all_the_same(facts: dict) -> None:
    for code in ("same_as_before", "mock_location", "reused_exact"):
        assert phrases.detail(code, facts, language="zh")
