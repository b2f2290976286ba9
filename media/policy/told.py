"""What a phone says about a photo beside its bytes: claims, kept as they came and never believed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from backend.kernel import coordinates


@dataclass(frozen=True, slots=True)
class Told:
    """`taken_at` is aware; coordinates are degrees in `crs`, both or neither; `accuracy_m` in metres."""

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    mock_location: bool | None = None
    crs: str = "wgs84"

    def kept(self) -> dict[str, Any]:
        """Return the same as JSON, for claims that stand before their bytes."""
        return {**asdict(self), "taken_at": self.taken_at.isoformat() if self.taken_at else None}

    @classmethod
    def again(cls, kept: dict[str, Any]) -> "Told":
        """Return what `kept` had kept."""
        taken_at = datetime.fromisoformat(kept["taken_at"]) if kept.get("taken_at") else None
        return cls(**{**kept, "taken_at": taken_at})

    def columns(self) -> dict[str, Any]:
        """Return the photo's columns: the place in WGS-84 beside what was sent in its own datum (坐标系)."""
        known: dict[str, Any] = {
            "taken_at": self.taken_at, "accuracy_m": self.accuracy_m, "mock_location": self.mock_location,
        }  # fmt: skip
        if self.latitude is None or self.longitude is None:
            return known
        latitude, longitude = coordinates.to_wgs84(self.latitude, self.longitude, self.crs)
        sent = {"latitude": self.latitude, "longitude": self.longitude, "crs": self.crs}
        return {**known, "latitude": latitude, "longitude": longitude, "location_sent": sent}
