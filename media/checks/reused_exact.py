"""The same bytes have been used before (照片重复使用), at whichever enterprise and in whichever year."""

from media.policy import reuse
from media.policy.evidence import GRAVITY, Alike, Case, Code, Finding
from media.policy.numbers import Numbers


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return the gravest of the earlier uses of the same bytes."""
    found = [
        Finding(Code.REUSED_EXACT, severity, {}, kin.id)
        for kin in case.kin
        if kin.alike == Alike.EXACT and (severity := reuse.gravity(case, kin, numbers))
    ]
    return max(found, key=lambda finding: GRAVITY[finding.severity], default=None)
