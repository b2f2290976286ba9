"""What can go wrong while looking for hazards and writing it down."""

from backend.kernel.problems import Problem


class NotYourDocument(Problem):
    code, status = "document.not_your_move", 403
    message, message_en = "您的职责不能制作或处理此类文书", "No duty of yours makes or handles this kind of document"


class DocumentSamePerson(Problem):
    code, status = "document.same_person", 409
    message, message_en = (
        "在该企业任职的人员不得以执法或监管身份制作其文书",
        "Nobody with a duty at the enterprise acts as its official",
    )


class DocumentIncomplete(Problem):
    code, status = "document.incomplete", 422
    message, message_en = "文书要素不全", "The document lacks fields"


class HazardRequired(Problem):
    code, status = "document.hazard_required", 422
    message, message_en = (
        "此类文书须写明所涉隐患(挂牌督办须为重大隐患)",
        "This kind of document names its hazard, a listing a major one",
    )


class OfficersRequired(Problem):
    code, status = "document.officers_required", 422
    message = "须由两名不同的、持有效执法证件且对该地有职责的执法人员署名,本人在内"
    message_en = "Two different licensed inspectors on duty there sign it, you among them"


class SupersedesOther(Problem):
    code, status = "document.supersedes_other", 422
    message, message_en = (
        "只能替代同一企业的、已印发的同类文书",
        "Only an issued document of the same kind and enterprise is superseded",
    )


class DocumentWrongStatus(Problem):
    code, status = "document.wrong_status", 409
    message, message_en = "文书的当前状态不允许此操作", "The document's status does not allow this"


class SignatureRequired(Problem):
    code, status = "document.signature_required", 409
    message, message_en = "此类文书印发前须有被检查单位签字或拒签记录", "This kind is issued only after a signature or a refusal"


class ServedBeforeIssue(Problem):
    code, status = "document.served_before_issue", 422
    message, message_en = "送达时间不得早于印发,也不得晚于现在", "Service lies between the issue and now"


class WitnessRequired(Problem):
    code, status = "document.witness_required", 422
    message, message_en = "拒收或拒签须有见证人", "A refusal needs a witness"


class NotPrintable(Problem):
    code, status = "document.not_printable", 503
    message = "本机缺少 PDF 排版库(Pango),请改用网页版打印"
    message_en = "The library that sets PDF (Pango) is missing here, print the page instead"
    retry_after = 3600


class PressBusy(Problem):
    code, status = "document.press_busy", 503
    message, message_en = "正在排印其他文书,请稍后再取", "Other documents are being printed, come again in a moment"
    retry_after = 5


class Unprinted(Problem):
    code, status = "document.unprinted", 503
    message, message_en = "文书排印失败,请改用网页版打印", "The document could not be set, print the page instead"
    retry_after = 300


class PoolTooSmall(Problem):
    code, status = "draw.pool_too_small", 422
    message, message_en = "符合条件的企业少于抽取数量", "Fewer enterprises fit than are to be drawn"


class PoolTooLarge(Problem):
    code, status = "draw.pool_too_large", 422
    message, message_en = "抽取范围过大,请按区域、行业等缩小", "The pool is too large, narrow it by region or industry"


class TooFewInspectors(Problem):
    code, status = "draw.too_few_inspectors", 409
    message = "部分企业可派的执法人员不足(管辖、回避或部门不够),抽签未成立"
    message_en = "For some enterprises too few inspectors are free of conflict and have a duty there: nothing was drawn"


class RevealTooEarly(Problem):
    code, status = "draw.reveal_too_early", 422
    message, message_en = "公开日距今不得少于规定天数", "The commitment must be public for some days before the reveal"


class DrawNotDue(Problem):
    code, status = "draw.not_due", 409
    message, message_en = "尚未到公开日", "The day of the reveal has not come yet"


class DrawRevealed(Problem):
    code, status = "draw.revealed", 409
    message, message_en = "该次抽签已公开", "This draw has been revealed already"


class ChecklistInvalid(Problem):
    code, status = "checklist.invalid", 422
    message, message_en = "检查表内容有误", "The checklist has faults"


class ChecklistUnknown(Problem):
    code, status = "checklist.unknown", 422
    message, message_en = "没有这个检查表,或已废止", "There is no such checklist in force"


class ChecklistCodeRetired(Problem):
    code, status = "checklist.code_retired", 422
    message, message_en = "该检查表编码已废止,不得再用", "This code was retired and never comes back"


class ChecklistWrongStatus(Problem):
    code, status = "checklist.wrong_status", 409
    message, message_en = "检查表当前状态不能进行此操作", "This cannot be done in the present status of the checklist"


class ChecklistSuperseded(Problem):
    code, status = "checklist.superseded", 409
    message, message_en = "已有更新的版本发布,请重新起草", "A later version was published meanwhile, draft it anew"


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


class RemoteWrongStatus(Problem):
    code, status = "remote_check.wrong_status", 409
    message, message_en = "云巡查的当前状态不能进行此操作", "This cannot be done in the present status of the remote check"


class RemoteExpired(Problem):
    code, status = "remote_check.expired", 409
    message, message_en = "云巡查已超时,不再接受应答", "The remote check has expired and takes no answer"


class RemoteNotYourMove(Problem):
    code, status = "remote_check.not_your_move", 403
    message, message_en = "此操作不属于您对该云巡查的职责", "This act is not yours on this remote check"


class RemotePhotoMissing(Problem):
    code, status = "remote_check.photo_missing", 409
    message, message_en = "应答的照片尚未送达", "Photos of the answer have not arrived yet"


class RemoteHazardElsewhere(Problem):
    code, status = "remote_check.hazard_elsewhere", 422
    message, message_en = "该隐患不属于此企业", "That hazard is another enterprise's"


class NoEnforcement(Problem):
    code, status = "document.no_enforcement", 422
    message, message_en = "执法文书只能出自行政检查", "Enforcement documents come of administrative inspections alone"


class StatisticsFormNotYourMove(Problem):
    code, status = "statistics_form.not_your_move", 403
    message, message_en = "报表由本企业填报,由主要负责人签字", "The enterprise fills in its form, its owner signs it"


class StatisticsFormTooEarly(Problem):
    code, status = "statistics_form.too_early", 409
    message, message_en = "统计期尚未结束", "The period is not over yet"


class StatisticsFormSigned(Problem):
    code, status = "statistics_form.already_signed", 409
    message, message_en = "该期报表已经签字", "A form of this period was signed already"


class ProgrammeNotYours(Problem):
    code, status = "programme.not_your_move", 403
    message, message_en = "由辖区县级及以上监管干部制定", "It is made by a regulator of that region, of a county or above"


class CampaignElsewhere(Problem):
    code, status = "campaign.elsewhere", 422
    message, message_en = "该检查不在专项行动的区域、起止日期或检查方式之内", "The inspection is not within that campaign"


class CapReached(Problem):
    code, status = "inspection.cap_reached", 409
    message, message_en = (
        "本年度行政检查已达上限;举报核查、四不两直须写明理由",
        "It has had its visits of the year: give a reason",
    )
