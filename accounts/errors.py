"""What can go wrong with people, duties, regions and logins."""

from backend.kernel.problems import Problem


class PhoneInvalid(Problem):
    code, status = "phone.invalid", 422
    message, message_en = "手机号码无效,请填写中国大陆手机号", "Not a mainland mobile number"


class PhoneTaken(Problem):
    code, status = "phone.taken", 409
    message, message_en = "该手机号已被其他账号使用", "Another account has this phone number"


class DutyExclusive(Problem):
    code, status = "duty.exclusive", 409
    message, message_en = "系统管理员、审计员不得兼任其他职责(三员分立)", "Administrators and auditors hold no other duty"


class DutyEnded(Problem):
    code, status = "duty.ended", 409
    message, message_en = "该职责已经终止", "This duty has ended already"


class DutyScope(Problem):
    code, status = "duty.wrong_scope", 422
    message, message_en = "该职责的范围不正确", "This duty has another kind of scope"


class PersonDisabled(Problem):
    code, status = "person.disabled", 409
    message, message_en = "该账号已停用", "This account is disabled"


class PolicyUnknown(Problem):
    code, status = "policy.unknown_kind", 422
    message, message_en = "没有这种政策参数", "There is no such kind of policy"


class PolicyInPast(Problem):
    code, status = "policy.in_past", 422
    message, message_en = "生效时间不得早于现在", "A policy cannot take effect in the past"


class PolicyAdopted(Problem):
    code, status = "policy.already_adopted", 409
    message, message_en = "该政策参数已经采纳生效", "This policy was adopted already"


class PolicyBeforeAnother(Problem):
    code, status = "policy.before_another", 409
    message = "已有更晚生效的版本,新版本不得早于它生效(与它同时生效即取而代之)"
    message_en = "A version is to take effect later; a new one cannot come before it (at the same instant it replaces it)"


class GridInvalid(Problem):
    code, status = "region.bad_grid", 422
    message, message_en = "网格编码与所属乡镇(街道)不符", "The grid code does not belong to that town"
