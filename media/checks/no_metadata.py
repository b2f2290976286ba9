"""The file says nothing of how it was made (无拍摄信息): messengers and screenshots strip it, and so do liars."""

from media.policy.evidence import Case, Code, Finding, Severity
from media.policy.numbers import Numbers


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return a note where the file names neither camera nor time nor place."""
    if case.shot.has_metadata:
        return None
    return Finding(Code.NO_METADATA, Severity.INFO, {"told": case.shot.taken_at is not None})
