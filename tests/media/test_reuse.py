"""Reuse is found whatever was done to the picture, and honest photos are left alone: the short form of tests.media.reuse."""

import pytest

from tests.media import reuse, scenes


@pytest.fixture(scope="module")
def figures() -> reuse.Figures:
    """Give one trial for all."""
    return reuse.trial(pairs=20, others=100)


@pytest.mark.parametrize("how", [how for how, asked in reuse.ASKED.items() if asked])
def test_a_changed_picture_is_found_as_often_as_asked(figures: reuse.Figures, how: str) -> None:
    assert figures.found[how] >= (reuse.ASKED[how] or 0) - 0.05  # one of twenty is five per cent


@pytest.mark.parametrize("how", ["brighter", "screenshot", "cropped_more"])
def test_what_was_not_asked_for_in_figures_is_found_too(figures: reuse.Figures, how: str) -> None:
    assert figures.found[how] >= 0.6


def test_honest_photos_are_no_repetitions(figures: reuse.Figures) -> None:
    assert figures.asked == 20 * len(scenes.TRANSFORMS) + 20 + 100
    assert figures.false_share <= 0.005
    assert figures.same_spot <= 0.1


def test_a_copy_weighs_like_its_bytes_and_a_cut_a_step_less(figures: reuse.Figures) -> None:
    assert min(figures.whole[how] for how in ("exact", "recompressed", "resized")) >= 0.9
    assert figures.whole["cropped"] <= 0.5


def test_a_search_in_many_prints_costs_little() -> None:
    assert reuse.speed(100_000, queries=20).cpu < 50
