"""Invented workplaces, drawn from a seed, for trying out what is a copy of what; and what people do to a picture.

Varied on purpose, and not easy on purpose: eight kinds of place share their layout, light and palette within a kind, and
`sibling` shows the same room again from a step aside with other things in it, as an honest second photo would. Where the
real photos are at hand, a share of the scenes has pieces of them as walls.
"""

import io
import random
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from tests.media.pictures import REAL

SIZE, WIDE, SEEN = (480, 360), (740, 560), (555, 420)
KINDS = ("hall", "cabinet", "yard", "shelves", "corridor", "machine", "tanks", "closeup")
Picture = Image.Image


def scene(seed: int, *, moved: float = 0.0, again: int = 0) -> Picture:
    """Return the place `seed`; `moved` shifts and zooms the view by that share, `again` > 0 puts other things into it."""
    room, things = random.Random(seed), random.Random(seed * 1000 + again)
    kind = KINDS[room.randrange(len(KINDS))]
    image = _backdrop(kind, room)
    pen = ImageDraw.Draw(image)
    for _ in range(room.randint(3, 9)):
        _thing(pen, kind, room)
    for _ in range(things.randint(4, 14)):
        _thing(pen, kind, things)
    image = _lit(image, room, things)
    # every photo is held a little differently: straight rows of one shade stand in no photo
    image = image.rotate(room.uniform(-4, 4) + moved * 20, Image.Resampling.BILINEAR, expand=False)
    w, h = image.size
    cut = 0.07 + moved
    left, top = w * cut * (1 + moved * 4), h * cut * (1 - moved * 2)
    image = image.resize(SIZE, Image.Resampling.BICUBIC, box=(left, top, w - w * 0.07, h - h * 0.07))
    return image.filter(ImageFilter.GaussianBlur(things.uniform(0, 1.1)))


def sibling(seed: int, nth: int = 1) -> Picture:
    """Return an honest second photo of the place `seed`: a step aside, other things about, other light."""
    return scene(seed, moved=0.05 + 0.03 * nth, again=nth)


def _noise(dice: random.Random, size: tuple[int, int], strength: float) -> np.ndarray:
    """Return stains at many scales, as walls and floors have them."""
    rng = np.random.default_rng(dice.getrandbits(32))
    total = np.zeros((size[1], size[0]), np.float32)
    for cells, weight in ((4, 1.0), (9, 0.7), (24, 0.5), (70, 0.4), (200, 0.3)):
        grid = Image.fromarray(rng.normal(0, 1, (cells, cells)).astype(np.float32), "F")
        total += weight * np.asarray(grid.resize(size, Image.Resampling.BILINEAR))
    return total * strength


def _shade(dice: random.Random, low: int, high: int) -> tuple[int, int, int]:
    grey = dice.randint(low, high)
    return tuple(max(0, min(255, grey + dice.randint(-35, 35))) for _ in range(3))  # type: ignore[return-value]


@lru_cache(maxsize=32)
def real(name: str) -> Picture | None:
    file = REAL / name
    if not file.is_file():
        return None
    image = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
    image.thumbnail((1600, 1600))
    return image


REALS = ("DSCN0010.jpg", "DSCN0012.jpg", "DSCN0021.jpg", "DSCN0042.jpg", "iphone_hdr_NO.jpg", "jolla.jpg", "landscape_3.jpg",
         "no_exif.jpg", "portrait_1.jpg")  # fmt: skip


def _backdrop(kind: str, dice: random.Random) -> Picture:
    image = Image.new("RGB", WIDE, _shade(dice, 120, 215))
    pen = ImageDraw.Draw(image)
    line = int(WIDE[1] * dice.uniform(0.45, 0.75))
    if kind in ("hall", "corridor", "machine", "tanks"):
        _floor(pen, line, dice)
    if kind in PLACES:
        PLACES[kind](pen, line, dice)
    if dice.random() < 0.3 and (photo := real(REALS[dice.randrange(len(REALS))])) is not None:
        image = _papered(image, photo, dice)
    return image


def _papered(image: Picture, photo: Picture, dice: random.Random) -> Picture:
    """Hang a piece of a real photo behind everything."""
    zoom = dice.uniform(0.3, 0.6)
    wide, tall = int(photo.width * zoom), int(photo.height * zoom)
    left, top = dice.randint(0, photo.width - wide), dice.randint(0, photo.height - tall)
    piece = photo.crop((left, top, left + wide, top + tall)).resize(image.size)
    return Image.blend(image, ImageOps.mirror(piece) if dice.random() < 0.5 else piece, dice.uniform(0.4, 0.9))


