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
NARROWEST = {"large": 320, "middle": 240, "thumb": 180}
MOST_LETTER = 36
QUIET = 4  # modules of white around a code
MOST_ROWS = 18  # six items of three rows each: none is ever cut off
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


class Letters:
    """The font at one size, with the width of each letter looked up once: it has no kerning, widths simply add up."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
        self.known: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Return how wide `text` is set, in pixels."""
        return sum(self.known.get(letter) or self._look_up(letter) for letter in text)

    def _look_up(self, letter: str) -> float:
        # every Chinese character is as wide as the font is high
        found = float(self.size) if "\u4e00" <= letter <= "\u9fff" else self.font.getlength(letter)
        self.known[letter] = found
        return found


def strip(name: str, width: int, items: list[Item], qr: list[str]) -> Image.Image:
    """Return the greyscale strip of `width` pixels for the rendition `name`; `qr` are the rows of modules, "1" is dark."""
    letters = Letters(min(MOST_LETTER, max(LEAST.get(name, 12), width // 56)))
    pad, row = letters.size // 2, round(letters.size * 1.4)
    module = max(2, letters.size // 8)
    side = module * (len(qr) + 2 * QUIET) if qr else 0
    beside = side if side and width >= 3 * side else 0
    rows = flowed(items, letters, width - 2 * pad - beside)
    text = len(rows) * row + pad
    below = side if side and not beside and side <= width else 0
    made = Image.new("L", (width, max(text + below, beside) + pad), WHITE)
    pen = ImageDraw.Draw(made)
    pen.rectangle((0, 0, width, max(0, pad // 4 - 1)), fill=RULE)
    for number, pieces in enumerate(rows):
        for piece in pieces:
            pen.text((pad + piece.x, pad + number * row), piece.text, font=letters.font, fill=piece.shade)
    if beside or below:
        code = squares(qr, module)
        made.paste(code, (width - code.width, pad // 2) if beside else (0, text))
    return made


def squares(qr: list[str], module: int) -> Image.Image:
    """Return the code with its quiet zone."""
    size, margin = len(qr) + 2 * QUIET, "0" * QUIET
    blank = ["0" * size] * QUIET
    rows = [*blank, *(margin + row[: len(qr)].ljust(len(qr), "0") + margin for row in qr), *blank]
    dots = "".join(rows).encode("ascii", "replace").translate(bytes(0 if code == ord("1") else WHITE for code in range(256)))
    return Image.frombytes("L", (size, size), dots).resize((size * module, size * module), Image.Resampling.NEAREST)


def flowed(items: list[Item], letters: Letters, width: int) -> list[list[Piece]]:
    """Return the items in rows: side by side where they fit, one too long for a row broken, and ended by an ellipsis."""
    rows: list[list[Piece]] = [[]]
    at, space = 0, round(letters.width(" "))
    for label, value in items:
        head = round(letters.width(label)) + space
        whole = head + round(letters.width(value))
        if at and at + whole > width:
            rows.append([])
            at = 0
        rows[-1].append(Piece(at, label, LABEL))
        lines = broken(value, letters, width - head)
        for number, line in enumerate(lines):
            if number:
                rows.append([])
            rows[-1].append(Piece(at + head, line, INK))
        at = at + whole + letters.size if len(lines) == 1 else width
    return rows[:MOST_ROWS]


def broken(text: str, letters: Letters, width: int) -> list[str]:
    """Return `text` in at most three lines that fit `width`."""
    lines: list[str] = []
    while text and len(lines) < ROWS_OF_ONE:
        most = fitting(text, letters, width)
        lines.append(text[:most])
        text = text[most:]
    if text:
        last = lines[-1]
        lines[-1] = last[: fitting(last, letters, width - letters.width(ELLIPSIS))] + ELLIPSIS
    return lines or [""]


def fitting(text: str, letters: Letters, width: float) -> int:
    """Return how many letters from the start fit, at least one."""
    taken = 0.0
    for count, letter in enumerate(text):
        taken += letters.width(letter)
        if taken > width:
            return max(1, count)
    return len(text)
