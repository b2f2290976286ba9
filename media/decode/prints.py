"""What can be measured of a picture for later comparison (指纹): a pure function of its pixels, run inside the jail.

Loaded by path, so that the decoding process imports nothing else of ours; numpy alone would cost it more than the decoding.
The print is that of PDQ (256 signs of the low frequencies of a 64 × 64 luminance), cut at zero instead of at the median: so
mirrored and turned pictures have the same print up to known signs and a transposition. Its signs stand in four groups of 64,
by whether the frequencies across and down are even or odd: a mirror turns whole groups round. The sketch (32 × 32 luminance)
is what two pictures with similar prints are held against each other by. Why, and what it finds: docs/adr/0015.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import add, mul, sub
from typing import Any

from PIL import Image

VERSION = 1
SIDE, WAVES, SKETCH = 64, 16, 32
FINE = 2 * SIDE
HALF = SIDE // 2
# cosines of the frequencies 1 to 16 over the first half of the side; the other half mirrors it, with a sign if odd
WAVE = [[math.cos(math.pi * k * (2 * x + 1) / (2 * SIDE)) for x in range(HALF)] for k in range(1, WAVES + 1)]
# where the groups begin: even both ways, odd across, odd down, odd both ways (place 0 is frequency 1)
GROUPS = ((1, 1), (1, 0), (0, 1), (0, 0))
FLAT, FLAT_SHARE, GAP = 4, 0.7, 4
LEAST_INNER, MOST_INNER = 0.08, 0.94


def prints(image: Image.Image) -> dict[str, Any]:
    """Return the prints of the upright RGB picture, at most 2048 pixels long, before anything is drawn below it.

    `side`: its shorter side in pixels; `whole` and, where bars surround it as on a screenshot, `inner` (the picture without
    them): each `bits` (64 hex digits), `quality` (0 to 100, as PDQ counts it) and `sketch` (2,048 hex digits).
    """
    fine = image.resize((FINE, FINE), Image.Resampling.BOX, reducing_gap=2.0).convert("L")
    found = {"v": VERSION, "side": min(image.size), "whole": _print(fine)}
    if box := _inside(fine):
        width, height = image.size[0] / FINE, image.size[1] / FINE
        part = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
        found["inner"] = _print(image.resize((FINE, FINE), Image.Resampling.BOX, box=part, reducing_gap=2.0).convert("L"))
    return found


def _print(fine: Image.Image) -> dict[str, Any]:
    small = fine.reduce(2)
    data = small.tobytes()
    rows = [data[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE)]
    return {"bits": _signs(rows), "quality": _quality(rows), "sketch": small.reduce(2).tobytes().hex()}


def _signs(rows: Sequence[Sequence[float]]) -> str:
    """Return the signs of the cosine transform, frequencies 1 to 16 both ways, group by group as 64 hex digits."""
    across = [_waves(row) for row in rows]
    down = [_waves(column) for column in zip(*across, strict=True)]
    bits = 0
    for v_first, u_first in GROUPS:
        for v in range(v_first, WAVES, 2):
            for u in range(u_first, WAVES, 2):
                bits = bits << 1 | (down[u][v] > 0)
    return f"{bits:064x}"


def _waves(line: Sequence[float]) -> list[float]:
    front, back = line[:HALF], line[: HALF - 1 : -1]
    odd, even = list(map(sub, front, back)), list(map(add, front, back))
    return [sum(map(mul, even if n % 2 else odd, wave)) for n, wave in enumerate(WAVE)]


def _quality(rows: Sequence[bytes]) -> int:
    """Return how much there is to see: the sum of the steps between neighbours, as PDQ counts it, 0 to 100."""
    steps = 0
    for row, below in pairwise(rows):
        steps += sum(abs(a - b) * 100 // 255 for a, b in zip(row, below, strict=True))
    for row in rows:
        steps += sum(abs(a - b) * 100 // 255 for a, b in pairwise(row))
    return min(100, steps // 90)


def _inside(fine: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box (of 128) between flat bars above, below and beside the picture; None if there are none to speak of."""
    data = fine.tobytes()
    rows = [data[at : at + FINE] for at in range(0, FINE * FINE, FINE)]
    top, bottom = _busy(rows)
    columns = list(zip(*rows[top:bottom], strict=True)) if bottom > top else []
    left, right = _busy(columns)
    share = (bottom - top) * (right - left) / FINE**2
    return (left, top, right, bottom) if LEAST_INNER <= share <= MOST_INNER else None


def _busy(lines: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Return the longest run of lines that are not mostly of one shade; up to GAP flat lines do not end a run."""
    best = (0, 0)
    start = last = None
    for n in [n for n, line in enumerate(lines) if not _flat(line)]:
        if last is None or n - last > GAP + 1:
            start = n
        last = n
        best = max(best, (start or 0, n + 1), key=lambda run: run[1] - run[0])
    return best


def _flat(line: Sequence[int]) -> bool:
    shade = sorted(line)
    middle = shade[len(shade) // 2]
    return sum(abs(value - middle) <= FLAT for value in shade) >= FLAT_SHARE * len(shade)
