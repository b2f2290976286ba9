"""The printed code as SVG: letters are outlines, so that it looks the same wherever it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from grading.documents.poster import HEIGHT, WIDTH, Badge, Line, Poster
from grading.documents.shapes import PEN, SHAPES
from media.decode.strip import FONT

KEPT, UNITS = 3000, 2048  # letters, and units of the font to an em
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="105mm" height="148.5mm" viewBox="0 0 {width} {height}" role="img"'
    ' lang="zh-CN" aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{said}</desc>'
    '<rect width="{width}" height="{height}" fill="#fff"/>'
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter of the font: how wide it is, and the strokes of its outline, in units of the font."""

    width: int
    strokes: tuple[tuple[str, tuple[Any, ...]], ...]

    def at(self, x: int) -> str:
        """Return its outline moved to the right by `x`, as data of an SVG path."""
        return "".join(_stroke(kind, [(round(px) + x, round(py)) for px, py in points]) for kind, points in self.strokes)


_known: dict[str, Glyph] = {}


def svg(poster: Poster) -> bytes:
    """Return the page as SVG in UTF-8, without a script, a style or anything from elsewhere."""
    head = HEAD.format(width=WIDTH, height=HEIGHT, title=escape(poster.title), said=escape(poster.said))
    parts = [head, _modules(poster), *_outlines(poster.lines)]
    if poster.badge:
        parts.append(_badge(poster.badge))
    return "".join([*parts, "</svg>\n"]).encode()


def symbol(name: str, *, fill: str, ink: str) -> str:
    """Return a shape in a square of 100 as SVG elements."""
    shape = SHAPES[name]
    points = " ".join(f"{x:g},{y:g}" for x, y in shape.outline)
    body = f'<polygon points="{points}" fill="{fill}"/>' if points else f'<circle cx="50" cy="50" r="48" fill="{fill}"/>'
    strokes = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in stroke) for stroke in shape.strokes)
    pen = f'fill="none" stroke="{ink}" stroke-width="{PEN:g}" stroke-linecap="round" stroke-linejoin="round"'
    return f'{body}<path d="{strokes}" {pen}/>'


def _badge(badge: Badge) -> str:
    inside = symbol(badge.look.shape, fill=badge.look.fill, ink=badge.look.ink)
    return f'<g transform="translate({badge.x} {badge.y}) scale({badge.size / 100:g})">{inside}</g>'


def _modules(poster: Poster) -> str:
    """Return the dark modules, each run of a row as one rectangle of a path."""
    drawn = []
    for y, row in enumerate(poster.rows):
        for x, length in _runs(row):
            left, top, width = poster.x + x * poster.module, poster.y + y * poster.module, length * poster.module
            drawn.append(f"M{left} {top}h{width}v{poster.module}h-{width}z")
    return f'<path fill="#000" shape-rendering="crispEdges" d="{"".join(drawn)}"/>'


def _runs(row: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((x, 1))
    return found


def _outlines(lines: Iterable[Line]) -> list[str]:
    lines = list(lines)
    glyphs = _glyphs({letter for line in lines for letter in line.text})
    return [_outline(line, glyphs) for line in lines]


def _outline(line: Line, glyphs: dict[str, Glyph]) -> str:
    """Return a line of letters as one path, in whole units of the font."""
    scale, at, drawn = line.size / UNITS, 0, []
    for letter in line.text:
        drawn.append(glyphs[letter].at(at))
        at += glyphs[letter].width
    place = f"translate({line.x} {line.y}) scale({scale:.6f} -{scale:.6f})"
    return f'<path fill="{line.fill}" transform="{place}" d="{"".join(drawn)}"/>'


def _stroke(kind: str, points: list[tuple[int, int]]) -> str:
    """Return one stroke; of a curve through several points off it those between lie halfway (TrueType)."""
    if kind == "closePath":
        return "Z"
    if kind != "qCurveTo":
        return ("M" if kind == "moveTo" else "L") + f"{points[0][0]} {points[0][1]}"
    *off, end = points
    on = [((a[0] + b[0]) // 2, (a[1] + b[1]) // 2) for a, b in pairwise(off)]
    return "".join(f"Q{a[0]} {a[1]} {b[0]} {b[1]}" for a, b in zip(off, [*on, end], strict=True))


def _glyphs(letters: set[str]) -> dict[str, Glyph]:
    """Return the outlines of these letters; those drawn before are kept, for the font takes a third of a second to read."""
    known = {letter: _known[letter] for letter in letters if letter in _known}
    if missing := letters - known.keys():
        fresh = _read(missing)
        if len(_known) + len(fresh) > KEPT:
            _known.clear()
        _known.update(fresh)
        known |= fresh
    return known


def _read(letters: set[str]) -> dict[str, Glyph]:
    # by name: whoever never prints a code does not pay for loading it
    recording = import_module("fontTools.pens.recordingPen").DecomposingRecordingPen
    with import_module("fontTools.ttLib").TTFont(FONT, lazy=True) as font:
        drawings, names, found = font.getGlyphSet(), font.getBestCmap(), {}
        for letter in letters:
            drawing, pen = drawings[names[ord(letter)]], recording(drawings)
            drawing.draw(pen)
            found[letter] = Glyph(drawing.width, tuple(pen.value))
    return found
