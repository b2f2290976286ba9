"""The same picture has been used before in other bytes (疑似重复使用): recompressed, resized, mirrored, cut."""

from media.policy import reuse
from media.policy.evidence import GRAVITY, Alike, Case, Code, Finding, Kin
from media.policy.numbers import Numbers
from media.policy.reuse import WEAKER


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return the gravest of the earlier uses of a picture that shows the same.

    The whole picture again weighs like its bytes; one cut out of it, or shot again from the same spot, a step less.
    """
    found = [finding for kin in case.kin if (finding := _judged(case, kin, numbers))]
    return max(found, key=lambda finding: (GRAVITY[finding.severity], finding.facts["percent"]), default=None)


def _judged(case: Case, kin: Kin, numbers: Numbers) -> Finding | None:
    severity = reuse.gravity(case, kin, numbers) if kin.alike != Alike.EXACT else None
    if severity is not None and kin.alike == Alike.LIKE:
        severity = WEAKER[severity]
    if severity is None:
        return None
    facts = {"percent": int(kin.likeness * 100), "turned": kin.turned, "whole": kin.alike == Alike.EQUAL}
    return Finding(Code.REUSED_SIMILAR, severity, facts, kin.id)
