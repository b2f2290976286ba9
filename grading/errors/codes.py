"""What can go wrong with the QR of an enterprise (安全码). What nobody gave out and what was forged read alike."""

from backend.kernel.problems import Problem


class CodeUnknown(Problem):
    code, status = "safety_code.unknown", 404
    message, message_en = "无此安全码", "There is no such safety code"


class CodeExpired(Problem):
    code, status = "safety_code.expired", 410
    message, message_en = "安全码已过期,请企业重新出示", "The code has expired, ask the enterprise to show a new one"


class CodeUsed(Problem):
    code, status = "safety_code.used", 410
    message, message_en = "安全码已被使用,请企业重新出示", "The code has been used, ask the enterprise to show a new one"


class CodeRevoked(Problem):
    code, status = "safety_code.revoked", 410
    message, message_en = "安全码已停用,请向企业索取新码", "The code has been revoked, ask the enterprise for the new one"


class CodeNotHere(Problem):
    code, status = "safety_code.none", 409
    message, message_en = "企业的印刷码已停用,请重新签发", "The printed code was revoked, issue a new one"


class CodeInForce(Problem):
    code, status = "safety_code.in_force", 409
    message, message_en = "企业已有印刷码;换发须指明被替换的码", "There is a printed code in force: say that it is replaced"


class CodeNotInForce(Problem):
    code, status = "safety_code.not_in_force", 409
    message, message_en = "该印刷码已停用", "That printed code is not in force"


class FetchedAhead(Problem):
    code, status = "safety_code.fetched_ahead", 425
    message, message_en = "请打开页面查看安全码", "Open the page to look at the code"
