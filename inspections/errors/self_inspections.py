"""What can go wrong with self-inspections (自查)."""

from backend.kernel.problems import Problem

# what an answer sheet still lacks at an item: Chinese, English
GAPS = {
    "missing": ("尚未作答", "not answered yet"),
    "photo_required": ("有问题的须附照片", "a failed answer needs a photo"),
    "reason_required": ("不适用须说明理由", "not applicable: say why"),
    "zero_hazard_photos": ("零隐患须附现场照片", "no hazards found: photos of the site are asked for"),
}


class SelfInspectionIncomplete(Problem):
    code, status = "self_inspection.incomplete", 409
    message, message_en = "自查尚未完成", "The self-inspection is not complete"


class SelfInspectionWrongStatus(Problem):
    code, status = "self_inspection.wrong_status", 409
    message, message_en = "该次自查已经提交", "This self-inspection was handed in already"


class SelfInspectionNotStarted(Problem):
    code, status = "self_inspection.not_started", 409
    message, message_en = "该次自查尚未开始", "This self-inspection has not begun"


class SelfInspectionNotYourMove(Problem):
    code, status = "self_inspection.not_your_move", 403
    message, message_en = "自查由企业主要负责人、安全管理员或受托机构进行", "The enterprise itself or its agency does this"


class UnknownItem(Problem):
    code, status = "self_inspection.unknown_item", 422
    message, message_en = "本次检查表中没有这些条目(可能已废止)", "The pinned checklist has no such items; they may be retired"
