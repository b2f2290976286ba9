"""What can go wrong when officials decide about a grade (降档决定、人工调整)."""

from backend.kernel.problems import Problem


class GradeSamePerson(Problem):
    code, status = "grade.same_person", 409
    message, message_en = (
        "在该企业任职的人员不得决定它的等级",
        "Who holds a duty at the enterprise has no say in its grade",
    )


class ImprovementNotAwaited(Problem):
    code, status = "improvement.not_awaited", 409
    message, message_en = "企业的等级目前不需要、也不等待县级决定", "The grade does not wait for a decision of the county"


class OverrideInPast(Problem):
    code, status = "override.in_past", 422
    message, message_en = "人工调整的截止时间须晚于现在", "An override ends after now"


class OverrideTooLong(Problem):
    code, status = "override.too_long", 422
    message, message_en = "人工调整的期限过长", "An override may not last that long"


class OverrideUnreviewed(Problem):
    code, status = "override.legal_review_required", 422
    message, message_en = "人工调整为红色须附合法性审核意见", "An override to red carries its legal review"


class OverrideAgainstVeto(Problem):
    code, status = "override.against_veto", 422
    message, message_en = "有一票否决情形,等级不得调整得更好", "A veto is in force: no override is better than it allows"


class OverrideInForce(Problem):
    code, status = "override.in_force", 409
    message, message_en = "已有人工调整在有效期内,请先终止", "An override is in force already, end it first"


class OverrideOver(Problem):
    code, status = "override.over", 409
    message, message_en = "该人工调整已经结束", "That override is over already"
