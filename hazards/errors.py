"""What can go wrong with a hazard, each with its stable code."""

from backend.kernel.problems import Problem


class WrongStatus(Problem):
    code, status = "hazard.wrong_status", 409
    message, message_en = "当前状态不能进行此操作", "This cannot be done in the present status"


class NotYourMove(Problem):
    code, status = "hazard.not_your_move", 403
    message, message_en = "此操作不属于您对该隐患的职责", "This act is not yours on this hazard"


class SamePerson(Problem):
    code, status = "hazard.same_person", 409
    message, message_en = "上报、整改、核查、复查须由不同的人进行", "Nobody approves his own work: this needs another person"


class PhotoMissing(Problem):
    code, status = "hazard.photo_missing", 409
    message, message_en = "尚有照片未送达,暂不能继续", "Photos that were named have not arrived yet"


class PhotoRequired(Problem):
    code, status = "hazard.photo_required", 422
    message, message_en = "须附照片", "A photo is required"


class CriterionRequired(Problem):
    code, status = "hazard.criterion_required", 422
    message, message_en = "判定为重大隐患须写明有效的判定标准条款", "A major hazard needs a numbered criterion in force"


class SourceNotYours(Problem):
    code, status = "hazard.source_not_yours", 422
    message, message_en = "您的职责不能以此来源上报", "That source does not belong to your duty"


class PlanRequired(Problem):
    code, status = "hazard.plan_required", 409
    message, message_en = "重大隐患须先备案治理方案", "A major hazard needs its rectification plan first"


class TwoInspectorsRequired(Problem):
    code, status = "hazard.two_inspectors_required", 422
    message, message_en = "重大隐患须由两名执法人员共同复查", "A major hazard is re-inspected by two inspectors, you among them"


class OnSiteRequired(Problem):
    code, status = "hazard.on_site_required", 422
    message, message_en = "重大隐患须现场复查", "A major hazard is re-inspected on site"


class VisitUnfit(Problem):
    code, status = "hazard.visit_unfit", 422
    message = "所写的检查不是本人近 12 小时内(可配置)在该企业签到的检查"
    message_en = "The visit named is not one to this enterprise on which you checked in yourself in the last hours"


class Listed(Problem):
    code, status = "hazard.listed", 409
    message, message_en = "该隐患正在挂牌督办", "The hazard is under supervision listing"


class NotListed(Problem):
    code, status = "listing.not_open", 409
    message, message_en = "该挂牌督办已解除或尚未下达", "This listing is not in force"


class DeadlineInPast(Problem):
    code, status = "hazard.deadline_in_past", 422
    message, message_en = "期限不能早于今天", "The deadline lies in the past"


class DeadlineTooFar(Problem):
    code, status = "hazard.deadline_too_far", 422
    message, message_en = "期限超过允许的最长时间", "The deadline is further off than the rules allow"


class VerificationRequired(Problem):
    code, status = "hazard.verification_required", 422
    message, message_en = "现场发现的隐患须同时给出核查结论", "An official's finding must carry its verification"


class VerificationNotYours(Problem):
    code, status = "hazard.verification_not_yours", 422
    message, message_en = "此来源的上报不能自带核查结论", "A report from this source cannot carry a verification"


class RectificationNotYours(Problem):
    code, status = "hazard.rectification_not_yours", 422
    message, message_en = "只有企业自查上报可同时附整改情况", "Only an enterprise's own report can carry a rectification"


class UnknownCategory(Problem):
    code, status = "hazard.unknown_category", 422
    message, message_en = "隐患类别代码不存在", "There is no such hazard category"


class BadDuplicate(Problem):
    code, status = "hazard.bad_duplicate", 422
    message, message_en = "重复隐患须指向同一企业的有效隐患", "A duplicate must name a live hazard of the same enterprise"


class BadRelation(Problem):
    code, status = "hazard.bad_relation", 422
    message, message_en = "不能关联该隐患", "That hazard cannot be related to this one"


class TransfersUsedUp(Problem):
    code, status = "hazard.transfers_used_up", 409
    message, message_en = "已移交两次或已裁定,由监管干部裁定", "Two transfers at most, then a regulator rules, finally"


class RegionUnknown(Problem):
    code, status = "hazard.region_unknown", 422
    message, message_en = "行政区划或网格代码不存在", "There is no such region or grid"


class AlreadyThere(Problem):
    code, status = "hazard.already_there", 422
    message, message_en = "该隐患已归该区划或网格管辖,无须移交", "The hazard is there already: a transfer takes it elsewhere"


class ExtensionTooLate(Problem):
    code, status = "extension.too_late", 409
    message = "延期须在期限届满前申请(挂牌督办的须提前15个工作日)"
    message_en = "Ask before the deadline, for listed hazards 15 working days before"


class ExtensionTooLong(Problem):
    code, status = "extension.too_long", 422
    message, message_en = "延期后的总时间不得超过原期限的两倍", "An extension at most doubles the original time"


class ExtensionNotLater(Problem):
    code, status = "extension.not_later", 422
    message, message_en = "延期日期须晚于现期限", "The new day must be later than the present deadline"


class ExtensionAlreadyAsked(Problem):
    code, status = "extension.already_asked", 409
    message, message_en = "该隐患已申请过延期", "An extension has been asked for already"


class ExtensionDecided(Problem):
    code, status = "extension.decided", 409
    message, message_en = "该延期申请已有决定", "This extension has been decided already"


class NotRevealed(Problem):
    code, status = "sampling.not_revealed", 409
    message, message_en = "该日抽签密钥尚未公开", "The key of that day has not been revealed yet"


class MajorOpen(Problem):
    code, status = "hazard.major_open", 409
    message, message_en = "企业尚有未销号的重大隐患,不能注销", "The enterprise has a major hazard that is not closed"
