"""The phone's clock is wrong (设备时钟偏差): what it says of time is worth that much less."""

from datetime import timedelta

from media.policy.evidence import Case, Code, Finding, Severity
from media.policy.numbers import Numbers


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return how far the sender's clock is off by its own history, or that this photo was dated far from its arrival."""
    shot = case.shot
    if shot.skew_s is not None and abs(shot.skew_s) > _limit(shot.skew_s, numbers).total_seconds():
        grave = abs(shot.skew_s) > numbers.skew_warn_hours * 3600 and shot.skew_s > 0
        severity = Severity.WARN if grave else Severity.INFO
        return Finding(Code.CLOCK_SKEW, severity, {"why": "device", "seconds": shot.skew_s})
    if shot.taken_at is None:
        return None
    ahead = shot.taken_at - shot.received_at
    if -timedelta(hours=numbers.late_hours) <= ahead <= timedelta(minutes=numbers.ahead_minutes):
        return None
    why = "ahead" if ahead > timedelta() else "late"
    return Finding(Code.CLOCK_SKEW, Severity.INFO, {"why": why, "seconds": round(ahead.total_seconds())})


def _limit(skew_s: int, numbers: Numbers) -> timedelta:
    # a phone that seems behind may only have been offline each time
    return timedelta(minutes=numbers.ahead_minutes) if skew_s > 0 else timedelta(hours=numbers.late_hours)
