"""Taken before there was a hazard to cure, or in the future (拍摄时间不符)."""

from datetime import datetime, timedelta

from media.policy import clocks
from media.policy.evidence import Case, Code, Finding, Severity, Shot
from media.policy.numbers import Numbers


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return what the times claimed by phone and file have against them, the phone's known skew allowed for.

    The file's time only counts where it is worse: anybody can write it, nobody writes himself a worse one.
    """
    times = _times(case.shot)
    if not times:
        return None
    ahead = max(times) - case.shot.received_at
    if ahead > timedelta(minutes=numbers.ahead_minutes):
        return Finding(Code.TAKEN_BEFORE_HAZARD, Severity.WARN, {"why": "future", "minutes": _minutes(ahead)})
    if case.use is None or case.use.not_before is None:
        return None
    early = case.use.not_before - min(times)
    if early <= timedelta(minutes=numbers.early_minutes):
        return None
    strong = early > timedelta(hours=numbers.early_strong_hours)
    facts = {"why": "early", "minutes": _minutes(early)}
    return Finding(Code.TAKEN_BEFORE_HAZARD, Severity.STRONG if strong else Severity.WARN, facts)


def _times(shot: Shot) -> list[datetime]:
    return [clocks.corrected(at, shot.skew_s) for at in (shot.taken_at, shot.file_taken_at) if at is not None]


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
