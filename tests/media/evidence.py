"""Sending photos that mean something: taken somewhere at some time, with the file's own word about it."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import time_machine
from PIL import Image

from backend.kernel import clock, ids
from media.models import Photo
from tests.api import Api
from tests.cast import NOON
from tests.media import scenes
from tests.media.sending import put

Drain = Callable[..., int]
SHANGHAI = timedelta(hours=8)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@lru_cache(maxsize=64)
def picture(seed: int) -> Image.Image:
    return scenes.scene(seed)


def jpeg(image: Image.Image, *, quality: int = 88, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **({"exif": exif} if exif else {}))
    return out.getvalue()


def by_phone(taken_at: datetime | None = None, *, software: str = "", gps: tuple[float, float] | None = None) -> Image.Exif:
    """Return metadata as a phone writes it."""
    made = Image.Exif()
    made[0x010F], made[0x0110] = "HUAWEI", "Mate 60"
    if software:
        made[0x0131] = software
    if taken_at is not None:
        made.get_ifd(0x8769).update({0x9003: f"{taken_at + SHANGHAI:%Y:%m:%d %H:%M:%S}", 0x9011: "+08:00"})
    if gps is not None:
        parts = [(float(int(v)), float(int(v * 60 % 60)), v * 3600 % 60) for v in gps]
        made.get_ifd(0x8825).update({1: "N", 2: parts[0], 3: "E", 4: parts[1]})
    return made


def shot(seed: int, at: datetime = NOON) -> bytes:
    """Return an honest photo of the place `seed`, taken at `at`."""
    return jpeg(picture(seed), exif=by_phone(at))


def sent(
    client: Api, data: bytes, drain: Drain | None = None, *, at: datetime = NOON, id: UUID | None = None, **said: Any
) -> UUID:
    """Send a photo at `at`; with `drain` it is decoded and judged a second later. Return its id."""
    id = id or ids.new()
    asked = "&".join(f"{name}={value}" for name, value in {"taken_at": clock.text(at), **said}.items() if value is not None)
    with time_machine.travel(at, tick=False):
        reply = put(client, data, id=id, query=f"?{asked}".replace("+", "%2B"))
        assert reply.status_code == 201, reply.content
        if drain:
            drain(Photo.objects.get(id=id).received_at + SECOND)
    return id


def checks(client: Api, photo_id: UUID, **headers: str) -> dict[str, dict[str, Any]]:
    """Return what is shown of the verdict, by code."""
    found = client.get(f"/photos/{photo_id}", **headers).json()["checks"]
    assert len({check["code"] for check in found}) == len(found)
    return {check["code"]: check for check in found}


def severities(client: Api, photo_id: UUID) -> dict[str, str]:
    return {code: check["severity"] for code, check in checks(client, photo_id).items()}
