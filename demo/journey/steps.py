"""What a step of the story gives back, and how one insists."""

from typing import NamedTuple

from demo.journey.telling import Surprise


class Said(NamedTuple):
    """The same sentence in Chinese and in English."""

    zh: str
    en: str


def expect(what: str, expected: object, came: object) -> None:
    """Raise Surprise unless `came` is what was `expected`."""
    if came != expected:
        raise Surprise(what, expected=expected, came=came)
