"""Numbers of the phone's side that a regulator can change."""

from pydantic import BaseModel, ConfigDict, Field


class Numbers(BaseModel):
    """Policy kind `sync`: how long an act is held before it goes to quarantine, how much is kept for one person, and how many
    cases a day pack holds at most, due up to how many days from today."""

    model_config = ConfigDict(extra="forbid")

    held_days: int = Field(default=30, ge=1, le=365)
    most_kept: int = Field(default=300, ge=10, le=10_000)
    most_kept_bytes: int = Field(default=8 * 1024 * 1024, ge=1024 * 1024, le=1024 * 1024 * 1024)
    pack_cases: int = Field(default=100, ge=1, le=200)
    pack_days: int = Field(default=3, ge=0, le=30)
