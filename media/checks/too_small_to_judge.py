"""Too small, or too little to see (无法比对): what the other checks leave unsaid about such a photo means nothing."""

from media.policy.evidence import Case, Code, Finding, Severity
from media.policy.numbers import Numbers


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return a note where the picture is smaller, or emptier, than policy asks for."""
    shot = case.shot
    if shot.side < numbers.small_side:
        return Finding(Code.TOO_SMALL_TO_JUDGE, Severity.INFO, {"why": "small", "pixels": shot.side})
    if shot.quality is not None and shot.quality < numbers.least_quality:
        return Finding(Code.TOO_SMALL_TO_JUDGE, Severity.INFO, {"why": "empty", "quality": shot.quality})
    return None
