"""The numbers by which visits are watched and capped; policy kind `visits_oversight`, none of them law."""

from pydantic import BaseModel, ConfigDict, Field


class Numbers(BaseModel):
    """Defaults are proposals of ours; a regulator changes them without a release."""

    model_config = ConfigDict(extra="forbid")

    administrative_per_year: int = Field(2, ge=1, le=365, description="inspections of one enterprise (行政检查年度上限)")
    speed_kmh: int = Field(150, ge=50, le=2000, description="km/h between two check-ins that nobody travels at")
    speed_metres: int = Field(1000, ge=100, le=100_000, description="metres below which a jump is the phone's error")
    seconds_per_item: int = Field(10, ge=1, le=600, description="seconds an item takes at a walk")
    fewest_items: int = Field(5, ge=1, le=100, description="items below which a sheet tells nothing")
    plain_sheets: int = Field(5, ge=2, le=100, description="enterprises in a day whose sheets say “in order” all through, alike")
    closures_per_hour: int = Field(12, ge=1, le=1000, description="closures in an hour by one official beyond which it is told")
    remote_passes_least: int = Field(5, ge=1, le=1000, description="passes of a month below which their share tells nothing")
    remote_passes_share: float = Field(0.2, gt=0, le=1, description="share of a month's passes made without going there")
    pair_visits: int = Field(5, ge=2, le=1000, description="inspections together below which a pair tells nothing")
    pair_share: float = Field(0.8, gt=0, le=1, description="share of the busier one's inspections made together")
