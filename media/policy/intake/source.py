"""Reading a file piece by piece, and the limits that hold for every format."""

from dataclasses import dataclass
from typing import BinaryIO

from media.errors import NotAnImage, TooManyPixels, TooSmall, Truncated

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
SHORTEST_SIDE = 64
PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Judged:
    """What a file is: `jpeg`, `png`, `webp` or `heic`, and its size in pixels as its header says."""

    format: str
    width: int
    height: int


class Source:
    """A seekable file of known length; every read is whole or the file is truncated."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size

    def at(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset`. Raises: Truncated."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise Truncated
        self.file.seek(offset)
        data = self.file.read(length)
        if len(data) != length:
            raise Truncated
        return data


def sized(format: str, width: int, height: int) -> Judged:
    """Return the verdict for a header of these dimensions. Raises: NotAnImage, TooManyPixels, TooSmall."""
    if width <= 0 or height <= 0:
        raise NotAnImage
    if width * height > MOST_PIXELS:
        raise TooManyPixels
    if min(width, height) < SHORTEST_SIDE:
        raise TooSmall
    return Judged(format, width, height)
