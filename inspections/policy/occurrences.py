"""When an enterprise has to inspect itself (云自查): intervals by colour and size, periods of the calendar, deadlines. Pure.

How often each colour does, and whether it checks its daily items besides, is in the table of consequences. The rest is
domain.md 6.3 and 7.1, proposals there and *policy* here, no law.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from backend.kernel.calendar import WorkingDays, end_of, local_day, start_of
from enterprises.policy.consequences import Consequences, Interval
from inspections.policy.templates import Frequency

MONDAY = date(2024, 1, 1)  # a Monday, from which fortnights are counted
WEEK = timedelta(days=7)


class SelfInspections(BaseModel):
    """The numbers of self-inspection that a regulator may change (policy kind `self_inspections`), with their defaults."""

    model_config = ConfigDict(extra="forbid")

    micro_low_risk_green: Interval = Field(Interval.QUARTERLY, description="green, micro and of blue inherent risk")
    weekly_checklists_stay_weekly: bool = Field(default=True, description="三场所三企业 and others the catalogue has weekly")
    ahead_days: int = Field(3, ge=0, le=31, description="calendar days before its start that an occurrence is made")
    least_days: int = Field(2, ge=0, le=31, description="a period with fewer days left is not begun any more")
    grace_days: int = Field(1, ge=0, le=31, description="calendar days after the deadline before it counts as missed")
    occasion_hours: int = Field(24, ge=1, le=168, description="within which one that was begun by hand is to be handed in")
    zero_hazard_photos: int = Field(0, ge=0, le=9, description="photos that 零隐患 asks for; domain.md 7.1 proposes 3")
    reasons: bool = Field(default=True, description="whether 不适用 must say why (domain.md 7.1)")
    # GB/T 4754 prefix -> set of the catalogue; the longest prefix decides
    industries: dict[str, str] = Field(
        default_factory=lambda: {
            "C33": "泵阀", "C34": "泵阀", "C35": "泵阀", "C23": "印刷包装",
            "C2923": "塑料编织", "C24": "教玩具", "C4119": "纽扣拉链",
        }
    )  # fmt: skip
    other_industries: str = "其他小微"


@dataclass(frozen=True, slots=True)
class Period:
    """One stretch of the calendar: its key is the same for whoever works it out; instants, the last one exclusive."""

    key: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Firm:
    """What of an enterprise decides how often it inspects itself, and by which checklists."""

    industry: str
    grade: str
    size_class: str = ""
    risk: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of escalation of a missed self-inspection: its rule, and working days after the miss (lifecycle.md §5)."""

    rule: str
    days: int


RUNGS = (Rung("missed", 0), Rung("missed_1", 1), Rung("missed_3", 3))


def industry_set(industry: str, numbers: SelfInspections) -> str:
    """Return the catalogue's set for a GB/T 4754 code; which industry goes with which set is our proposal."""
    fitting = [prefix for prefix in numbers.industries if industry.startswith(prefix)]
    return numbers.industries[max(fitting, key=len)] if fitting else numbers.other_industries


def interval(firm: Firm, frequency: Frequency, numbers: SelfInspections, table: Consequences) -> Interval | None:
    """Return how often `firm` works through a checklist of this `frequency`; None for one that is done when it happens."""
    if frequency is Frequency.EVENT:
        return None
    if numbers.weekly_checklists_stay_weekly and frequency in (Frequency.DAILY, Frequency.WEEKLY):
        return Interval.WEEKLY
    if firm.grade == "green" and firm.size_class == "micro" and firm.risk == "blue":
        return numbers.micro_low_risk_green
    return table.of(firm.grade).self_inspection


def period(interval: Interval, at: datetime) -> Period:
    """Return the period that `at` lies in: Monday to Sunday, two such weeks, a month, a quarter of Asia/Shanghai."""
    day = local_day(at)
    if interval in (Interval.MONTHLY, Interval.QUARTERLY):
        months = 1 if interval is Interval.MONTHLY else 3
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        key = f"{first:%Y-%m}" if months == 1 else f"{first.year}-Q{(first.month - 1) // 3 + 1}"
        return Period(key, start_of(first), start_of(_months_on(first, months)))
    length = WEEK if interval is Interval.WEEKLY else 2 * WEEK
    first = MONDAY + (day - MONDAY) // length * length
    year, week, _ = first.isocalendar()
    return Period(f"{year}-{'W' if length == WEEK else 'F'}{week:02}", start_of(first), start_of(first + length))


def key_day(at: datetime, calendar: WorkingDays) -> Period:
    """Return the day on which daily items are checked next: the working day after that of `at`."""
    day = calendar.add(local_day(at), 1)
    return Period(day.isoformat(), start_of(day), end_of(day))


def _months_on(day: date, months: int) -> date:
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)


def periods(interval: Interval, at: datetime, numbers: SelfInspections) -> list[Period]:
    """Return the periods to be made at `at`: the present one unless too little of it is left, and the next if it is near."""
    now = period(interval, at)
    coming = period(interval, now.ends_at)
    found = [now] if now.ends_at - at >= timedelta(days=numbers.least_days) else []
    return found + ([coming] if coming.starts_at - timedelta(days=numbers.ahead_days) <= at else [])


def look_again(interval: Interval, at: datetime, numbers: SelfInspections) -> datetime:
    """Return when a next period is to be made: `ahead_days` before the first start that lies farther off than that."""
    ahead = timedelta(days=numbers.ahead_days)
    coming = period(interval, at).ends_at
    while coming - ahead <= at:
        coming = period(interval, coming).ends_at
    return coming - ahead


def look_tomorrow(at: datetime) -> datetime:
    """Return when the next day of daily items is to be made."""
    return end_of(local_day(at))


def began(claimed: datetime | None, *, at: datetime, numbers: SelfInspections) -> datetime:
    """Return when one was begun: as the phone says, unless that lies ahead or longer ago than the hours it has."""
    if claimed is None or not at - timedelta(hours=numbers.occasion_hours) < claimed <= at:
        return at
    return claimed


def miss_at(due_at: datetime, numbers: SelfInspections) -> datetime:
    """Return the instant from which an occurrence that nobody submitted is missed."""
    return due_at + timedelta(days=numbers.grace_days)


def rung_at(missed_at: datetime, told: int, calendar: WorkingDays) -> datetime | None:
    """Return when the rung above the `told` first ones is due, or None at the top."""
    if told >= len(RUNGS):
        return None
    last = local_day(missed_at - timedelta(microseconds=1))
    return missed_at if told == 0 else end_of(calendar.add(last, RUNGS[told].days))
