"""The numbers of inspections and remote checks that a regulator may change without a release (policy kind `visits`)."""

from pydantic import BaseModel, ConfigDict, Field


class VisitNumbers(BaseModel):
    """Defaults are ours; none of them is law."""

    model_config = ConfigDict(extra="forbid")

    fence_metres: float = Field(200, ge=10, le=5_000, description="how far from the enterprise a check-in counts as there")
    accuracy_metres: float = Field(200, ge=0, le=2_000, description="how much of a phone's inaccuracy is added to the fence")
    least_minutes: int = Field(3, ge=0, le=120, description="a shorter visit is flagged")
    most_hours: int = Field(12, ge=1, le=72, description="a longer visit is flagged")
    skew_hours: int = Field(72, ge=1, le=720, description="a claimed time older than this is flagged")
    ahead_minutes: int = Field(5, ge=1, le=120, description="a claimed time further ahead is flagged")
    plan_days_back: int = Field(7, ge=0, le=60, description="how long ago a visit may have been that was begun without a network")
    plan_days_ahead: int = Field(400, ge=1, le=1_000)
    witness_hours: int = Field(12, ge=1, le=72, description="hours after a check-in in which a re-inspection may name it")
    late_finding_hours: int = Field(72, ge=0, le=720, description="how long after the check-out a finding may still arrive")
    remote_minutes: int = Field(10, ge=1, le=120, description="how long a remote check waits for its answer")
