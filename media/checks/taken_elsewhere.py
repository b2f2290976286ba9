"""Taken somewhere else (拍摄地点不符): far from the place claimed, from the enterprise, or from where it looked like before."""

from collections.abc import Iterable

from backend.kernel.coordinates import metres_between
from media.policy.evidence import Case, Code, Finding, Purpose, Severity, Spot
from media.policy.numbers import Numbers
from media.policy.reuse import AFTER

ROUGH_M = 50.0  # what a phone that names no accuracy is trusted with


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return how far off it was taken, by the phone's word or by the file's, whichever is farther.

    All in WGS-84; of what the file may mean (its datum is not written down) the nearer reading counts. Accuracy is allowed
    for. Far from both the place claimed and the enterprise is odd, very far is strong; far from one of them is a note.
    """
    shot, use = case.shot, case.use
    if use is None:
        return None
    slack = max(ROUGH_M, shot.accuracy_m)
    told = (shot.spot,) if shot.spot else ()
    found = [_judged(spots, slack, use, case.before_spots, numbers) for spots in (told, shot.file_spots) if spots]
    return max(filter(None, found), key=lambda finding: finding.facts["metres"], default=None)


def _judged(spots: Iterable[Spot], slack: float, use: Purpose, before: tuple[Spot, ...], numbers: Numbers) -> Finding | None:
    place, firm = _metres(spots, use.spot, slack), _metres(spots, use.firm_spot, slack)
    off_place = place is not None and place > numbers.elsewhere_metres
    off_firm = firm is not None and firm > numbers.elsewhere_firm_metres
    if place is not None and firm is not None and off_place != off_firm:
        # near one of the two: large premises, or work away from home; a claim that is itself far from the firm is odd
        far = firm if off_firm else place
        return _found("one", far, Severity.WARN if far > numbers.elsewhere_strong_metres else Severity.INFO, place, firm)
    if off_place or off_firm:
        near = min(metres for metres in (place, firm) if metres is not None)
        return _found("both", near, Severity.STRONG if near > numbers.elsewhere_strong_metres else Severity.WARN, place, firm)
    return _not_where_it_was(spots, slack, use, before, numbers)


def _not_where_it_was(
    spots: Iterable[Spot], slack: float, use: Purpose, before: tuple[Spot, ...], numbers: Numbers
) -> Finding | None:
    """A cure that was photographed clearly not where the hazard was."""
    if use.label not in AFTER or not before:
        return None
    apart = min(_metres(spots, spot, slack) or 0.0 for spot in before)
    if apart <= numbers.elsewhere_metres:
        return None
    return Finding(Code.TAKEN_ELSEWHERE, Severity.INFO, {"why": "before", "metres": round(apart)})


def _found(why: str, metres: float, severity: Severity, place: float | None, firm: float | None) -> Finding:
    known = {"place_metres": place, "firm_metres": firm}
    facts = {"why": why, "metres": round(metres), **{name: round(value) for name, value in known.items() if value is not None}}
    return Finding(Code.TAKEN_ELSEWHERE, severity, facts)


def _metres(spots: Iterable[Spot], to: Spot | None, slack: float) -> float | None:
    return None if to is None else max(0.0, min(metres_between(spot, to) for spot in spots) - slack)
