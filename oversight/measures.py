"""The closure rates in words, each with its denominator: the one definition of every figure a regulator is shown."""

from dataclasses import dataclass

from oversight.policy.figures import Figures


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate: two figures, and its definition in Chinese and English."""

    name: str
    numerator: str
    denominator: str
    label: str
    label_en: str
    zh: str
    en: str

    def of(self, figures: Figures) -> dict[str, float | int | None]:
        """Return numerator, denominator and rate; no rate where there is nothing to divide by."""
        above, below = getattr(figures, self.numerator), getattr(figures, self.denominator)
        return {"numerator": above, "denominator": below, "rate": above / below if below else None}


@dataclass(frozen=True, slots=True)
class Count:
    """A plain count, shown beside every rate."""

    name: str
    figure: str
    label: str
    label_en: str
    zh: str
    en: str


FOUND_ZH = (
    "本期进入闭环的隐患:经核查确认的按确认之日、自查自改直接进入复查环节的按收到之日计(北京时间),"
    "计在当时所在地,之后企业迁址或隐患移交不改变;不含撤回、不属实、重复、撤销的"
)
FOUND_EN = (
    "hazards that entered the loop in the period: on the day (Asia/Shanghai) an official confirmed them, or, self-fixed ones, "
    "on the day they were received; counted where they stood then, whatever moves later; void ones are left out"
)
RATES = (
    Measure(
        "reported_closed", "closed", "found", "上报销号率", "Reported closed",
        f"分子:分母中截至查询时已销号的,不论经复查、会签还是冷却期满动态销号;回头看反弹后未再销号的不算。分母:{FOUND_ZH}。",
        "Numerator: those of the denominator that are closed now, whether by an official or by the clock; one that recurred "
        f"at a look-back counts only once it is closed again. Denominator: {FOUND_EN}.",
    ),
    Measure(
        "verified_closed", "verified", "found", "核实销号率", "Verified closed",
        f"分子:分母中截至查询时已销号、且最近一次销号由执法人员或网格员复查通过(重大隐患经会签)的;动态销号一律不算。分母:{FOUND_ZH}。",
        "Numerator: those of the denominator that are closed now and whose last closure was an official's pass (countersigned "
        f"if major); a closure by the clock never counts. Denominator: {FOUND_EN}.",
    ),
    Measure(
        "on_time", "on_time", "decided", "按原定期限整改率", "On time against the original deadline",
        "分子:分母中已销号、且最后一次提交整改早于原定期限的(延期、复查后另定的期限均不改变原定期限)。"
        "分母:本期进入闭环、有原定期限的隐患中,已销号的,以及原定期限已过而未在期限内提交整改的;"
        "期限未到的、期限内已提交正待复查的暂不计入,自查自改未设期限的不计入。",
        "Numerator: those of the denominator that are closed and whose last rectification was handed in before the original "
        "deadline, which neither an extension nor a later round moves. Denominator: of the hazards that entered the loop in the "
        "period and have an original deadline, those that are closed and those whose original deadline has passed without a "
        "rectification handed in before it; not yet due ones, ones awaiting re-inspection that were handed in in time, and "
        "self-fixed ones without a deadline are left out.",
    ),
    Measure(
        "still_closed", "held", "looked", "回头看后仍销号率", "Still closed after look-back",
        "分子:分母中目前已销号、且最近一次回头看未反弹的。分母:本期进入闭环、销号后已回头看过至少一次的隐患。",
        "Numerator: those of the denominator that are closed now and held at their last look-back. Denominator: hazards that "
        "entered the loop in the period and were looked back at at least once after closure.",
    ),
)  # fmt: skip
COUNTS = (
    Count(
        "withdrawn", "withdrawn", "撤回数", "Withdrawn",
        "上报人本人在核查前撤回的上报,按收到之日计;不在任何一个比率的分母里。",
        "Reports that their own reporter withdrew before verification, by the day they were received; in no denominator.",
    ),
    Count(
        "withdrawn_flagged", "flagged", "频繁撤回数", "Withdrawn too often",
        "上述撤回中,属于同一人 90 天内第三次及以后的撤回。",
        "Of these, the withdrawals that were the third or a later one of the same person within 90 days.",
    ),
)  # fmt: skip


def described(entries: tuple[Measure, ...] | tuple[Count, ...], language: str) -> list[dict[str, str]]:
    """Return names, labels and definitions in `language` (`zh` or `en`)."""
    english = language == "en"
    return [
        {"name": e.name, "label": e.label_en if english else e.label, "definition": e.en if english else e.zh} for e in entries
    ]
