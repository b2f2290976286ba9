"""Sentences about moving: what an improvement waits for, and what to do next. Plain Chinese, English beside it. Pure."""

from datetime import datetime

from grading.policy import words
from grading.policy.fact_kinds import KINDS

WAITING = {
    "verification": (
        "条件已够,还差一次核查:请执法人员或网格员上门看过、没有新问题后即可降一档",
        "Everything else is in order: once an official has been on site and found nothing new, the grade improves one step",
    ),
    "days": (
        "每次降档之间须隔几天,{until}起可再降一档",
        "Improvements lie days apart: the next is possible from {until}",
    ),
    "points": ("还差 {missing} 分才能降一档", "{missing} more points are needed for the next better colour"),
    "county_decision": (
        "走出红色须经县级决定,请向县级监管部门提出",
        "Leaving red takes a decision of the county",
    ),
    "override": ("等级由县级人工调整,到 {until} 止", "The county has set the grade by hand, until {until}"),
    "veto": ("先消除一票否决的情形", "The condition that bars a better grade has to end first"),
}


def waiting(what: str, *, until: datetime | None, missing: float | None, english: bool = False) -> str:
    """Return what an improvement waits for as a sentence."""
    when = words.day(until, english=english) if until else ""
    return WAITING[what][english].format(until=when, missing=words.points(missing or 0.0))


ACTS = {
    "rectify": ("整改并销号这项{what}", "Rectify this {what} and have it closed"),
    "mend": ("补上:{what}", "Put right: {what}"),
    "self_inspect": ("按时完成下一期自查", "Hand in the next self-inspection in time"),
    "ask_for_visit": ("请执法人员或网格员上门核查", "Ask for an official to come and look"),
    "ask_county": ("请县级监管部门作出降档决定", "Ask the county to decide on leaving this colour"),
}
HAZARDS = {
    "general": ("一般隐患", "general hazard"),
    "major": ("重大隐患", "major hazard"),
    "awaiting": ("待复查的隐患", "hazard that awaits re-inspection"),
}


def act(name: str, *, detail: str, gain: float, after: str, english: bool = False) -> str:
    """Return one thing to do as a sentence: what, what it brings at least, and where it leads."""
    kind = KINDS.get(detail)
    what = (kind.english if english else kind.label) if kind else HAZARDS.get(detail, ("", ""))[english]
    said = ACTS[name][english].format(what=what)
    if english:
        brings = f" (at least {words.points(gain)} points)" if gain else ""
        return f"{said}{brings}; after that {words.colour(after, english=True)}"
    brings = f",至少加回 {words.points(gain)} 分" if gain else ""
    return f"{said}{brings},之后可到{words.colour(after)}"
