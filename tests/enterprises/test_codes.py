"""USCC and industry codes: what the standards' own examples say, and what only looks like one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import queries
from enterprises.errors import BadIndustry, BadUscc
from enterprises.policy import industries, uscc

GOOD = ["91350100M000100Y43", "91330324MATE5T017X", "91330324MATE5T025Q", "92330324MATE5T017T", "91330383MATE5T0257"]
ALPHABET = st.sampled_from("0123456789ABCDEFGHXY \n\r\t-+٣²①Ⅷ９ａſK中().")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9133032\nMATE5T017X",
        "91330324MATE5T017x9",
        "91330324MATE5T017Y",
        "91330324MATE5T01IX",
        "9133032٣MATE5T017X",
        "1" * 18,
    ],
)
def test_what_only_looks_like_a_uscc_is_refused(text):
    with pytest.raises(BadUscc):
        uscc.checked(text)


@given(st.text(ALPHABET, min_size=18, max_size=18) | st.text(max_size=40))
def test_no_text_makes_the_check_of_a_uscc_stumble(text):
    with suppress(BadUscc):
        assert len(uscc.checked(text)) == 18


@pytest.mark.parametrize("code", GOOD)
def test_examples_of_the_standard_are_taken_in_any_spelling(code):
    assert uscc.checked(code) == uscc.checked(f" {code.lower()[:6]} {code[6:]}\n") == code


@pytest.mark.parametrize("text", ["", "C", "C3", "C99", "D34", "34", "C344333", "C34 3", "Ｃ34", "C٣٤", "U01", "C34\n5"])
def test_what_is_no_industry_is_refused(text):
    with pytest.raises(BadIndustry):
        industries.checked(text, queries.divisions())


@pytest.mark.parametrize(("text", "code"), [("C34", "C34"), ("c3443", "C3443"), (" O80 ", "O80"), ("T97", "T97"), ("N79", "N79")])
def test_a_letter_and_its_division_are_taken(text, code):
    assert industries.checked(text, queries.divisions()) == code


def test_the_catalogue_has_ninety_seven_divisions():
    assert len(queries.divisions()) == 97
