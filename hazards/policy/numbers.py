"""The numbers of the loop that a regulator may change without a release (policy kind `hazards`), with their defaults."""

from pydantic import BaseModel, ConfigDict, Field


class Numbers(BaseModel):
    """Defaults of lifecycle.md; working days unless a name says otherwise."""

    model_config = ConfigDict(extra="forbid")

    due_days_general: int = Field(15, ge=0, le=90)
    due_days_major: int = Field(60, ge=1, le=365)
    due_days_by_category: dict[str, int] = Field(default_factory=dict)
    fail_most_days: int = Field(15, ge=1, le=90, description="calendar days a failed re-inspection may set at most")
    rejected_days: int = Field(5, ge=1, le=60)
    cooling_days: int = Field(3, ge=1, le=30)
    reveal_after_days: int = Field(30, ge=1, le=365, description="calendar days after its day that a day key is revealed")
    returned_days: int = Field(7, ge=1, le=30)
    extensions: int = Field(1, ge=0, le=5)
    listed_extension_days: int = Field(15, ge=0, le=60)
    signature_hours: int = Field(24, ge=1, le=168)
    recurrence_days: int = Field(180, ge=1, le=3650, description="calendar days")
    recurrence_metres: float = Field(30, ge=1, le=1000)
    transfers: int = Field(2, ge=0, le=10)
    photo_lapse_days: int = Field(7, ge=1, le=60, description="calendar days")
    clock_skew_hours: int = Field(72, ge=1, le=720)
    clock_ahead_minutes: int = Field(5, ge=1, le=120)
