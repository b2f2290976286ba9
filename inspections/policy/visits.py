"""The words of inspections (检查): type, mode, status, verbs, with their Chinese labels; which finding has which source."""

from enum import StrEnum

from accounts.policy.roles import Role
from hazards.policy.words import Source


class Type(StrEnum):
    """What kind of visit it is (检查类型); only the first is an enforcement act."""

    ADMINISTRATIVE_INSPECTION = "administrative_inspection"
    GRID_PATROL = "grid_patrol"
    SERVICE_VISIT = "service_visit"
    REMOTE_CHECK = "remote_check"


class Mode(StrEnum):
    """Why and how one comes (检查方式)."""

    PLANNED = "planned"
    RANDOM = "random"
    SPECIAL_CAMPAIGN = "special_campaign"
    COMPLAINT = "complaint"
    UNANNOUNCED = "unannounced"
    LOOK_BACK = "look_back"


class VisitStatus(StrEnum):
    """Where an inspection stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """Every step of an inspection; `follow` is the system's, when the enterprise moves."""

    CHECK_IN = "check_in"
    ANSWER = "answer"
    FIND = "find"
    SIGN = "sign"
    CHECK_OUT = "check_out"
    CANCEL = "cancel"
    CHANGE = "change"
    FOLLOW = "follow"


TYPE_LABELS = {
    Type.ADMINISTRATIVE_INSPECTION: "行政检查",
    Type.GRID_PATROL: "网格巡查",
    Type.SERVICE_VISIT: "服务指导",
    Type.REMOTE_CHECK: "云巡查",
}
MODE_LABELS = {
    Mode.PLANNED: "计划检查",
    Mode.RANDOM: "双随机",
    Mode.SPECIAL_CAMPAIGN: "专项行动",
    Mode.COMPLAINT: "举报核查",
    Mode.UNANNOUNCED: "四不两直",
    Mode.LOOK_BACK: "回头看",
}
STATUS_LABELS = {
    VisitStatus.PLANNED: "待检查",
    VisitStatus.UNDER_WAY: "检查中",
    VisitStatus.FINISHED: "已结束",
    VisitStatus.CANCELLED: "已取消",
}
VERB_LABELS = {
    Verb.CHECK_IN: "签到",
    Verb.ANSWER: "填写检查表",
    Verb.FIND: "登记隐患",
    Verb.SIGN: "签名",
    Verb.CHECK_OUT: "签退",
    Verb.CANCEL: "取消检查",
    Verb.CHANGE: "变更安排",
    Verb.FOLLOW: "随企业迁移(系统)",
}
# the past form names the ledger entry: inspection.checked_in …
PAST = {
    Verb.CHECK_IN: "checked_in",
    Verb.ANSWER: "answered",
    Verb.FIND: "found",
    Verb.SIGN: "signed",
    Verb.CHECK_OUT: "checked_out",
    Verb.CANCEL: "cancelled",
    Verb.CHANGE: "changed",
    Verb.FOLLOW: "moved",
}
# a flag: somebody named has no duty any more where the enterprise has moved to
OUT_OF_REACH = "out_of_reach"
# what people do, and where it is posted; a plan is changed by PATCH of the inspection itself
NOUNS = {
    Verb.CHECK_IN: "check-ins",
    Verb.ANSWER: "answers",
    Verb.FIND: "findings",
    Verb.SIGN: "signatures",
    Verb.CHECK_OUT: "check-outs",
    Verb.CANCEL: "cancellations",
    Verb.CHANGE: "",
}


def source_of(type_: Type, mode: Mode, role: Role) -> Source:
    """Return the source of a hazard that somebody in `role` finds on such a visit (lifecycle.md §3)."""
    if type_ == Type.REMOTE_CHECK:
        return Source.REMOTE_CHECK
    if role == Role.AGENCY:
        return Source.AGENCY
    if role == Role.GRID_WORKER:
        return Source.GRID_PATROL
    return Source.CAMPAIGN if mode == Mode.SPECIAL_CAMPAIGN else Source.INSPECTION
