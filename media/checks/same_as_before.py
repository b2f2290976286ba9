"""The cure looks exactly like the hazard (整改前后照片相同): the photo before was sent again as the photo after."""

from media.policy.evidence import GRAVITY, Alike, Case, Code, Finding, Kin, Purpose, Severity
from media.policy.numbers import Numbers
from media.policy.reuse import AFTER, BEFORE

# an honest photo after is often taken from the same spot: only what is nearly the same picture is odd
ODD = 0.96
CURED = AFTER | {"acceptance"}


def check(case: Case, numbers: Numbers) -> Finding | None:
    """Return that a photo after is one before of the same hazard: the whole of it is strong, a cut or close second odd."""
    use = case.use
    if use is None or use.label not in CURED:
        return None
    found = [finding for kin in case.kin if _before(use, kin) and (finding := _judged(kin))]
    return max(found, key=lambda finding: GRAVITY[finding.severity], default=None)


def _before(use: Purpose, kin: Kin) -> bool:
    return any(other.subject_id == use.subject_id and other.label in BEFORE for other in kin.purposes)


def _judged(kin: Kin) -> Finding | None:
    facts = {"percent": int(kin.likeness * 100), "turned": kin.turned, "whole": kin.alike != Alike.LIKE}
    if kin.alike != Alike.LIKE:
        return Finding(Code.SAME_AS_BEFORE, Severity.STRONG, facts, kin.id)
    return Finding(Code.SAME_AS_BEFORE, Severity.WARN, facts, kin.id) if kin.likeness >= ODD else None
