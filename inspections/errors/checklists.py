"""What can go wrong with checklists (检查表)."""

from backend.kernel.problems import Problem


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
