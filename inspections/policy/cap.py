"""Whether the cap on visits (行政检查年度上限) holds for a visit. Pure. docs/adr says why so."""

from inspections.policy.visits import Mode, Type

# come because of something that happened: beyond the cap with a reason
FOR_A_REASON = frozenset({Mode.COMPLAINT, Mode.UNANNOUNCED})
# the end of an earlier visit, no new one
FOLLOWING_UP = frozenset({Mode.LOOK_BACK})


def applies(type_: Type, mode: Mode, *, capped: bool, note: str) -> bool:
    """Return whether such a visit has to stay within the cap; only administrative inspections ever have to (domain.md §5.5).

    `capped`: whether the colour of the enterprise has a cap at all (policy `consequences`).
    """
    if type_ != Type.ADMINISTRATIVE_INSPECTION or mode in FOLLOWING_UP or not capped:
        return False
    return not (mode in FOR_A_REASON and note.strip())
