"""The numbers about photos that are policy."""

from pydantic import BaseModel, ConfigDict, Field


class Numbers(BaseModel):
    """Limits are multiplied by RATE_SCALE; days are of 24 hours from naming."""

    model_config = ConfigDict(extra="forbid")

    slot_days: int = Field(7, ge=1, le=365, description="days after which an empty slot lapses (照片位失效天数)")
    per_person_per_day: int = Field(200, ge=1, description="photos of one account per local day")
    bytes_per_enterprise_per_month: int = Field(2 * 1024**3, ge=1, description="bytes of one enterprise per local month")
    at_once: int = Field(3, ge=1, description="uploads of one account at the same moment")
    unfinished_uploads: int = Field(30, ge=1, description="unfinished resumable uploads of one account (未完成续传数)")
    unfinished_bytes: int = Field(50 * 1024**3, ge=1, description="bytes that all unfinished uploads may come to")
