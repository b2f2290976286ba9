"""What a finding says (核验结论的文字), so that a person can judge it: from its numbers, in Chinese or English."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from media.policy.evidence import Code

SHANGHAI = timedelta(hours=8)
# (code, why) -> Chinese, English; the numbers of the finding are put in
WORDS: dict[tuple[str, str], tuple[str, str]] = {
    (Code.REUSED_EXACT, ""): (
        "与系统中另一张照片逐字节相同,疑为重复使用旧照片{when}。请核对两张照片各自的用途",
        "Byte for byte another photo of this system: an old picture used again, it seems{when}. Compare what both stand for",
    ),
    (Code.REUSED_SIMILAR, "whole"): (
        "与另一张照片为同一画面(吻合度 {percent}%{turned}),文件不同:疑经压缩、缩放或截屏后重复使用{when}",
        "Shows the same picture as another photo ({percent} % agreement{turned}) in another file: recompressed, resized or a "
        "screenshot of it{when}",
    ),
    (Code.REUSED_SIMILAR, "part"): (
        "与另一张照片高度相似(吻合度 {percent}%{turned}):疑为裁剪或截屏,也可能在同一位置先后拍摄{when}。请对照两张照片",
        "Very much like another photo ({percent} % agreement{turned}): cut out of it or a screenshot, or taken from the same "
        "spot{when}. Look at both",
    ),
    (Code.SAME_AS_BEFORE, "whole"): (
        "整改后照片与整改前照片为同一画面(吻合度 {percent}%{turned}),看不出整改",
        "The photo after is the photo before ({percent} % agreement{turned}): it shows no change",
    ),
    (Code.SAME_AS_BEFORE, "part"): (
        "整改后照片与整改前照片几乎相同(吻合度 {percent}%{turned}):疑为裁剪,也可能在同一位置拍摄而变化很小。请对照两张照片",
        "The photo after is almost the photo before ({percent} % agreement{turned}): cut out of it, or taken from the same spot "
        "with little changed. Look at both",
    ),
    (Code.TAKEN_BEFORE_HAZARD, "early"): (
        "拍摄时间比发现隐患早 {span}(按手机或文件所载时间)",
        "By the phone's or the file's own time it was taken {span} before the hazard was found",
    ),
    (Code.TAKEN_BEFORE_HAZARD, "future"): (
        "拍摄时间比收到时间晚 {span}:所载时间在未来",
        "By the phone's or the file's own time it was taken {span} after it was received: in the future",
    ),
    (Code.TAKEN_ELSEWHERE, "both"): (
        "拍摄位置偏离 {distance}(已扣除定位误差{details}),与隐患位置及企业位置均不符",
        "Taken {distance} away (accuracy allowed for{details}) from the place of the hazard and from the enterprise",
    ),
    (Code.TAKEN_ELSEWHERE, "one"): (
        "拍摄位置与隐患位置、企业位置之一相距 {distance}(已扣除定位误差{details})",
        "Taken {distance} away (accuracy allowed for{details}) from either the place of the hazard or the enterprise",
    ),
    (Code.TAKEN_ELSEWHERE, "before"): (
        "拍摄位置与整改前照片相距 {distance},似非同一地点",
        "Taken {distance} away from where the photo before was taken: hardly the same place",
    ),
    (Code.NO_METADATA, ""): (
        "文件不含相机、时间或位置信息:可能经聊天软件转发、截屏或处理",
        "The file names no camera, time or place: passed on by a messenger, a screenshot, or processed",
    ),
    (Code.EDITED, ""): ("文件由图像软件写成:{software}", "The file was written by a program that changes pictures: {software}"),
    (Code.MOCK_LOCATION, "mock"): ("手机报告该位置由虚拟定位提供", "The phone says a mock provider made this position up"),
    (Code.MOCK_LOCATION, "frozen"): (
        "该账号 {days} 天内 {photos} 张照片的坐标完全一致,真实定位不会如此",
        "{photos} photos of this account on {days} days have the very same coordinates, as no real position does",
    ),
    (Code.MOCK_LOCATION, "speed"): (
        "与该账号相邻一张照片相距 {distance}、间隔 {minutes} 分钟,折合时速约 {kmh} 公里",
        "{distance} and {minutes} minutes from this account's neighbouring photo: about {kmh} km/h",
    ),
    (Code.CLOCK_SKEW, "device"): (
        "该手机时钟据历次上传估计{direction} {span},所载时间已按此理解",
        "By its uploads so far this phone's clock runs {direction} by {span}; its times are read accordingly",
    ),
    (Code.CLOCK_SKEW, "ahead"): (
        "所载拍摄时间比收到时间晚 {span},手机时钟可能不准",
        "Dated {span} after it was received: the phone's clock may be wrong",
    ),
    (Code.CLOCK_SKEW, "late"): (
        "所载拍摄时间比收到时间早 {span}:上传较晚,或手机时钟不准",
        "Dated {span} before it was received: sent late, or the phone's clock is wrong",
    ),
    (Code.TOO_SMALL_TO_JUDGE, "small"): (
        "短边仅 {pixels} 像素,细节不足以判断",
        "Its shorter side has only {pixels} pixels: too little to judge by",
    ),
    (Code.TOO_SMALL_TO_JUDGE, "empty"): (
        "画面几乎没有内容(信息量 {quality}/100),无法与其他照片比对",
        "There is hardly anything to see in it ({quality} of 100): it cannot be compared with others",
    ),
}  # fmt: skip
UNSAID = ("核验发现疑点,详情见台账", "Something was found, see the ledger for its facts")


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def detail(code: str, facts: Mapping[str, Any], *, language: str, other_received_at: datetime | None = None) -> str:
    """Return what a finding says, in `zh` or `en`; when the other photo came is said only to who may know of it."""
    english = language == "en"
    values = {**facts, **_spelled(facts, english=english), "when": _when(other_received_at, english=english)}
    # a finding of long ago may have been written with other facts: it is shown all the same
    words = WORDS.get((code, _variant(facts)), UNSAID)
    return words[english].format_map(_Known(values))


def _variant(facts: Mapping[str, Any]) -> str:
    return ("whole" if facts["whole"] else "part") if "whole" in facts else str(facts.get("why", ""))


def _spelled(facts: Mapping[str, Any], *, english: bool) -> dict[str, str]:
    seconds = abs(facts.get("seconds", 60 * facts.get("minutes", 0)))
    words: dict[str, tuple[str, str]] = {
        "turned": (",经镜像或旋转", ", mirrored or turned") if facts.get("turned") else ("", ""),
        "direction": ("快", "fast") if facts.get("seconds", 0) > 0 else ("慢(或多次延迟上传)", "slow (or was offline each time)"),
        "details": _places(facts),
    }
    return {
        "span": _span(seconds, english=english), "distance": _distance(facts.get("metres", 0), english=english),
        **{name: pair[english] for name, pair in words.items()},
    }  # fmt: skip


def _places(facts: Mapping[str, Any]) -> tuple[str, str]:
    known = [
        (zh, en, facts[name])
        for name, zh, en in (("place_metres", "距隐患", "hazard"), ("firm_metres", "距企业", "enterprise"))
        if name in facts
    ]
    zh = "".join(f",{word} {_distance(metres, english=False)}" for word, _, metres in known)
    en = "".join(f", {word} {_distance(metres, english=True)}" for _, word, metres in known)
    return zh, en


def _span(seconds: float, *, english: bool) -> str:
    for size, zh, en in ((86_400, "天", "days"), (3600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {en if english else zh}"
    return f"{round(seconds)} {'s' if english else '秒'}"


def _distance(metres: float, *, english: bool) -> str:
    if metres >= 2000:
        return f"{metres / 1000:.1f} {'km' if english else '公里'}"
    return f"{round(metres)} {'m' if english else '米'}"


def _when(instant: datetime | None, *, english: bool) -> str:
    if instant is None:
        return ""
    local = f"{instant + SHANGHAI:%Y-%m-%d %H:%M}"
    return f" (received {local})" if english else f"(收到于 {local})"
