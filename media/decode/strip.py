"""The strip below a picture (水印条): lettering and a QR on white, as wide as the picture. Pure: texts in, pixels out.

Loaded by path inside the jail, from which it gets texts that the parent has made legible (media/decode/lettering.py).
Letters are set one after the other in the order given: no shaping, no bidirectional reordering.
"""

from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

FONT = __file__.rpartition("/")[0] + "/font/strip.ttf"
WHITE, RULE, LABEL, INK = 255, 190, 105, 15
# letters are at least so high, in pixels, whatever the width of the picture, and the strip at least so wide
LEAST = {"large": 16, "middle": 14, "thumb": 12}
NARROWEST = {"large": 320, "middle": 240, "thumb": 160}
MOST_LETTER = 36
MOST_ROWS = 10
ROWS_OF_ONE = 3
ELLIPSIS = "…"
Item = tuple[str, str]


class Piece(NamedTuple):
    """Text at an offset of its row."""

    x: int
    text: str
    shade: int


def width_for(name: str, picture: int) -> int:
    """Return how wide the rendition `name` of a picture of this width is: as the picture, but wide enough for letters."""
    return max(picture, NARROWEST.get(name, 0))


def strip(name: str, width: int, items: list[Item], qr: list[str]) -> Image.Image:
    """Return the greyscale strip of `width` pixels for the rendition `name`; `qr` are the rows of modules, "1" is dark."""
    letter = min(MOST_LETTER, max(LEAST.get(name, 12), width // 56))
    font = ImageFont.truetype(FONT, letter, layout_engine=ImageFont.Layout.BASIC)
    pad, row = letter // 2, round(letter * 1.4)
    module = max(2, letter // 8)
    side = module * (len(qr) + 8) if qr else 0  # with the quiet zone of four modules
    beside = side if side and width >= 3 * side else 0
    rows = flowed(items, font, width - 2 * pad - beside)
    text = len(rows) * row + pad
    below = side if side and not beside and side <= width else 0
    made = Image.new("L", (width, max(text + below, beside) + pad), WHITE)
    pen = ImageDraw.Draw(made)
    pen.rectangle((0, 0, width, max(0, pad // 4 - 1)), fill=RULE)
    for number, pieces in enumerate(rows):
        for piece in pieces:
            pen.text((pad + piece.x, pad + number * row), piece.text, font=font, fill=piece.shade)
    if beside or below:
        code = squares(qr, module)
        made.paste(code, (width - code.width, pad // 2) if beside else (0, text))
    return made


def squares(qr: list[str], module: int) -> Image.Image:
    """Return the code with its quiet zone."""
    size = len(qr) + 8
    small = Image.new("L", (size, size), WHITE)
    small.putdata([0 if inside(qr, x - 4, y - 4) else WHITE for y in range(size) for x in range(size)])
    return small.resize((size * module, size * module), Image.Resampling.NEAREST)


def inside(qr: list[str], x: int, y: int) -> bool:
    """Return whether the module at `x`, `y` is dark."""
    return 0 <= y < len(qr) and 0 <= x < len(qr[y]) and qr[y][x] == "1"


def flowed(items: list[Item], font: ImageFont.FreeTypeFont, width: int) -> list[list[Piece]]:
    """Return the items in rows: side by side where they fit, one too long for a row broken, and ended by an ellipsis."""
    rows: list[list[Piece]] = [[]]
    at, gap, space = 0, round(font.getlength("中")), round(font.getlength(" "))
    for label, value in items:
        head = round(font.getlength(label)) + space
        whole = head + round(font.getlength(value))
        if at and at + whole > width:
            rows.append([])
            at = 0
        rows[-1].append(Piece(at, label, LABEL))
        lines = broken(value, font, width - head)
        for number, line in enumerate(lines):
            if number:
                rows.append([])
            rows[-1].append(Piece(at + head, line, INK))
        at = at + whole + gap if len(lines) == 1 else width
    return rows[:MOST_ROWS]


def broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return `text` in at most three lines that fit `width`."""
    lines: list[str] = []
    while text and len(lines) < ROWS_OF_ONE:
        most = fitting(text, font, width)
        lines.append(text[:most])
        text = text[most:]
    if text:
        last = lines[-1]
        lines[-1] = last[: fitting(last, font, width - round(font.getlength(ELLIPSIS)))] + ELLIPSIS
    return lines or [""]


def fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """Return how many letters from the start fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
