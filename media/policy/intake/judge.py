"""The first bytes decide which parser is asked; a file that begins as anything else is no photo."""

from typing import BinaryIO

from media.errors import NotAnImage, TooLarge
from media.policy.intake import heic, jpeg, png, webp
from media.policy.intake.source import MOST_BYTES, Judged, Source

SHORTEST = 12


def judge(file: BinaryIO, *, size: int) -> Judged:
    """Return what the `size` bytes of `file` are.

    Raises: TooLarge, NotAnImage, Truncated, TooManyPixels, TooSmall, Animated; nothing else, whatever the bytes.
    """
    if size > MOST_BYTES:
        raise TooLarge
    if size < SHORTEST:
        raise NotAnImage
    source = Source(file, size)
    magic = source.at(0, SHORTEST)
    if magic.startswith(b"\xff\xd8\xff"):
        return jpeg.judge(source)
    if magic.startswith(png.SIGNATURE):
        return png.judge(source)
    if magic.startswith(b"RIFF") and magic[8:12] == b"WEBP":
        return webp.judge(source)
    if magic[4:8] == b"ftyp":
        return heic.judge(source)
    raise NotAnImage
