"""Starting the decoder on one file, and believing it only as far as what it left can be checked."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JAIL = Path(__file__).with_name("jail.py")
WALL_S = 25
NO_ROOM = 75
LARGEST_FACTS, LARGEST_RENDITION = 64 * 1024, 8 * 1024 * 1024
REFUSALS = {"photo.not_an_image", "photo.truncated", "photo.too_many_pixels"}
RENDITIONS = ("large", "thumb")


class Died(Exception):
    """The decoder died of the picture: out of memory or time, or by a signal."""


class TooSlow(Exception):
    """The decoder was stopped by the clock on the wall: the machine is busy, the picture may be sound."""


class NoRoom(Exception):
    """The disk under the decoder was full, or failed: the picture may be sound."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the decoder found: a refusal code, or renditions in its folder, the facts of the metadata and the prints."""

    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    prints: dict[str, Any] = field(default_factory=dict)


def decode(original: Path, format: str, *, folder: Path) -> Decoded:
    """Decode `original` in a process of its own, leaving `large.jpg` and `thumb.jpg` in the empty `folder`.

    Raises: Died, TooSlow, NoRoom.
    """
    command = [sys.executable, "-I", "-B", str(JAIL), format]
    try:
        with original.open("rb") as file:
            done = subprocess.run(  # noqa: S603 - our own interpreter and script, the format is one of four words
                command, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
                env={"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}, timeout=WALL_S, check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TooSlow from error
    if done.returncode == NO_ROOM:
        raise NoRoom
    if done.returncode != 0:
        raise Died(str(done.returncode))
    return _believed(folder)


def _believed(folder: Path) -> Decoded:
    facts = folder / "facts.json"
    if not facts.is_file() or facts.stat().st_size > LARGEST_FACTS:
        raise Died("no facts")
    try:
        told = json.loads(facts.read_text("utf-8"))
    except ValueError as error:
        raise Died("bad facts") from error
    if told.get("code") in REFUSALS:
        return Decoded(code=told["code"])
    for name in RENDITIONS:
        file = folder / f"{name}.jpg"
        if not file.is_file() or file.stat().st_size > LARGEST_RENDITION or not file.read_bytes().startswith(b"\xff\xd8\xff"):
            raise Died("bad rendition")
    return Decoded(facts=told.get("facts", {}), prints=told.get("prints", {}))
