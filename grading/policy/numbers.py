"""The numbers of the grade that a regulator may change without a release (policy kind `grade`). The defaults are v1.

Source: domain.md 6.2, groups A and C, vetoes V1 and V2, thresholds.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Points = Annotated[float, Field(ge=0, le=100)]
Colour = Literal["green", "blue", "yellow", "orange", "red"]
Spared = Literal["open", "recurrence", "reinspection_failed", "look_back_failed"]

SPARED: tuple[Spared, ...] = ("open", "recurrence", "reinspection_failed")


class Numbers(BaseModel):
    """Points are taken off 100. A cap is the most that a group, a factor or one hazard may cost."""

    model_config = ConfigDict(extra="forbid")

    open_general: Points = 2
    open_general_most: Points = 10
    overdue_general: Points = 4
    overdue_week: Points = Field(1, description="for every week of lateness that has begun")
    overdue_most: Points = Field(8, description="for one hazard")
    open_major: Points = 20
    recurrence: Points = 3
    reinspection_failed: Points = 3
    look_back_failed: Points = 8
    cap_a: Points = 40
    cap_c: Points = 15
    window_days: int = Field(180, ge=1, le=3650, description="calendar days that a recurrence or a failed visit counts")
    green_from: Points = 90
    blue_from: Points = 80
    yellow_from: Points = 70
    orange_from: Points = 60
    major_open_best: Colour = "orange"
    major_overdue_best: Colour = "red"
    grey_days: int = Field(30, ge=0, le=365, description="calendar days a new enterprise stays unrated at most")
    spared: list[Spared] = Field(
        default_factory=lambda: list(SPARED),
        description="what a hazard that the enterprise found itself costs nothing for while it is in time",
        max_length=4,
    )

    @model_validator(mode="after")
    def _thresholds_descend(self) -> Self:
        if not self.green_from > self.blue_from > self.yellow_from > self.orange_from:
            raise ValueError("thresholds must descend from green to orange")
        return self
