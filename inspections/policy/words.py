"""The words of looking for hazards as codes with their Chinese labels."""

from enum import StrEnum


class SelfInspectionStatus(StrEnum):
    """Where a self-inspection stands: made ahead, begun, handed in, or let pass. A missed one may still be handed in late."""

    DUE = "due"
    OPEN = "open"
    SUBMITTED = "submitted"
    MISSED = "missed"


SELF_INSPECTION_LABELS = {
    SelfInspectionStatus.DUE: "待自查",
    SelfInspectionStatus.OPEN: "自查中",
    SelfInspectionStatus.SUBMITTED: "已提交",
    SelfInspectionStatus.MISSED: "逾期未查",
}
