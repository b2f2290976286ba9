"""What can go wrong with an enterprise's file."""

from backend.kernel.problems import Problem


class BadUscc(Problem):
    code, status = "enterprise.bad_uscc", 422
    message, message_en = "统一社会信用代码不符合 GB 32100", "Not a unified social credit code of GB 32100"


class UsccTaken(Problem):
    code, status = "enterprise.uscc_taken", 409
    message, message_en = "该统一社会信用代码已登记", "An enterprise with this code is registered already"


class UsccMismatch(Problem):
    code, status = "enterprise.uscc_mismatch", 422
    message, message_en = "统一社会信用代码与该企业不符", "That is not the code of this enterprise"


class BadIndustry(Problem):
    code, status = "enterprise.bad_industry", 422
    message, message_en = "行业代码不在 GB/T 4754 中", "Not an industry code of GB/T 4754"


class UnknownRegion(Problem):
    code, status = "region.unknown", 422
    message, message_en = "区划或网格代码不存在", "No such region or grid"


class NotYourMove(Problem):
    code, status = "enterprise.not_your_move", 403
    message, message_en = "您的职责不能对该企业做此操作", "No duty of yours allows this at this enterprise"


class SamePerson(Problem):
    code, status = "enterprise.same_person", 409
    message, message_en = "不得审核本人的认领", "Nobody decides his own claim"


class AlreadyOwner(Problem):
    code, status = "enterprise.already_owner", 409
    message, message_en = "您已是该企业的主要负责人", "You are an owner of this enterprise already"


class AlreadyClaimed(Problem):
    code, status = "enterprise.already_claimed", 409
    message, message_en = "您的认领正在审核中", "Your claim is still being looked at"


class ClaimDecided(Problem):
    code, status = "enterprise.claim_decided", 409
    message, message_en = "该认领已有结论", "This claim has been decided already"


class AlreadyMember(Problem):
    code, status = "enterprise.already_member", 409
    message, message_en = "此人已有该职责", "This person holds that duty here already"


class MemberMismatch(Problem):
    code, status = "enterprise.member_mismatch", 409
    message, message_en = "该手机号登记的姓名与所填不符", "That number is registered under another name"


class LastOwner(Problem):
    code, status = "enterprise.last_owner", 409
    message, message_en = "企业须保留一名主要负责人", "An enterprise keeps at least one owner"


class Closed(Problem):
    code, status = "enterprise.closed", 409
    message, message_en = "企业已注销", "The enterprise has closed down"
