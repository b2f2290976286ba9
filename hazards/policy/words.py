"""The words of the loop (lifecycle.md §1, §3) as codes with their Chinese labels."""

from enum import StrEnum


class Status(StrEnum):
    """Where a hazard (隐患) stands."""

    REPORTED = "reported"
    RETURNED = "returned"
    RECTIFYING = "rectifying"
    AWAITING_REINSPECTION = "awaiting_reinspection"
    CLOSED = "closed"
    VOID = "void"


class Level(StrEnum):
    """General (一般) or major (重大) hazard."""

    GENERAL = "general"
    MAJOR = "major"


class Source(StrEnum):
    """How a hazard was found (隐患来源)."""

    SELF_INSPECTION = "self_inspection"
    SNAPSHOT = "snapshot"
    AGENCY = "agency"
    GRID_PATROL = "grid_patrol"
    INSPECTION = "inspection"
    REMOTE_CHECK = "remote_check"
    CAMPAIGN = "campaign"
    PUBLIC_REPORT = "public_report"


class ReviewMode(StrEnum):
    """Whether an official re-inspects (`full`) or a draw decides (`sampled`, 动态销号)."""

    FULL = "full"
    SAMPLED = "sampled"


class Party(StrEnum):
    """Who may move, beside the roles of people: the very person who reported, and the system itself."""

    REPORTER = "reporter"
    SYSTEM = "system"


class Verb(StrEnum):
    """Every step of the loop."""

    CONFIRM = "confirm"
    RETURN = "return"
    DISMISS = "dismiss"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    PLAN = "plan"
    SUBMIT = "submit"
    ACCEPT = "accept"
    REJECT = "reject"
    PASS = "pass"  # noqa: S105 - a verb of the loop, not a secret
    SIGN = "sign"
    COUNTERSIGN = "countersign"
    FAIL = "fail"
    CLOSE_BY_CLOCK = "close_by_clock"
    DRAW = "draw"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    PROPOSE_LISTING = "propose_listing"
    LIST = "list"
    LIFT = "lift"
    HOLD = "hold"
    RECUR = "recur"
    RAISE = "raise"
    LOWER = "lower"
    ANNUL = "annul"
    TRANSFER = "transfer"
    RULE = "rule"
    ESCALATE = "escalate"
    FOLLOW = "follow"


