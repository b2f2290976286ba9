"""The words of an explanation: factors, groups and vetoes in plain Chinese."""

GROUPS = {"A": "未销号隐患", "C": "整改质量"}
FACTORS = {
    "open_general": "未销号的一般隐患(未逾期)",
    "overdue_general": "逾期未整改的一般隐患",
    "open_major": "未销号的重大隐患",
    "recurrence": "反复出现的隐患",
    "reinspection_failed": "复查不通过",
    "look_back_failed": "回头看发现反弹",
    "group_cap": "封顶调整",
}
VETOES = {
    "V1": "有经核查确认、尚未销号的重大隐患,等级最好为{best}",
    "V2": "有重大隐患逾期或被挂牌督办,等级最好为{best}",
}
GREY = "登记后尚无经核查的隐患,暂不评级(最多 {days} 天)"


def points(value: float) -> str:
    """Return a number of points as people read it: no needless zeros."""
    return f"{value:g}"


def factor_words(factor: str, *, count: int, off: float) -> str:
    """Return one row of the explanation: what was counted, how often, what it costs."""
    if not count:
        return f"{FACTORS[factor]}:没有,不扣分"
    if not off:
        return f"{FACTORS[factor]}:{count} 项,不扣分"
    return f"{FACTORS[factor]}:{count} 项,扣 {points(off)} 分"


def cap_words(group: str, *, cap: float, back: float) -> str:
    """Return the row that gives back what a group costs beyond its cap."""
    return f"{GROUPS[group]}合计最多扣 {points(cap)} 分,超出的 {points(back)} 分不再扣"
