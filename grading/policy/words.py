"""The words of an explanation, for an owner who has never read a rule: plain Chinese, and English beside it. Pure."""

from datetime import datetime

from backend.kernel.calendar import local_day
from enterprises.policy.words import GRADE_LABELS, Grade

GROUPS = {
    "A": ("未销号隐患", "open hazards"),
    "B": ("企业自查", "self-inspection"),
    "C": ("整改质量", "quality of rectification"),
    "D": ("固有风险", "inherent risk"),
    "E": ("基础管理", "basics"),
    "F": ("执法处罚", "enforcement"),
    "bonus": ("加分", "bonus"),
}
FACTORS = {
    "open_general": ("未销号的一般隐患(未逾期)", "open general hazards, not overdue"),
    "overdue_general": ("逾期未整改的一般隐患", "overdue general hazards"),
    "open_major": ("未销号的重大隐患", "open major hazards"),
    "spared": ("自己查出、还在期限内的隐患", "hazards found by yourselves and within their deadline"),
    "recurrence": ("反复出现的隐患", "hazards that came again"),
    "self_check_missing": ("最近几期没有按时完成的自查", "recent self-inspections missed or late"),
    "reinspection_failed": ("复查不通过", "failed re-inspections"),
    "look_back_failed": ("回头看发现反弹", "closures that did not hold when looked at again"),
    "false_report": ("查实的虚假上报、虚假照片", "proven false reports or photos"),
    "risk_level": ("企业风险等级", "risk level of the enterprise"),
    "special_place": ("“三场所三企业”特征", "places of special risk"),
    "quarterly_report_missing": ("季度风险报告未报", "quarterly risk report missing"),
    "certificate_missing": ("特种作业证缺失或过期", "special-operation certificates missing or expired"),
    "training_expired": ("负责人或安全管理员培训过期", "training of the principal or the safety manager expired"),
    "commitment_not_renewed": ("安全承诺未更新", "safety commitment not renewed"),
    "emergency_plan_missing": ("缺应急预案或演练", "emergency plan or drill missing"),
    "liability_insurance_missing": ("未投保安全生产责任险", "mandatory liability insurance missing"),
    "penalty": ("计分期内的行政处罚", "recent penalties"),
    "order_not_complied": ("复查时仍未执行指令", "orders not complied with"),
    "formal_talk": ("计分期内被约谈或通报批评", "recent formal talks or public criticism"),
    "standardisation": ("安全生产标准化达标", "standardisation level reached"),
    "major_reported": ("主动上报并按时销号的重大隐患", "major hazards reported voluntarily and closed in time"),
    "service_contract": ("社会化服务合同有效", "service contract in force"),
    "voluntary_insurance": ("自愿投保", "voluntary insurance"),
}
VETOES = {
    "major_open": ("有经核查确认、尚未销号的重大隐患", "a confirmed major hazard is open"),
    "major_listed": ("有被挂牌督办的重大隐患", "a major hazard is listed"),
    "major_overdue": ("有逾期未整改的重大隐患", "a major hazard is overdue"),
    "stop_order": ("停产停业或停止作业的指令尚未解除", "an order to stop work is in force"),
    "fatal_recent": ("最近发生过死亡或重伤事故", "a fatal or serious accident happened of late"),
    "fatal_past": ("发生过死亡或重伤事故,未满规定时间", "a fatal or serious accident happened not long enough ago"),
    "dishonesty": ("被列入严重失信主体名单", "listed for serious dishonesty"),
    "obstruction": ("拒绝检查、破坏安全设施或弄虚作假", "inspection refused, safety devices destroyed or data falsified"),
    "self_check_two": ("连续两期没有自查", "no self-inspection in two periods running"),
    "self_check_three": ("连续三期没有自查", "no self-inspection in three periods running"),
    "unlicensed": ("有未登记的承租方或无证存放危险品", "an unregistered tenant or unlicensed dangerous goods"),
}
GREY = ("登记后尚无经核查的情况,暂不评级(最多 {days} 天)", "not yet rated: nothing verified so far ({days} days at most)")
_ENGLISH = {grade.value: grade.value for grade in Grade}


def points(value: float) -> str:
    """Return a number of points as people read it: two decimals at most, no needless zeros."""
    return f"{round(value, 2):g}"


def row(factor: str, *, count: int, points: float, english: bool = False) -> str:
    """Return one row of the explanation: what was counted, how often, what it costs or brings (`points` with its sign)."""
    name = FACTORS[factor][english]
    size = f"{round(abs(points), 2):g}"
    if english:
        change = "costs nothing" if not points else f"{'takes' if points < 0 else 'brings'} {size} points"
        return f"{name[0].upper()}{name[1:]}: {count}, {change}"
    change = "不扣分" if not points else f"{'扣' if points < 0 else '加'} {size} 分"
    return f"{name}:{count} 项,{change}"


def group_cap(group: str, *, cap: float, back: float) -> str:
    """Return the row for what a group costs (or brings) beyond its cap."""
    return f"{GROUPS[group][0]}合计最多{'加' if group == 'bonus' else '扣'} {points(cap)} 分,超出的 {points(back)} 分不计"


def clamp(value: float) -> str:
    """Return the row that keeps the score between 0 and 100; `value` is what it adds."""
    return f"总分在 0 至 100 之间,超出的 {points(abs(value))} 分不计"


def line(factor: str, group: str, *, count: int, points: float) -> str:
    """Return any row of the explanation in English."""
    beyond = f"{round(abs(points), 2):g} points beyond the limit do not count"
    if factor == "clamp":
        return f"The score stays between 0 and 100: {beyond}"
    if factor == "group_cap":
        name = GROUPS[group][1]
        return f"{name[0].upper()}{name[1:]}: {beyond}"
    return row(factor, count=count, points=points, english=True)


def veto(condition: str, best: str, *, english: bool = False) -> str:
    """Return why a veto is in force and what it allows at best."""
    if english:
        name = VETOES[condition][True]
        return f"{name[0].upper()}{name[1:]}: {best} at best"
    return f"{VETOES[condition][False]},等级最好为{colour(best)}"


def colour(grade: str, *, english: bool = False) -> str:
    """Return a colour in words."""
    return _ENGLISH[grade] if english else GRADE_LABELS[Grade(grade)]


def day(at: datetime, *, english: bool = False) -> str:
    """Return the local day (Asia/Shanghai) of an instant as people read it."""
    local = local_day(at)
    return local.isoformat() if english else f"{local.year}年{local.month}月{local.day}日"