STATUS_LABELS = {
    Status.REPORTED: "待核查",
    Status.RETURNED: "退回补正",
    Status.RECTIFYING: "整改中",
    Status.AWAITING_REINSPECTION: "待复查",
    Status.CLOSED: "已销号",
    Status.VOID: "不属实/重复/撤回/撤销",
}
LEVEL_LABELS = {Level.GENERAL: "一般隐患", Level.MAJOR: "重大隐患"}
SOURCE_LABELS = {
    Source.SELF_INSPECTION: "企业自查",
    Source.SNAPSHOT: "员工随手拍",
    Source.AGENCY: "服务机构排查",
    Source.GRID_PATROL: "网格巡查",
    Source.INSPECTION: "执法检查",
    Source.REMOTE_CHECK: "云巡查",
    Source.CAMPAIGN: "专项行动",
    Source.PUBLIC_REPORT: "群众举报",
}
REVIEW_LABELS = {ReviewMode.FULL: "逐条复查", ReviewMode.SAMPLED: "抽查复查"}
VERB_LABELS = {
    Verb.CONFIRM: "核查确认",
    Verb.RETURN: "退回补正",
    Verb.DISMISS: "核查不成立",
    Verb.RESUBMIT: "补正重报",
    Verb.WITHDRAW: "撤回上报",
    Verb.PLAN: "备案治理方案",
    Verb.SUBMIT: "提交整改",
    Verb.ACCEPT: "内部验收通过",
    Verb.REJECT: "内部验收不通过",
    Verb.PASS: "复查通过",
    Verb.SIGN: "重大隐患复查签名",
    Verb.COUNTERSIGN: "重大隐患复查会签",
    Verb.FAIL: "复查不通过",
    Verb.CLOSE_BY_CLOCK: "动态销号",
    Verb.DRAW: "人工抽查",
    Verb.ASK_EXTENSION: "申请延期",
    Verb.GRANT_EXTENSION: "同意延期",
    Verb.REFUSE_EXTENSION: "不同意延期",
    Verb.PROPOSE_LISTING: "提请挂牌督办",
    Verb.LIST: "挂牌督办",
    Verb.LIFT: "解除挂牌",
    Verb.HOLD: "回头看未反弹",
    Verb.RECUR: "回头看反弹",
    Verb.RAISE: "升级为重大",
    Verb.LOWER: "降级为一般",
    Verb.ANNUL: "撤销",
    Verb.TRANSFER: "移交",
    Verb.RULE: "裁定归属",
    Verb.ESCALATE: "提级督促",
    Verb.FOLLOW: "随企业迁移",
}
# the past form names the ledger entry: hazard.confirmed, hazard.passed …
PAST = {
    Verb.CONFIRM: "confirmed",
    Verb.RETURN: "returned",
    Verb.DISMISS: "dismissed",
    Verb.RESUBMIT: "resubmitted",
    Verb.WITHDRAW: "withdrawn",
    Verb.PLAN: "planned",
    Verb.SUBMIT: "submitted",
    Verb.ACCEPT: "accepted",
    Verb.REJECT: "rejected",
    Verb.PASS: "passed",
    Verb.SIGN: "signed",
    Verb.COUNTERSIGN: "countersigned",
    Verb.FAIL: "failed",
    Verb.CLOSE_BY_CLOCK: "clock_closed",
    Verb.DRAW: "drawn",
    Verb.ASK_EXTENSION: "extension_asked",
    Verb.GRANT_EXTENSION: "extension_granted",
    Verb.REFUSE_EXTENSION: "extension_refused",
    Verb.PROPOSE_LISTING: "listing_proposed",
    Verb.LIST: "listed",
    Verb.LIFT: "lifted",
    Verb.HOLD: "held",
    Verb.RECUR: "recurred",
    Verb.RAISE: "raised",
    Verb.LOWER: "lowered",
    Verb.ANNUL: "annulled",
    Verb.TRANSFER: "transferred",
    Verb.RULE: "ruled",
    Verb.ESCALATE: "escalated",
    Verb.FOLLOW: "moved",
}
# under which noun each verb is posted (api.md §5)
NOUNS = {
    Verb.CONFIRM: "verifications",
    Verb.RETURN: "verifications",
    Verb.DISMISS: "verifications",
    Verb.RESUBMIT: "resubmissions",
    Verb.WITHDRAW: "withdrawals",
    Verb.PLAN: "plans",
    Verb.SUBMIT: "rectifications",
    Verb.ACCEPT: "acceptances",
    Verb.REJECT: "acceptances",
    Verb.PASS: "reinspections",
    Verb.SIGN: "reinspections",
    Verb.COUNTERSIGN: "countersignatures",
    Verb.FAIL: "reinspections",
    Verb.DRAW: "draws",
    Verb.ASK_EXTENSION: "extensions",
    Verb.GRANT_EXTENSION: "decisions",
    Verb.REFUSE_EXTENSION: "decisions",
    Verb.PROPOSE_LISTING: "listings",
    Verb.LIST: "listings",
    Verb.LIFT: "lifts",
    Verb.HOLD: "look-backs",
    Verb.RECUR: "look-backs",
    Verb.RAISE: "reclassifications",
    Verb.LOWER: "reclassifications",
    Verb.ANNUL: "annulments",
    Verb.TRANSFER: "transfers",
    Verb.RULE: "rulings",
}
BY_ENTERPRISE = frozenset({Source.SELF_INSPECTION, Source.SNAPSHOT, Source.AGENCY})
ON_SITE_FINDING = frozenset({Source.GRID_PATROL, Source.INSPECTION, Source.REMOTE_CHECK, Source.CAMPAIGN})
# whoever reports for an enterprise or as a tip is a party, never its judge (lifecycle.md §2)
AS_PARTY = BY_ENTERPRISE | {Source.PUBLIC_REPORT}
