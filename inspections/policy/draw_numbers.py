"""The numbers of random draws that a regulator may change without a release (policy kind `random_draws`)."""

from pydantic import BaseModel, ConfigDict, Field


class Weights(BaseModel):
    """Lots per colour (domain.md §6.3); orange and red are visited because of their problems and never drawn."""

    model_config = ConfigDict(extra="forbid")

    green: int = Field(1, ge=0, le=10)
    blue: int = Field(2, ge=0, le=10)
    yellow: int = Field(3, ge=0, le=10)
    grey: int = Field(2, ge=0, le=10)


class DrawNumbers(BaseModel):
    """Defaults; none of them is law."""

    model_config = ConfigDict(extra="forbid")

    weights: Weights = Field(default_factory=Weights)
    notice_days: int = Field(1, ge=1, le=30, description="days that lie at least between the commitment and the reveal")
    reveal_hour: int = Field(17, ge=0, le=23, description="hour of the day at which the clock reveals what nobody has")
    spare_last_visitors: bool = Field(
        default=True, description="whether those who made an enterprise's last administrative inspection are not sent again"
    )
