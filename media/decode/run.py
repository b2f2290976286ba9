"""Having one file decoded, and believing the decoder only as far as what it left can be checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media.decode.nursery import Gone, nurseries

JAIL = Path(__file__).with_name("jail.py")
WALL_S = 25
NO_ROOM = 75
LARGEST_FACTS, LARGEST_RENDITION = 64 * 1024, 8 * 1024 * 1024
REFUSALS = {"photo.not_an_image", "photo.truncated", "photo.too_many_pixels"}
SIZES = {"large": 2048, "middle": 1024, "thumb": 320}


class Died(Exception):
    """The decoder died of the picture: out of memory or time, or by a signal."""


class TooSlow(Exception):
    """The decoder was stopped by the clock on the wall, or went with its nursery: the picture may be sound."""


class NoRoom(Exception):
    """The disk under the decoder was full, or failed: the picture may be sound."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the decoder found: a refusal code, or renditions in its folder, the facts of the metadata and the prints.

    `drawn` is written by who ordered the strips: for what they stand and under which key the renditions are kept.
    """

    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    prints: dict[str, Any] = field(default_factory=dict)
    drawn: dict[str, Any] = field(default_factory=dict)
    lies: bool | None = None  # upright, the picture is wider than high; None where nobody looked or it is square


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of a picture: its renditions by name with their longer side, falling, and what the strips say.

    `items` are label and words by rendition, legible already; `qr` the rows of modules, "1" is dark.
    """

    sizes: Mapping[str, int] = field(default_factory=lambda: SIZES)
    items: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    qr: Sequence[str] = ()

    def as_json(self) -> str:
        """Return the order as the decoder reads it."""
        return json.dumps({"sizes": dict(self.sizes), "items": dict(self.items), "qr": list(self.qr)})


def decode(original: Path, format: str, *, folder: Path, order: Order = Order()) -> Decoded:
    """Decode `original` in a process of its own, leaving `large.jpg` and the others ordered in the empty `folder`.

    Raises: Died, TooSlow, NoRoom.
    """
    try:
        (folder / "order.json").write_text(order.as_json(), encoding="utf-8")
        with original.open("rb") as file:
            status = nurseries.decode(JAIL, file, format, folder=folder, within_s=WALL_S)
    except (TimeoutError, Gone) as error:
        raise TooSlow from error
    if status == NO_ROOM:
        raise NoRoom
    if status != 0:
        raise Died(str(status))
    return _believed(folder, order)


def _believed(folder: Path, order: Order) -> Decoded:
    facts = folder / "facts.json"
    if not facts.is_file() or facts.stat().st_size > LARGEST_FACTS:
        raise Died("no facts")
    try:
        told = json.loads(facts.read_text("utf-8"))
    except ValueError as error:
        raise Died("bad facts") from error
    if told.get("code") in REFUSALS:
        return Decoded(code=told["code"])
    for name in order.sizes:
        file = folder / f"{name}.jpg"
        if not file.is_file() or file.stat().st_size > LARGEST_RENDITION or not file.read_bytes().startswith(b"\xff\xd8\xff"):
            raise Died("bad rendition")
    width, height = told.get("width"), told.get("height")
    lies = width > height if isinstance(width, int) and isinstance(height, int) and width != height else None
    return Decoded(facts=told.get("facts", {}), prints=told.get("prints", {}), lies=lies)
