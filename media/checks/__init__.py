"""The checks of a photo as evidence (照片核验), one file each: frozen facts in, a finding or None out."""

from collections.abc import Callable

from media.checks import (
    clock_skew,
    edited,
    mock_location,
    no_metadata,
    reused_exact,
    reused_similar,
    same_as_before,
    taken_before_hazard,
    taken_elsewhere,
    too_small_to_judge,
)
from media.policy.evidence import Case, Finding
from media.policy.numbers import Numbers

Check = Callable[[Case, Numbers], Finding | None]

OF_THE_PHOTO: tuple[Check, ...] = tuple(
    room.check for room in (no_metadata, edited, mock_location, clock_skew, too_small_to_judge)
)
OF_ITS_USE: tuple[Check, ...] = tuple(
    room.check for room in (reused_exact, reused_similar, same_as_before, taken_before_hazard, taken_elsewhere)
)


def run(checks: tuple[Check, ...], case: Case, numbers: Numbers) -> list[Finding]:
    """Return what `checks` find in `case`."""
    return [finding for check in checks if (finding := check(case, numbers)) is not None]
