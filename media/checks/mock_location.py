"""The place was made up (虚拟定位): the phone says so itself, or sends what no satellite ever sends."""

from datetime import timedelta

from backend.kernel.coordinates import metres_between
from media.policy.evidence import Case, Code, Finding, Fix, Severity, Shot
from media.policy.numbers import Numbers

SHORT_M = 2000.0
SHANGHAI = timedelta(hours=8)


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return a strong finding where the phone names a mock provider; a warning for frozen coordinates or impossible speed."""
    shot = case.shot
    if shot.mock_location:
        return Finding(Code.MOCK_LOCATION, Severity.STRONG, {"why": "mock"})
    if shot.spot is None or shot.taken_at is None:
        return None
    here = Fix(shot.taken_at, shot.spot)
    return _frozen(here, shot, numbers) or _too_fast(here, shot, numbers)


def _frozen(here: Fix, shot: Shot, numbers: Numbers) -> Finding | None:
    """A real fix trembles in its last digits: day after day the same seven decimals were typed in."""
    same = [fix for fix in shot.trail if fix.spot == here.spot]
    days = {(fix.at + SHANGHAI).date() for fix in [*same, here]}
    if len(days) < numbers.frozen_days:
        return None
    return Finding(Code.MOCK_LOCATION, Severity.WARN, {"why": "frozen", "days": len(days), "photos": len(same) + 1})


def _too_fast(here: Fix, shot: Shot, numbers: Numbers) -> Finding | None:
    near = min(shot.trail, key=lambda fix: abs(fix.at - here.at), default=None)
    if near is None:
        return None
    metres = metres_between(near.spot, here.spot) - shot.accuracy_m
    seconds = max(1.0, abs((here.at - near.at).total_seconds()))
    speed = metres / seconds * 3.6
    if metres < SHORT_M or speed <= numbers.speed_kmh:
        return None
    facts = {"why": "speed", "kmh": round(min(speed, 999_999)), "metres": round(metres), "minutes": round(seconds / 60)}
    return Finding(Code.MOCK_LOCATION, Severity.WARN, facts)
