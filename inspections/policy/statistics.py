"""The statistics forms that an enterprise owes each quarter and year (隐患排查治理统计报表). Pure.

All figures are cumulative from 1 January, over hazards that the server received in that time, each in the state in which the
ledger has it at the end of the period. Columns follow domain.md 2.7. The days by which they are due are from memory: policy.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.kernel.calendar import end_of, start_of
from hazards.policy.words import BY_ENTERPRISE, Level, Source, Status


class FormStatus(StrEnum):
    """Where a form stands: its figures frozen, or signed by the owner."""

    FROZEN = "frozen"
    SIGNED = "signed"


FORM_LABELS = {FormStatus.FROZEN: "已生成,待签字", FormStatus.SIGNED: "已签字"}


class StatisticsForms(BaseModel):
    """By when a form is due (policy kind `statistics_forms`): the defaults are domain.md 2.7's, from memory, no law."""

    model_config = ConfigDict(extra="forbid")

    quarter_due_day: int = Field(15, ge=1, le=28, description="of the first month of the next quarter")
    year_due_day: int = Field(31, ge=1, le=31, description="of January of the next year")


@dataclass(frozen=True, slots=True)
class Span:
    """The time a form covers: from 1 January to the last day of its quarter, or of the year (`quarter` None)."""

    year: int
    quarter: int | None

    @property
    def first(self) -> date:
        """Return the first day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """Return the last day."""
        return {1: date(self.year, 3, 31), 2: date(self.year, 6, 30), 3: date(self.year, 9, 30)}.get(
            self.quarter or 4, date(self.year, 12, 31)
        )

    @property
    def starts_at(self) -> datetime:
        """Return its first instant."""
        return start_of(self.first)

    @property
    def ends_at(self) -> datetime:
        """Return the first instant after it."""
        return end_of(self.last)

    def due_on(self, numbers: StatisticsForms) -> date:
        """Return the day by which it is to be handed in."""
        if self.quarter is None:
            return date(self.year + 1, 1, numbers.year_due_day)
        following = self.quarter * 3 + 1
        year, month = (self.year, following) if following < 12 else (self.year + 1, 1)
        return date(year, month, numbers.quarter_due_day)


@dataclass(frozen=True, slots=True)
class HazardAt:
    """One hazard as it stood at the end of the period; `cost_cny` is what its rectifications said they cost."""

    id: UUID
    description: str
    source: Source
    level: Level
    status: Status
    found_on: date
    closed_on: date | None
    planned: bool = False
    cost_cny: float = 0.0


@dataclass(frozen=True, slots=True)
class Checks:
    """How many self-inspections were due in the time, how many of them were handed in, and how many were missed."""

    due: int = 0
    submitted: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it counts in words; `of` is the denominator of a rate, `hazards` what was counted."""

    code: str
    label: str
    definition: str
    count: float
    of: int | None = None
    hazards: tuple[UUID, ...] = ()

    @property
    def rate(self) -> float | None:
        """Return count / of, None without a denominator."""
        return round(self.count / self.of, 4) if self.of else None


def counted(hazards: Iterable[HazardAt]) -> list[HazardAt]:
    """Return those that the form is about: not void, and of what others found only what an official has verified."""
    unseen = (Status.REPORTED, Status.RETURNED)
    return [h for h in hazards if h.status != Status.VOID and (h.source in BY_ENTERPRISE or h.status not in unseen)]


# code, label, definition, which hazards are counted, among which (None: no rate)
Test = Callable[[HazardAt], bool]
_GENERAL: Test = lambda h: h.level == Level.GENERAL  # noqa: E731 - a column of the table below
_MAJOR: Test = lambda h: h.level == Level.MAJOR  # noqa: E731 - the same
_CLOSED: Test = lambda h: h.status == Status.CLOSED  # noqa: E731 - the same
_TABLE: tuple[tuple[str, str, str, tuple[Test, ...], tuple[Test, ...] | None], ...] = (
    ("general_found", "一般隐患:排查数", "期内上报、期末未撤销的一般隐患", (_GENERAL,), None),
    ("general_closed", "一般隐患:已整改销号数(整改率)", "其中期末状态为已销号的", (_GENERAL, _CLOSED), (_GENERAL,)),
    (
        "general_open", "一般隐患:未销号数", "其中期末尚未销号的(含已提交整改、待复查的)",
        (_GENERAL, lambda h: not _CLOSED(h)), None,
    ),
    ("major_found", "重大隐患:排查数", "期内上报、期末未撤销的重大隐患(未核查的按上报级别)", (_MAJOR,), None),
    ("major_closed", "重大隐患:已整改销号数(整改率)", "其中期末状态为已销号的", (_MAJOR, _CLOSED), (_MAJOR,)),
    (
        "major_planned", "重大隐患:列入治理计划数", "期末未销号、已备案治理方案的(目标、措施、资金、责任人、期限、预案齐全)",
        (_MAJOR, lambda h: not _CLOSED(h) and h.planned), None,
    ),
    (
        "major_unplanned", "重大隐患:尚无治理方案数", "期末未销号、尚未备案治理方案的",
        (_MAJOR, lambda h: not _CLOSED(h) and not h.planned), None,
    ),
)  # fmt: skip


def figures(hazards: Sequence[HazardAt], checks: Checks) -> list[Figure]:
    """Return the figures of a form over hazards that `counted` let through."""
    found = []
    for code, label, definition, tests, among in _TABLE:
        fitting = [h.id for h in hazards if all(test(h) for test in tests)]
        base = None if among is None else sum(all(test(h) for test in among) for h in hazards)
        found.append(Figure(code, label, definition, len(fitting), base, tuple(fitting)))
    spent = round(sum(h.cost_cny for h in hazards) / 10_000, 2)
    return [
        *found,
        Figure("spent", "已投入治理资金(万元)", "上述隐患历次整改申报费用之和", spent),
        Figure("checks_due", "应完成自查次数", "期内截止的自查任务", checks.due),
        Figure("checks_submitted", "已完成自查次数", "其中期末前已提交的(含逾期后补交的)", checks.submitted, checks.due),
        Figure("checks_missed", "逾期未查次数", "其中有逾期记录的(补交不消除记录)", checks.missed, checks.due),
    ]
