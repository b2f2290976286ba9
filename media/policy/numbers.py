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

    similar_years: int = Field(2, ge=1, le=20, description="years of photos searched for near-duplicates (相似比对年限)")
    together_hours: int = Field(24, ge=0, le=168, description="hours in which one photo may serve two reports of one enterprise")
    early_minutes: int = Field(60, ge=1, le=1440, description="minutes a photo may be dated before the hazard (拍摄早于隐患)")
    early_strong_hours: int = Field(24, ge=1, le=8760, description="hours before the hazard from which on the finding is strong")
    ahead_minutes: int = Field(5, ge=1, le=120, description="minutes ahead of the server from which on a time is of the future")
    late_hours: int = Field(72, ge=1, le=8760, description="hours between taking and receiving that pass unflagged")
    skew_warn_hours: int = Field(24, ge=1, le=8760, description="hours a phone's clock may be wrong before it weighs")
    elsewhere_metres: int = Field(500, ge=10, le=100_000, description="metres from the place claimed (偏离隐患位置)")
    elsewhere_firm_metres: int = Field(2000, ge=10, le=100_000, description="metres from the enterprise (偏离企业位置)")
    elsewhere_strong_metres: int = Field(10_000, ge=100, le=1_000_000, description="metres from which on the finding is strong")
    frozen_days: int = Field(3, ge=2, le=365, description="days on which the very same coordinates were sent (坐标不变)")
    speed_kmh: int = Field(150, ge=50, le=2000, description="km/h between two photos that nobody travels at (不可能的速度)")
    small_side: int = Field(200, ge=64, le=2000, description="pixels of the shorter side below which little can be judged")
    least_quality: int = Field(10, ge=0, le=100, description="how much must be seen in it (0 to 100) to be compared")
