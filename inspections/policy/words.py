"""The words of looking for hazards as codes with their Chinese labels."""

from enum import StrEnum


class SelfInspectionStatus(StrEnum):
    """Where a self-inspection stands: made ahead, begun, handed in, or let pass. A missed one may still be handed in late."""

    DUE = "due"
    OPEN = "open"
    SUBMITTED = "submitted"
    MISSED = "missed"


class SelfInspectionKind(StrEnum):
    """What of a checklist is asked, and why: all of it by the timetable, its daily items, or all of it because of something."""

    FULL = "full"
    KEY = "key"
    OCCASION = "occasion"


KIND_LABELS = {
    SelfInspectionKind.FULL: "定期自查",
    SelfInspectionKind.KEY: "重点条目每日查",
    SelfInspectionKind.OCCASION: "逢事自查",
}
SELF_INSPECTION_LABELS = {
    SelfInspectionStatus.DUE: "待自查",
    SelfInspectionStatus.OPEN: "自查中",
    SelfInspectionStatus.SUBMITTED: "已提交",
    SelfInspectionStatus.MISSED: "逾期未查",
}
