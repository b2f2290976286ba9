"""The printed code as PNG at 300 dots per inch, with the font that is below every photo."""

import io

from PIL import Image, ImageDraw, ImageFont

from grading.documents.poster import DPI, HEIGHT, WIDTH, Badge, Poster
from grading.documents.shapes import PEN, SHAPES
from media.decode.strip import FONT

FINER = 4  # shapes are drawn larger and made smaller, so that their edges are smooth
COLOURS = 64


def png(poster: Poster) -> bytes:
    """Return the page as PNG."""
    made = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    pen = ImageDraw.Draw(made)
    _modules(pen, poster)
    for line in poster.lines:
        font = ImageFont.truetype(FONT, line.size, layout_engine=ImageFont.Layout.BASIC)
        pen.text((line.x, line.y), line.text, font=font, fill=line.fill, anchor="ls")
    if poster.badge:
        made.paste(_badge(poster.badge), (poster.badge.x, poster.badge.y))
    out = io.BytesIO()
    few = made.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(out, "PNG", compress_level=4, dpi=(DPI, DPI))
    return out.getvalue()


def _modules(pen: ImageDraw.ImageDraw, poster: Poster) -> None:
    size = poster.module
    for y, row in enumerate(poster.rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = poster.x + x * size, poster.y + y * size
                pen.rectangle((left, top, left + size - 1, top + size - 1), fill="#000000")


def _badge(badge: Badge) -> Image.Image:
    side = badge.size * FINER
    scale, shape, look = side / 100, SHAPES[badge.look.shape], badge.look
    made = Image.new("RGB", (side, side), "#ffffff")
    pen = ImageDraw.Draw(made)
    if shape.outline:
        pen.polygon([(x * scale, y * scale) for x, y in shape.outline], fill=look.fill)
    else:
        pen.ellipse((2 * scale, 2 * scale, 98 * scale, 98 * scale), fill=look.fill)
    radius = PEN * scale / 2
    for stroke in shape.strokes:
        points = [(x * scale, y * scale) for x, y in stroke]
        pen.line(points, fill=look.ink, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=look.ink)
    return made.resize((badge.size, badge.size), Image.Resampling.LANCZOS)
