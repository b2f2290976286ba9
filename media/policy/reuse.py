"""Whose picture came first, and how grave it is to see it again (重复使用). Pure."""

from datetime import timedelta

from media.policy.evidence import GRAVITY, Case, Kin, Purpose, Severity
from media.policy.numbers import Numbers

# what shows the hazard, and what shows that it is gone
BEFORE = frozenset({"report", "resubmission", "verification"})
AFTER = frozenset({"rectification", "reinspection", "countersignature"})
WEAKER = {Severity.STRONG: Severity.WARN, Severity.WARN: Severity.INFO, Severity.INFO: None}


def earlier(case: Case, kin: Kin) -> list[Purpose]:
    """Return the uses of `kin` that came before the use that is judged: only who comes second repeats."""
    if case.use is None:
        return list(kin.purposes)
    mine = (case.use.named_at, case.use.id)
    return [other for other in kin.purposes if (other.named_at, other.id) < mine]


def gravity(case: Case, kin: Kin, numbers: Numbers) -> Severity | None:
    """Return how grave it is that `kin` shows the same as the photo that is judged; None: nothing odd about it.

    A picture that stands for something else already is strong evidence of none; that of one hazard for its own cure is left
    to `same_as_before`; one that was merely sent twice is a note.
    """
    if case.use is None:
        return _unused(case, kin)
    found = [severity for other in earlier(case, kin) if (severity := _again(case.use, other, numbers))]
    if found:
        return max(found, key=GRAVITY.__getitem__)
    return Severity.STRONG if not kin.purposes and _foreign(case, kin) and _older(case, kin) else None


def _unused(case: Case, kin: Kin) -> Severity | None:
    if not _older(case, kin):
        return None
    return Severity.STRONG if _foreign(case, kin) else Severity.INFO


def _older(case: Case, kin: Kin) -> bool:
    return (kin.received_at, kin.id) < (case.shot.received_at, case.shot.id)


def _foreign(case: Case, kin: Kin) -> bool:
    """Return whether the other photo came from another enterprise; officials pass on what they were sent."""
    return None not in (case.shot.firm, kin.firm) and case.shot.firm != kin.firm


def _again(use: Purpose, other: Purpose, numbers: Numbers) -> Severity | None:
    if use.subject_id == other.subject_id:
        # the cure of an earlier round, or the enterprise's own photo as an official's
        return Severity.STRONG if use.act_id != other.act_id and {use.label, other.label} <= AFTER else None
    together = abs(use.named_at - other.named_at) <= timedelta(hours=numbers.together_hours)
    if together and use.firm == other.firm and {use.label, other.label} <= BEFORE:
        return Severity.INFO  # one picture may show two hazards
    return Severity.STRONG
