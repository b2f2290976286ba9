"""The printed code as a drawing (安全码印刷件): QR, name, colour as a word and a shape, the code to be typed. Pure.

One page in the proportions of paper, A6 at 300 dots per inch: what stands where is decided here, once, for SVG and PNG.
"""

from dataclasses import dataclass
from datetime import datetime

import segno

from backend.kernel.calendar import SHANGHAI
from grading.policy import tokens
from grading.policy.code_words import LOOKS, SHAPE_WORDS, Look
from media.decode.lettering import legible
from media.decode.strip import Letters, fitting

WIDTH, HEIGHT, DPI = 1240, 1754, 300
MARGIN, QUIET, MOST_QR = 90, 4, 800
INK, PALE = "#1f1f1f", "#4d4d4d"
TITLE, HINT = "企业安全码", "扫码查看当前状态"
CHANGES = "颜色随时可能变化,以扫码结果为准"
NAME_SIZES, NAME_HEIGHT, LEAD = (66, 56, 48, 40, 34), 230, 1.25
MOST_NAME, MOST_ADDRESS = 120, 68


@dataclass(frozen=True, slots=True)
class Line:
    """One line of letters, set from `x`, with its baseline at `y`."""

    x: int
    y: int
    size: int
    text: str
    fill: str = INK


@dataclass(frozen=True, slots=True)
class Badge:
    """A colour: its shape in a square of `size`, and where it stands."""

    x: int
    y: int
    size: int
    look: Look


@dataclass(frozen=True, slots=True)
class Poster:
    """Everything on the page; `rows` are the modules of the QR, 1 is dark, its quiet zone is left white around (x, y)."""

    title: str
    said: str
    rows: tuple[tuple[int, ...], ...]
    x: int
    y: int
    module: int
    lines: tuple[Line, ...]
    badge: Badge | None


def poster(*, name: str, code: str, url: str, colour: str | None, at: datetime) -> Poster:
    """Return the page of a printed code; `colour` is the one as of `at`, None leaves it out (a poster outlives it)."""
    # a wall is dirty and torn: a third of the code may be missing
    rows = tuple(tuple(row) for row in segno.make(url, error="h", micro=False).matrix)
    module = MOST_QR // (len(rows) + 2 * QUIET)
    top = 190
    below = top + module * (len(rows) + 2 * QUIET)
    set_name = legible(name, most=MOST_NAME)
    lines = [_centred(150, 72, TITLE), _centred(below + 34, 36, HINT, PALE)]
    names = _name(set_name, below + 64)
    badge, told = _colour(colour, at, names[-1].y + 56)
    spelled = tokens.spelled(code).upper()
    foot = [_centred(HEIGHT - 118, 40, spelled), _centred(HEIGHT - 64, 28, legible(url, most=MOST_ADDRESS), PALE)]
    word = f"{badge.look.word},{SHAPE_WORDS[badge.look.shape]},{badge.look.meaning}" if badge else ""
    return Poster(
        title=f"{TITLE} {set_name}", said=" ".join(filter(None, [HINT, word, spelled])), rows=rows,
        x=(WIDTH - module * len(rows)) // 2, y=top + module * QUIET, module=module, badge=badge,
        lines=(*lines, *names, *told, *foot),
    )  # fmt: skip


def _centred(y: int, size: int, text: str, fill: str = INK) -> Line:
    width = Letters(size).width(text)
    return Line(round((WIDTH - width) / 2), y, size, text, fill)


def _name(name: str, top: int) -> list[Line]:
    """Return the name, as large as there is room for all of it."""
    for size in NAME_SIZES:
        rows, lead = _broken(name, size), round(size * LEAD)
        if len(rows) * lead <= NAME_HEIGHT:
            break
    return [_centred(top + lead * (n + 1), size, row) for n, row in enumerate(rows[: NAME_HEIGHT // lead])]


def _broken(text: str, size: int) -> list[str]:
    letters, rows = Letters(size), []
    while text:
        most = fitting(text, letters, WIDTH - 2 * MARGIN)
        rows.append(text[:most].strip())
        text = text[most:].lstrip()
    return rows or [""]


def _colour(colour: str | None, at: datetime, top: int) -> tuple[Badge | None, list[Line]]:
    if colour is None:
        return None, []
    look, size, local = LOOKS[colour], 130, at.astimezone(SHANGHAI)
    word = Letters(84).width(look.word)
    left = round((WIDTH - size - 34 - word) / 2)
    day = f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"
    told = [
        Line(left + size + 34, top + 96, 84, look.word),
        _centred(top + size + 52, 32, f"截至{day}:{look.meaning}", PALE),
        _centred(top + size + 96, 32, CHANGES, PALE),
    ]
    return Badge(left, top, size, look), told
