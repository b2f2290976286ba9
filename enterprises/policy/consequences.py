"""What a colour brings with it (等级结果运用), in one table (policy kind `consequences`) that every room reads. Pure.

Source: domain.md 6.3, a proposal; sampling rates are lifecycle.md's (*policy*). None of the numbers is law.
"""

from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from enterprises.policy.words import Grade


class Interval(StrEnum):
    """How often a self-inspection comes round: periods of the calendar of Asia/Shanghai."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Consequence(BaseModel):
    """What one colour brings with it."""

    model_config = ConfigDict(extra="forbid")

    self_inspection: Interval = Field(description="how often the enterprise inspects itself (自查频次)")
    key_items_daily: bool = Field(description="whether it checks its daily items every working day besides (重点条目每日查)")
    sampling: float = Field(ge=0, le=1, description="share of self-fixed hazards that are re-inspected (动态销号抽查率)")
    draw_weight: int = Field(ge=0, le=10, description="lots in random draws (双随机抽取权重); 0 is not drawn")
    look_back_general: float = Field(ge=0, le=1, description="share of closed general hazards looked back at (回头看)")
    look_back_major: float = Field(ge=0, le=1, description="share of closed major hazards looked back at (回头看)")
    capped: bool = Field(description="whether the yearly cap on administrative inspections holds (行政检查年度上限)")


# orange and red are visited because of their problems (问题导向), never by lot (domain.md 6.3)
NEVER_DRAWN = (Grade.ORANGE, Grade.RED)
COMMON = {"look_back_general": 0.05, "look_back_major": 1.0, "key_items_daily": False}
DEFAULTS: dict[str, dict[str, Any]] = {
    "green": {"self_inspection": "monthly", "sampling": 0.1, "draw_weight": 1, "capped": True, **COMMON},
    "blue": {"self_inspection": "monthly", "sampling": 0.2, "draw_weight": 2, "capped": True, **COMMON},
    "yellow": {"self_inspection": "fortnightly", "sampling": 0.5, "draw_weight": 3, "capped": True, **COMMON},
    "orange": {"self_inspection": "weekly", "sampling": 1.0, "draw_weight": 0, "capped": True, **COMMON},
    "red": {"self_inspection": "weekly", "sampling": 1.0, "draw_weight": 0, "capped": False, **COMMON, "key_items_daily": True},
    "grey": {"self_inspection": "monthly", "sampling": 0.5, "draw_weight": 2, "capped": True, **COMMON},
}


class Consequences(BaseModel):
    """The whole table, a line per colour. What a document does not name stays as it is built in."""

    model_config = ConfigDict(extra="forbid")

    green: Consequence
    blue: Consequence
    yellow: Consequence
    orange: Consequence
    red: Consequence
    grey: Consequence

    @model_validator(mode="before")
    @classmethod
    def _what_is_not_named_stays(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        lines = {grade: given.get(grade, {}) for grade in DEFAULTS}
        named = {grade: {**DEFAULTS[grade], **line} if isinstance(line, dict) else line for grade, line in lines.items()}
        return {**given, **named}

    @model_validator(mode="after")
    def _problems_are_not_drawn(self) -> Self:
        if drawn := [grade.value for grade in NEVER_DRAWN if self.of(grade).draw_weight]:
            raise ValueError(f"{', '.join(drawn)}: draw_weight must be 0, their problems bring the visit")
        return self

    def of(self, grade: str) -> Consequence:
        """Return the line of a colour. Raises: ValueError for a colour that is none."""
        line: Consequence = getattr(self, Grade(grade).value)
        return line

    def weights(self) -> dict[str, int]:
        """Return the lots of every colour that may be drawn."""
        return {grade.value: self.of(grade).draw_weight for grade in Grade if grade not in NEVER_DRAWN}
