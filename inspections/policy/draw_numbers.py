"""The numbers of random draws that a regulator may change without a release (policy kind `random_draws`)."""

from pydantic import BaseModel, ConfigDict, Field


class DrawNumbers(BaseModel):
    """Defaults; none of them is law. The weights of the colours are in the table of consequences (policy `consequences`)."""

    model_config = ConfigDict(extra="forbid")

    notice_days: int = Field(1, ge=1, le=30, description="days that lie at least between the commitment and the reveal")
    reveal_hour: int = Field(17, ge=0, le=23, description="hour of the day at which the clock reveals what nobody has")
    spare_last_visitors: bool = Field(
        default=True, description="whether those who made an enterprise's last administrative inspection are not sent again"
    )
