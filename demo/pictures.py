"""Drawn photos: small, each different, in place of what a phone would take. Nothing in them is real."""

import io
import random
from datetime import datetime, timedelta, timezone

from PIL import Image, ImageDraw

SIZE = (480, 360)
SHANGHAI = timezone(timedelta(hours=8))
_EXIF, _EXIF_TAKEN, _EXIF_OFFSET, _EXIF_MAKE = 0x8769, 0x9003, 0x9011, 0x010F


def draw(seed: str, *, taken_at: datetime, fixed: bool = False, dated: bool = True, size: tuple[int, int] = SIZE) -> bytes:
    """Return a JPEG of an invented workshop corner; the same seed gives the same bytes, `fixed` shows it put right.

    `dated`: whether `taken_at` stands in it.
    """
    dice = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    width, height = size
    image = Image.new("RGB", size, _shade(dice, 150, 220))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, int(height * dice.uniform(0.55, 0.7)), width, height), fill=_shade(dice, 80, 140))
    for _ in range(dice.randint(9, 16)):
        left, top = dice.randint(-20, width - 40), dice.randint(0, height - 30)
        box = (left, top, left + dice.randint(25, 190), top + dice.randint(25, 150))
        dice.choice([pen.rectangle, pen.ellipse])(box, fill=_shade(dice, 20, 255), outline=_shade(dice, 0, 90))
    for _ in range(6):
        ends = [(dice.randint(0, width), dice.randint(0, height)) for _ in range(2)]
        pen.line(ends, fill=_shade(dice, 0, 255), width=dice.randint(2, 7))
    colour = (30, 150, 60) if fixed else (200, 40, 30)
    pen.rectangle((6, 6, width - 7, height - 7), outline=colour, width=6)
    local = taken_at.astimezone(SHANGHAI)
    when = f"{local:%Y-%m-%d %H:%M} " if dated else ""
    pen.text((16, height - 26), f"BIHUAN DEMO {'AFTER' if fixed else 'BEFORE'} {when}{seed[-12:]}", fill="white")
    exif = Image.Exif()
    exif[_EXIF_MAKE] = "Bihuan demo"
    if dated:
        exif.get_ifd(_EXIF).update({_EXIF_TAKEN: f"{local:%Y:%m:%d %H:%M:%S}", _EXIF_OFFSET: "+08:00"})
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72, exif=exif)
    return out.getvalue()


def _shade(dice: random.Random, low: int, high: int) -> tuple[int, int, int]:
    return dice.randint(low, high), dice.randint(low, high), dice.randint(low, high)


def hand(key: str, *, size: tuple[int, int] = (640, 240)) -> bytes:
    """Return a JPEG of strokes on white, as somebody signs on a screen; the same for the same key."""
    dice = random.Random(key)  # noqa: S311 - a picture, no secret
    image = Image.new("RGB", size, "white")
    canvas = ImageDraw.Draw(image)
    for stroke in range(7):
        left = 40 + stroke * 80
        points = [(left + dice.randint(-10, 70), dice.randint(40, 200)) for _ in range(4)]
        canvas.line(points, fill="black", width=5, joint="curve")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
