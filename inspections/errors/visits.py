"""What can go wrong with inspections (检查)."""

from backend.kernel.problems import Problem


class InspectionWrongStatus(Problem):
    code, status = "inspection.wrong_status", 409
    message, message_en = "检查的当前状态不能进行此操作", "This cannot be done in the present status of the inspection"


class InspectionNotYourMove(Problem):
    code, status = "inspection.not_your_move", 403
    message, message_en = "您不是本次检查的检查人员", "You are not one of those who make this inspection"


class Interested(Problem):
    code, status = "inspection.interest", 409
    message, message_en = "在该企业任职的人员不得参加对它的检查", "Who holds a duty at the enterprise does not inspect it"


class TwoInspectorsRequired(Problem):
    code, status = "inspection.two_inspectors_required", 422
    message, message_en = "行政检查须由两名持证执法人员(含本人)进行", "It takes two different licensed inspectors, you among them"


class NotQualified(Problem):
    code, status = "inspection.not_qualified", 422
    message, message_en = "检查人员中有人不具备此类检查的职责", "Somebody named has no duty for such a visit there"


class ModeNotYours(Problem):
    code, status = "inspection.mode_not_yours", 422
    message, message_en = "您的职责不能采用此检查方式", "That mode does not belong to your duty"


class DayOutOfRange(Problem):
    code, status = "inspection.day_out_of_range", 422
    message, message_en = "检查日期过早或过晚", "That day is too long ago or too far ahead"


class ActionCodeRequired(Problem):
    code, status = "inspection.action_code_required", 409
    message, message_en = "行政检查须先取得行政行为码", "An administrative inspection needs its action code first"


class BadCode(Problem):
    code, status = "inspection.bad_code", 422
    message, message_en = "企业码无效、已过期或不属于该企业", "The code is unknown, expired or another enterprise's"


class Incomplete(Problem):
    code, status = "inspection.incomplete", 409
    message, message_en = "检查表尚未填完,或发现的问题尚未登记隐患", "Items are unanswered, or a problem has no finding yet"


class OrderNotHere(Problem):
    code, status = "inspection.order_not_here", 422
    message, message_en = "现场处理措施只能在行政检查中作出", "Work is stopped in an administrative inspection alone"


class FindingElsewhere(Problem):
    code, status = "inspection.finding_elsewhere", 422
    message, message_en = "隐患的企业或来源与本次检查不符", "Enterprise or source of the hazard are not this inspection's"


class ItemUnknown(Problem):
    code, status = "inspection.item_unknown", 422
    message, message_en = "检查表的本次版本没有此条目", "The pinned checklists have no such item"


class ReasonRequired(Problem):
    code, status = "inspection.reason_required", 422
    message = "双随机抽定的检查人员,不按备选顺序更换须写明理由"
    message_en = "Who was drawn is replaced by the next of the drawn reserve, or with a reason"


class CapReached(Problem):
    code, status = "inspection.cap_reached", 409
    message, message_en = (
        "本年度行政检查已达上限;举报核查、四不两直须写明理由",
        "It has had its visits of the year: give a reason",
    )
