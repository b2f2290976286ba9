"""The numbers of the safety code's QR that a regulator may change without a release (policy kind `codes`)."""

from pydantic import BaseModel, ConfigDict, Field


class CodeNumbers(BaseModel):
    """Defaults are ours (domain.md 6.2 rule 6, guarantees.md T06, T10, T33); none of them is law."""

    model_config = ConfigDict(extra="forbid")

    live_seconds: int = Field(60, ge=15, le=120, description="how long a live code may be scanned")
    view_hours: int = Field(24, ge=1, le=48, description="how long the colour seen by a printed code is said to be valid")
    live_view_minutes: int = Field(10, ge=1, le=60, description="how long the colour seen by a live code is said to be valid")
    pass_minutes: int = Field(10, ge=1, le=10, description="how long an official who has scanned may check in by it")
    late_hours: int = Field(72, ge=0, le=168, description="how late a check-in may arrive that was scanned without a network")
    skew_minutes: int = Field(5, ge=0, le=30, description="by how much a phone's clock may differ when it says when it scanned")
