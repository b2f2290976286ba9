"""The words of an enterprise's file (一企一档): closed lists, each code with its Chinese label."""

from enum import StrEnum


class Status(StrEnum):
    """Whether the enterprise works; a closed one (注销) stays readable for ever."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Grade(StrEnum):
    """五色等级: grey until the first rating."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    GREY = "grey"


STATUS_LABELS = {Status.ACTIVE: "正常", Status.SUSPENDED: "停产停业", Status.CLOSED: "注销"}
GRADE_LABELS = {
    Grade.GREEN: "绿色", Grade.BLUE: "蓝色", Grade.YELLOW: "黄色",
    Grade.ORANGE: "橙色", Grade.RED: "红色", Grade.GREY: "未评级",
}  # fmt: skip
SIZE_LABELS = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
RISK_LABELS = {"red": "重大风险", "orange": "较大风险", "yellow": "一般风险", "blue": "低风险"}
# 三场所三企业, domain.md 4.3
RISK_FEATURES = {
    "confined_space": "有限空间作业",
    "combustible_dust": "可燃爆粉尘",
    "spraying": "喷涂作业",
    "metal_smelting": "金属冶炼",
    "ammonia_refrigeration": "涉氨制冷",
    "ship_repair": "船舶修造",
}
_PUBLIC = {
    Grade.GREEN: "green", Grade.BLUE: "green", Grade.YELLOW: "yellow",
    Grade.ORANGE: "yellow", Grade.RED: "red", Grade.GREY: "grey",
}  # fmt: skip
_WORSE = [Grade.GREEN, Grade.BLUE, Grade.YELLOW, Grade.ORANGE, Grade.RED]


def code_colour(grade: str) -> str:
    """Return the colour that the public safety code (安全码) shows for `grade`: green, yellow, red or grey."""
    return _PUBLIC[Grade(grade)]


def direction(before: str, after: str) -> str:
    """Return `improved` (降档), `worsened`, or `first` when one of the two is not a rating."""
    if Grade.GREY in (before, after):
        return "first"
    return "improved" if _WORSE.index(Grade(after)) < _WORSE.index(Grade(before)) else "worsened"
