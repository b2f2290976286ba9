"""What adds to a grade and what takes from it, as data: one model per shape of factor, one field per factor."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Points = Annotated[float, Field(ge=0, le=100, strict=True)]
Colour = Literal["green", "blue", "yellow", "orange", "red"]
GroupName = Literal["A", "B", "C", "D", "E", "F"]


class Part(BaseModel):
    """A part of the document: what it does not say is as in the default, and what nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: _filled(cls, name, value) for name, value in given.items()}


def _filled(part: type[BaseModel], name: object, value: Any) -> Any:
    field = part.model_fields.get(name) if isinstance(name, str) else None
    if field is None or not isinstance(value, dict) or not isinstance(field.default, BaseModel):
        return value
    return {**field.default.model_dump(), **value}


class Deduction(Part):
    """So many points for each, at most `most` (null: only the cap of the group holds)."""

    group: GroupName
    points: Points
    most: Points | None = None


class Overdue(Part):
    """Points for each overdue hazard, more for every week of lateness that has begun, at most `most_each` for one."""

    group: GroupName
    points: Points
    per_week: Points
    most_each: Points


class Missing(Part):
    """Points times the share of the last `periods` due periods without self-inspection; a late one counts as `late`."""

    group: GroupName
    points: Points
    periods: int = Field(ge=1, le=12)
    late: float = Field(ge=0, le=1, strict=True)


class Happened(Deduction):
    """What happened on a day and counts from then on: for `window_days`, or for the window of the document."""

    window_days: int | None = Field(None, ge=1, le=3650)


class RiskLevels(Part):
    """Points by the enterprise's risk level (风险等级)."""

    group: GroupName
    red: Points
    orange: Points
    yellow: Points
    blue: Points


class Bonus(Part):
    """So many points more for each, at most `most`."""

    group: Literal["bonus"] = "bonus"
    points: Points
    most: Points | None = None


class Standards(Part):
    """Points by the level of standardisation (安全生产标准化); 1 is the best."""

    group: Literal["bonus"] = "bonus"
    level_1: Points
    level_2: Points
    level_3: Points


class Factors(Part):
    """Every factor there is. Zero points switch one off."""

    open_general: Deduction = Deduction(group="A", points=2, most=10)
    overdue_general: Overdue = Overdue(group="A", points=4, per_week=1, most_each=8)
    open_major: Deduction = Deduction(group="A", points=20)
    recurrence: Happened = Happened(group="A", points=3)
    self_check_missing: Missing = Missing(group="B", points=20, periods=3, late=0.5)
    reinspection_failed: Happened = Happened(group="C", points=3)
    look_back_failed: Happened = Happened(group="C", points=8)
    false_report: Happened = Happened(group="C", points=15)
    risk_level: RiskLevels = RiskLevels(group="D", red=10, orange=6, yellow=3, blue=0)
    special_place: Deduction = Deduction(group="D", points=2, most=4)
    quarterly_report_missing: Deduction = Deduction(group="E", points=4)
    certificate_missing: Deduction = Deduction(group="E", points=3, most=6)
    training_expired: Deduction = Deduction(group="E", points=3, most=3)
    commitment_not_renewed: Deduction = Deduction(group="E", points=2, most=2)
    emergency_plan_missing: Deduction = Deduction(group="E", points=2, most=2)
    liability_insurance_missing: Deduction = Deduction(group="E", points=5, most=5)
    penalty: Happened = Happened(group="F", points=5, window_days=365)
    order_not_complied: Happened = Happened(group="F", points=10)
    formal_talk: Happened = Happened(group="F", points=3, window_days=365)
    standardisation: Standards = Standards(level_1=6, level_2=4, level_3=2)
    major_reported: Bonus = Bonus(points=3, most=3)
    service_contract: Bonus = Bonus(points=1, most=1)
    voluntary_insurance: Bonus = Bonus(points=1, most=1)
