"""What is captured beside words: where it was, and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan_client.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was, as the phone says it; `mock` is what the system says of a made-up position."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None
    crs: str = "wgs84"
    mock: bool | None = None

    def as_said(self) -> dict[str, Any]:
        """Return the members of `location`."""
        said: dict[str, Any] = {"latitude": self.latitude, "longitude": self.longitude}
        if self.accuracy_m is not None:
            said["accuracy_m"] = self.accuracy_m
        if self.crs != "wgs84":
            said["crs"] = self.crs
        return said

    def beside_photo(self) -> dict[str, Any]:
        """Return the fields beside a photo, which are WGS-84 always."""
        said = {name: value for name, value in self.as_said().items() if name != "crs"} if self.crs == "wgs84" else {}
        return said if self.mock is None else {**said, "mock_location": str(self.mock).lower()}


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo to be sent: a file or its bytes, and when it was taken if the phone knows (aware)."""

    source: Path | bytes
    taken_at: datetime | None = None

    def read(self) -> bytes:
        """Return the bytes. Raises: Unreadable."""
        if isinstance(self.source, bytes):
            return self.source
        try:
            return self.source.read_bytes()
        except OSError as error:
            raise Unreadable(path=self.source, why=str(error)) from error


Pictures = Sequence[Picture | Path | bytes]
