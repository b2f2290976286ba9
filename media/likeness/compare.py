"""Two pictures whose prints are near, held against each other: sketch upon sketch, shifted and cut until they fit best.

The prints of a picture and of its cut lie as far apart as those of a picture and of the same room with other things in it;
the sketches do not (docs/adr/0015 has the figures).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.policy.evidence import Alike

Sketch = NDArray[np.float32]
SIDE, REACH = 32, 4
# shares cut off either end of a side when one picture is looked for inside the other
CUTS = (0.0, 0.0125, 0.025, 0.0375, 0.05, 0.0625)
SPANS = [(start, 1 - end) for start in CUTS for end in CUTS]
CERTAIN = 0.985
# measured, not policy (docs/adr/0015): within how many signs a print is looked at, and what then counts as the same
NEAR, LIKE, EQUAL_SIGNS = 84, 0.92, 40


@dataclass(frozen=True, slots=True)
class Match:
    """How well two sketches fit: 1 is equal but for light; `turned`: only mirrored or turned; `whole`: without any cut."""

    likeness: float
    turned: bool
    whole: bool


def alike(one: bytes, other: bytes, *, apart: int) -> tuple[Alike, Match] | None:
    """Return how alike two pictures are by their sketches, given how many signs their prints are apart; None: not the same."""
    found = match(sketch_of(one), sketch_of(other))
    if apart > NEAR or found.likeness < LIKE:
        return None
    return (Alike.EQUAL if found.whole and apart <= EQUAL_SIGNS else Alike.LIKE), found


def sketch_of(data: bytes) -> Sketch:
    """Return the sketch of 1,024 bytes."""
    return np.frombuffer(data, np.uint8).reshape(SIDE, SIDE).astype(np.float32)


def match(one: Sketch, other: Sketch) -> Match:
    """Return how well `other` fits on `one`, held in the best of eight ways, either being perhaps a cut of the other."""
    details = _details(one)
    ways = [np.ascontiguousarray(way) for way in _held(other)]
    plain = _fits(details, _details(np.stack(ways)))
    best = int(plain.argmax())
    likeness = float(plain[best])
    if likeness >= CERTAIN:
        return Match(likeness, turned=best > 0, whole=True)
    aligned = max(_aligned(one, ways[best]), _aligned(ways[best], one))
    return Match(max(likeness, aligned), turned=best > 0, whole=False)


def _held(sketch: Sketch) -> list[Sketch]:
    return [held[::down, ::across] for held in (sketch, sketch.T) for down in (1, -1) for across in (1, -1)]


def _spread(start: float, stop: float) -> Sketch:
    """Return the matrix that draws the part from `start` to `stop` of a line of cells as a whole line again."""
    edges = start + (stop - start) * np.arange(SIDE + 1) / SIDE
    cells = np.arange(SIDE + 1) / SIDE
    low, high = np.maximum(edges[:-1, None], cells[None, :-1]), np.minimum(edges[1:, None], cells[None, 1:])
    share = np.clip(high - low, 0, None)
    return np.asarray(share / share.sum(1, keepdims=True), np.float32)


SPREAD = np.stack([_spread(*span) for span in SPANS])


def _aligned(one: Sketch, other: Sketch) -> float:
    """Return how well some cut of `other` fits on `one`: the best span across, then down, and once more."""
    details, down, best = _details(one), 0, -1.0
    for _ in range(2):
        across = int(_fits(details, _details(SPREAD[down] @ other @ SPREAD.transpose(0, 2, 1))).argmax())
        fits = _fits(details, _details(SPREAD @ (other @ SPREAD[across].T)))
        down, best = int(fits.argmax()), float(fits.max())
    return best


def _details(sketches: Sketch) -> Sketch:
    """Return the sketches less their surroundings: light and shade of the room say little about what is in it."""
    edge = [(0, 0)] * (sketches.ndim - 2) + [(REACH, REACH)] * 2
    wide = np.pad(sketches, edge, mode="edge")
    sums = np.cumsum(np.cumsum(wide, -1, dtype=np.float32), -2, dtype=np.float32)
    sums = np.pad(sums, [(0, 0)] * (sketches.ndim - 2) + [(1, 0)] * 2)
    side = 2 * REACH + 1
    around = sums[..., side:, side:] - sums[..., :-side, side:] - sums[..., side:, :-side] + sums[..., :-side, :-side]
    rest = sketches - around / side**2
    return np.asarray(rest - rest.mean((-1, -2), keepdims=True), np.float32)


def _fits(one: Sketch, others: Sketch) -> Sketch:
    """Return the normalised correlation of `one` with each of `others`; 0 where there is nothing to correlate."""
    norm = np.sqrt((one * one).sum() * (others * others).sum((-1, -2)))
    return np.where(norm > 1e-3, (others * one).sum((-1, -2)) / np.maximum(norm, 1e-3), 0.0)
