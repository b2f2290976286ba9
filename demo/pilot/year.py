"""What happens in the pilot's year, and when: a list of deeds in the order of time, decided by the seed alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.pilot.population import BASICS, GROUPS, Case

DAY = timedelta(days=1)
SURVEY_DAYS, DUE_DAYS = 20, 60
SELF_FIXED, FAILS, LATE = 0.5, 0.06, 0.3


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """Somebody does something at an enterprise: `what` is a function of deeds.py, `which` one of its hazards or facts."""

    at: datetime
    number: int
    what: str
    which: str = ""


def deeds(cases: list[Case], *, start: datetime, days: int, hazards: int) -> list[Deed]:
    """Return every deed of the year: first what the survey finds, then as many further hazards as are asked for."""
    end, found, left = start + days * DAY, list[Deed](), hazards
    for case in cases:
        took = min(case.found, left)
        left -= took
        found += _survey(case, took, start)
    while left > 0:
        for case in cases[:left]:
            found += _further(case, f"further-{left}-{case.number}", start, days)
        left -= min(left, len(cases))
    return sorted(deed for deed in found if deed.at < end)


def _survey(case: Case, hazards: int, start: datetime) -> Iterator[Deed]:
    """Yield the first visit: facts and hazards; then what a diligent one mends, and the county's decision for a red one."""
    dice, group = case.dice, GROUPS[case.group]
    at = start + timedelta(days=dice.randrange(SURVEY_DAYS), hours=dice.uniform(9, 16))
    missing = BASICS[: group.basics]
    yield from (Deed(at, case.number, "record", kind) for kind in missing)
    yield from (Deed(at, case.number, "penalise", f"penalty-{n}") for n in range(group.penalties))
    mended, last = at, at
    if case.diligent:
        mended = start + timedelta(days=SURVEY_DAYS + dice.uniform(2, 25))
        yield from (Deed(mended, case.number, "mend", kind) for kind in missing)
    for n in range(hazards):
        which = f"survey-{n}"
        yield Deed(at + timedelta(minutes=5 * n + 5), case.number, "find", which)
        if case.diligent or dice.random() < LATE:
            wait = dice.uniform(1, 6) if case.diligent else dice.uniform(20, 200)
            submitted = mended + wait * DAY
            again = dice.random() < FAILS
            yield from _rectified(case, which, submitted, fails=again)
            last = max(last, submitted + (9 if again else 2) * DAY)
    if case.diligent and case.group == "red":
        yield Deed(last + dice.uniform(1, 4) * DAY, case.number, "decide")


def _rectified(case: Case, which: str, at: datetime, *, fails: bool) -> Iterator[Deed]:
    yield Deed(at, case.number, "submit", which)
    if fails:
        yield Deed(at + DAY, case.number, "fail", which)
        yield Deed(at + 6 * DAY, case.number, "submit", which)
        at += 7 * DAY
    yield Deed(at + DAY, case.number, "pass_", which)


def _further(case: Case, which: str, start: datetime, days: int) -> Iterator[Deed]:
    """Yield a hazard that the enterprise finds itself later in the year: fixed at once, or reported and rectified."""
    dice = case.dice
    dice.seed(f"{which}:{case.number}")
    at = start + timedelta(days=dice.uniform(SURVEY_DAYS + 1, max(SURVEY_DAYS + 2, days - 25)))
    if dice.random() < SELF_FIXED:
        yield Deed(at, case.number, "fix", which)
        yield Deed(at + timedelta(hours=20), case.number, "accept", which)
        yield Deed(at + 9 * DAY, case.number, "pass_if_drawn", which)
        return
    yield Deed(at, case.number, "report", which)
    yield Deed(at + timedelta(hours=22), case.number, "confirm", which)
    if case.diligent or dice.random() < 0.5:
        yield from _rectified(case, which, at + dice.uniform(3, 9) * DAY, fails=dice.random() < FAILS)