def _floor(pen: ImageDraw.ImageDraw, line: int, dice: random.Random) -> None:
    w, h = WIDE
    pen.rectangle((0, line, w, h), fill=_shade(dice, 60, 150))
    spot = dice.randint(0, w)
    for x in range(-w, 2 * w, dice.randint(60, 140)):
        pen.line((spot, line - 40, x, h), fill=_shade(dice, 50, 160), width=2)


def _yard(pen: ImageDraw.ImageDraw, line: int, dice: random.Random) -> None:
    w, h = WIDE
    pen.rectangle((0, 0, w, line // 2), fill=_shade(dice, 190, 235))
    pen.rectangle((0, line, w, h), fill=_shade(dice, 70, 140))
    for _ in range(dice.randint(2, 5)):
        x = dice.randint(-60, w)
        pen.rectangle((x, dice.randint(30, line - 60), x + dice.randint(80, 260), line), fill=_shade(dice, 90, 210))


def _shelves(pen: ImageDraw.ImageDraw, line: int, dice: random.Random) -> None:
    w, h = WIDE
    for y in range(dice.randint(10, 60), h, dice.randint(80, 130)):
        pen.rectangle((0, y, w, y + 9), fill=_shade(dice, 50, 110))
        x = 0
        while x < w:
            wide, tall = dice.randint(24, 90), dice.randint(30, 75)
            pen.rectangle((x, y - tall, x + wide, y), fill=_shade(dice, 40, 220), outline=(40, 40, 40))
            x += wide + dice.choice((2, 4, 30))


def _corridor(pen: ImageDraw.ImageDraw, line: int, dice: random.Random) -> None:
    w, h = WIDE
    far = (w * 0.35, h * 0.3, w * 0.6, h * 0.6)
    for x, y in ((0, 0), (w, 0), (0, h), (w, h)):
        pen.line((x, y, far[2] if x else far[0], far[3] if y else far[1]), fill=(60, 60, 60), width=4)
    pen.rectangle(far, fill=_shade(dice, 150, 240))


def _cabinet(pen: ImageDraw.ImageDraw, line: int, dice: random.Random) -> None:
    w, h = WIDE
    x, y = dice.randint(60, 160), dice.randint(30, 80)
    pen.rectangle((x, y, w - x, h - y), fill=_shade(dice, 140, 220), outline=(60, 60, 60), width=6)
    for row in range(y + 40, h - y - 50, dice.randint(45, 80)):
        for column in range(x + 30, w - x - 30, dice.randint(35, 70)):
            pen.rectangle((column, row, column + 22, row + 34), fill=_shade(dice, 20, 120))


PLACES = {"yard": _yard, "shelves": _shelves, "corridor": _corridor, "cabinet": _cabinet}


def _thing(pen: ImageDraw.ImageDraw, kind: str, dice: random.Random) -> None:
    x, y, big = dice.randint(-30, 700), dice.randint(20, 520), 1.9 if kind == "closeup" else 1.0
    wide, tall = int(dice.randint(14, 150) * big), int(dice.randint(14, 140) * big)
    box, fill, edge = (x, y, x + wide, y + tall), _shade(dice, 20, 235), _shade(dice, 10, 90)
    shape = dice.random()
    if shape < 0.4:
        pen.rectangle(box, fill=fill, outline=edge, width=dice.randint(1, 4))
        pen.polygon(
            (x + wide, y, x + wide + wide // 4, y + tall // 5, x + wide + wide // 4, y + tall, x + wide, y + tall), fill=edge
        )
    elif shape < 0.6:
        pen.rectangle(box, fill=fill)
        pen.ellipse((x, y - tall // 8, x + wide, y + tall // 8), fill=edge)
    elif shape < 0.75:
        pen.ellipse(box, fill=fill, outline=edge, width=3)
    elif shape < 0.9:
        points = [(dice.randint(0, 740), dice.randint(0, 560)) for _ in range(3)]
        pen.line(points, fill=fill, width=dice.randint(2, 14), joint="curve")
    else:
        for n in range(0, wide, 12):
            pen.line((x + n, y, x + n, y + tall), fill=edge, width=5)


def _lit(image: Picture, room: random.Random, things: random.Random) -> Picture:
    w, h = SEEN
    values = np.asarray(image.resize(SEEN, Image.Resampling.BILINEAR)).astype(np.float32)
    stains = _noise(room, (w, h), room.uniform(4, 16))
    lamp, wide = (room.uniform(0, w), room.uniform(-75, h * 0.6)), room.uniform(135, 315)
    # the glow of a lamp is the same across and down, so that one line of each is enough
    across, down = (np.exp(-((np.arange(size) - at) ** 2) / (2 * wide**2)) for size, at in zip((w, h), lamp, strict=True))
    glow = (down[:, None] * across[None, :]).astype(np.float32)
    light = room.uniform(0.55, 0.8) + room.uniform(0.3, 0.7) * glow * things.uniform(0.8, 1.2)
    grain = np.random.default_rng(things.getrandbits(32)).standard_normal((h, w, 1), np.float32) * things.uniform(1.5, 6)
    values = (values + stains[..., None]) * light[..., None] + grain
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


# ---- what people do to a picture


def jpeg(image: Picture, quality: int) -> Picture:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def exact(image: Picture, dice: random.Random) -> Picture:
    return image


def recompressed(image: Picture, dice: random.Random) -> Picture:
    return jpeg(image, dice.randint(30, 75))


def resized(image: Picture, dice: random.Random) -> Picture:
    part = dice.uniform(0.3, 0.8)
    return jpeg(image.resize((int(image.width * part), int(image.height * part)), Image.Resampling.BICUBIC), 80)


def brighter(image: Picture, dice: random.Random) -> Picture:
    lit = ImageEnhance.Brightness(image).enhance(dice.choice((dice.uniform(0.6, 0.85), dice.uniform(1.15, 1.5))))
    return jpeg(ImageEnhance.Contrast(lit).enhance(dice.uniform(0.8, 1.25)), 80)


def mirrored(image: Picture, dice: random.Random) -> Picture:
    return jpeg(ImageOps.mirror(image) if dice.random() < 0.7 else ImageOps.flip(image), 80)


def turned(image: Picture, dice: random.Random) -> Picture:
    way = dice.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270))
    return jpeg(image.transpose(way), 80)


def cropped(image: Picture, dice: random.Random) -> Picture:
    """Cut up to 5 % off the width and off the height, wherever."""
    w, h = image.size
    cw, ch = dice.uniform(0.01, 0.05), dice.uniform(0.01, 0.05)
    left, top = dice.uniform(0, cw), dice.uniform(0, ch)
    return jpeg(image.crop((round(w * left), round(h * top), round(w * (1 - cw + left)), round(h * (1 - ch + top)))), 80)


def cropped_more(image: Picture, dice: random.Random) -> Picture:
    """Cut up to 5 % off each of the four sides."""
    w, h = image.size
    left, top, right, bottom = (dice.uniform(0.01, 0.05) for _ in range(4))
    return jpeg(image.crop((round(w * left), round(h * top), round(w * (1 - right)), round(h * (1 - bottom)))), 80)


def screenshot(image: Picture, dice: random.Random) -> Picture:
    """Show it on a phone held upright: bars of the system and of the gallery, letterboxed."""
    w, h = 540, 1170
    ground = (0, 0, 0) if dice.random() < 0.6 else (250, 250, 250)
    ink = (235, 235, 235) if ground == (0, 0, 0) else (60, 60, 60)
    page = Image.new("RGB", (w, h), ground)
    pen = ImageDraw.Draw(page)
    pen.text((24, 12), f"10:0{dice.randint(0, 9)}", fill=ink)
    for n in range(3):
        pen.rectangle((w - 90 + 26 * n, 14, w - 74 + 26 * n, 24), fill=ink)
    pen.text((40, 60), "< Album 2026-09-16", fill=ink)
    for n in range(4):
        pen.ellipse((70 + n * 120, h - 80, 100 + n * 120, h - 50), outline=ink, width=3)
    shown = image.resize((w, round(image.height * w / image.width)), Image.Resampling.BICUBIC)
    page.paste(shown, (0, (h - shown.height) // 2 + dice.randint(-30, 30)))
    return jpeg(page, 85)


TRANSFORMS: dict[str, Callable[[Picture, random.Random], Picture]] = {
    "exact": exact, "recompressed": recompressed, "resized": resized, "brighter": brighter, "mirrored": mirrored,
    "turned": turned, "cropped": cropped, "cropped_more": cropped_more, "screenshot": screenshot,
}  # fmt: skip
