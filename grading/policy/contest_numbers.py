"""The numbers of what people decide about grades (policy kind `contests`): overrides, appeals, requests for a visit."""

from pydantic import BaseModel, ConfigDict, Field


class ContestNumbers(BaseModel):
    """Defaults are proposals of ours (domain.md 6.2); none of them is law."""

    model_config = ConfigDict(extra="forbid")

    override_days: int = Field(90, ge=1, le=365, description="how long an override may last, calendar days")
    appeal_within_days: int = Field(5, ge=1, le=60, description="working days in which a colour or a row may be appealed")
    decide_within_days: int = Field(10, ge=1, le=60, description="working days in which an appeal is decided")
    remind_days: int = Field(2, ge=0, le=30, description="working days before its end that an undecided appeal is told of")
    late_days: int = Field(3, ge=1, le=30, description="working days after its end that the city is told, too")
    re_rating_days: int = Field(7, ge=1, le=90, description="calendar days from one request for a visit to the next")
    re_rating_wait_days: int = Field(5, ge=1, le=60, description="working days after which an unmet request is told of again")
