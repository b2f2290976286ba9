"""The rule of the grade as data (policy kind `grading`): what a regulator may change without a release. Defaults are v1.

Source: domain.md 6.2. Every number is a proposal of ours; none of them is law. What a document leaves out is as in v1.
"""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from grading.policy.factors import Colour, Factors, Part, Points

Ends = Literal["with_its_cause", "stepwise"]
Spared = Literal["open", "recurrence", "reinspection_failed", "look_back_failed", "stop_order"]
REMOTE: tuple[Colour, ...] = ("yellow", "blue")
COUNTY: tuple[Colour, ...] = ("red",)
SPARED: tuple[Spared, ...] = ("open", "recurrence", "reinspection_failed", "stop_order")


class Group(Part):
    """One group of factors: the most that all of them together cost (or, for `bonus`, bring)."""

    cap: Points


class Groups(Part):
    """未销号隐患 A, 自查 B, 整改质量 C, 固有风险 D, 基础管理 E, 执法 F, and what brings points."""

    A: Group = Group(cap=40)
    B: Group = Group(cap=20)
    C: Group = Group(cap=15)
    D: Group = Group(cap=10)
    E: Group = Group(cap=15)
    F: Group = Group(cap=30)
    bonus: Group = Group(cap=8)

    def cap(self, name: str) -> float:
        """Return the cap of a group by its name."""
        group: Group = getattr(self, name)
        return group.cap


class Thresholds(Part):
    """The least score of each colour; below `orange` is red."""

    green: Points = 90
    blue: Points = 80
    yellow: Points = 70
    orange: Points = 60

    @field_validator("blue", "yellow", "orange")
    @classmethod
    def _below_the_better(cls, value: float, info: ValidationInfo) -> float:
        better = {"blue": "green", "yellow": "blue", "orange": "yellow"}[info.field_name or ""]
        if better in info.data and value >= info.data[better]:
            raise PydanticCustomError("thresholds_overlap", "must be less than the threshold of {better}", {"better": better})
        return value


class VetoRule(Part):
    """A condition that keeps the grade from being better than `grade_at_best`, whatever the score.

    `with_its_cause`: gone at once when the cause ends. `stepwise`: it drags the grade down, and from there one climbs.
    """

    id: str = Field(pattern=r"^V[0-9]{1,2}$")
    grade_at_best: Colour
    ends: Ends


class VetoForDays(VetoRule):
    """One that holds for days after what happened."""

    days: int = Field(ge=1, le=3650)


class Vetoes(Part):
    """一票否决 by condition. `green` at best switches one off."""

    major_open: VetoRule = VetoRule(id="V1", grade_at_best="orange", ends="with_its_cause")
    major_listed: VetoRule = VetoRule(id="V2", grade_at_best="red", ends="with_its_cause")
    major_overdue: VetoRule = VetoRule(id="V2", grade_at_best="red", ends="stepwise")
    stop_order: VetoRule = VetoRule(id="V3", grade_at_best="red", ends="stepwise")
    fatal_recent: VetoForDays = VetoForDays(id="V4", grade_at_best="red", ends="stepwise", days=182)
    fatal_past: VetoForDays = VetoForDays(id="V4", grade_at_best="orange", ends="stepwise", days=365)
    dishonesty: VetoRule = VetoRule(id="V5", grade_at_best="red", ends="stepwise")
    obstruction: VetoForDays = VetoForDays(id="V6", grade_at_best="red", ends="stepwise", days=30)
    self_check_two: VetoRule = VetoRule(id="V7", grade_at_best="yellow", ends="stepwise")
    self_check_three: VetoRule = VetoRule(id="V7", grade_at_best="orange", ends="stepwise")
    unlicensed: VetoRule = VetoRule(id="V8", grade_at_best="orange", ends="with_its_cause")

    @field_validator("fatal_past")
    @classmethod
    def _longer_than_recent(cls, value: VetoForDays, info: ValidationInfo) -> VetoForDays:
        if "fatal_recent" in info.data and value.days < info.data["fatal_recent"].days:
            raise PydanticCustomError("days_backwards", "must not end before fatal_recent", {})
        return value


class Improving(Part):
    """降档: when a grade gets better. One step at a time; `wait_days` at least 1, so that no day brings more than one."""

    verified_within_days: int = Field(30, ge=1, le=365, description="how long a visit supports an improvement, calendar days")
    wait_days: int = Field(7, ge=1, le=365, description="from one improvement to the next")
    remote_proof_from: list[Colour] = Field(
        default_factory=lambda: list(REMOTE), max_length=5, description="colours that remote proof may lead out of"
    )
    county_decision_from: list[Colour] = Field(
        default_factory=lambda: list(COUNTY), max_length=5, description="colours that only a decision of the county leads out of"
    )


class Document(Part):
    """The whole rule. Points are taken off 100; a cap is the most that a group or a factor may cost."""

    window_days: int = Field(180, ge=1, le=3650, description="calendar days that what has happened counts, unless said otherwise")
    groups: Groups = Groups()
    factors: Factors = Factors()
    thresholds: Thresholds = Thresholds()
    hysteresis: float = Field(2, ge=0, le=20, strict=True, description="points above a threshold before the grade improves to it")
    vetoes: Vetoes = Vetoes()
    improving: Improving = Improving()
    grey_days: int = Field(30, ge=0, le=365, description="calendar days a new enterprise stays unrated at most")
    spared: list[Spared] = Field(
        default_factory=lambda: list(SPARED),
        description="what a hazard that the enterprise found itself costs nothing for while it is in time",
        max_length=5,
    )

    @field_validator("hysteresis")
    @classmethod
    def _reachable(cls, value: float, info: ValidationInfo) -> float:
        if "thresholds" in info.data and info.data["thresholds"].green + value > 100:
            raise PydanticCustomError("unreachable", "thresholds.green + hysteresis must not exceed 100", {})
        return value
