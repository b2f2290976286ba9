"""WebP (RFC 9649): the RIFF container whole, one still picture in it."""

from media.errors import Animated, NotAnImage, Truncated
from media.policy.intake import exif
from media.policy.intake.source import Judged, Source, sized

MOST_CHUNKS = 4096
ANIMATION = 0x02


def judge(source: Source) -> Judged:
    """Return what this file that begins with RIFF….WEBP is. Raises: as `intake.judge`."""
    end = 8 + int.from_bytes(source.at(4, 4), "little")
    if end > source.size:
        raise Truncated
    judged: Judged | None = None
    offset = 12
    for _ in range(MOST_CHUNKS):
        if offset + 8 > end:
            break
        head = source.at(offset, 8)
        name, length = head[:4], int.from_bytes(head[4:], "little")
        if offset + 8 + length > end:
            raise Truncated
        if name in (b"ANIM", b"ANMF") or (name == b"VP8X" and length >= 1 and source.at(offset + 8, 1)[0] & ANIMATION):
            raise Animated
        if name == b"EXIF" and length <= exif.LONGEST:
            exif.check(source.at(offset + 8, length).removeprefix(exif.HEADER))
        if name in (b"VP8 ", b"VP8L", b"VP8X"):
            judged = _picture(source, name, offset + 8, length) or judged
        offset += 8 + length + length % 2
    if judged is None:
        raise Truncated
    return judged


def _picture(source: Source, name: bytes, offset: int, length: int) -> Judged | None:
    """Return the verdict of a bitstream; of the extended header only its size is checked."""
    head = source.at(offset, min(10, length))
    if name == b"VP8 ":
        if len(head) < 10 or head[0] & 1 or head[3:6] != b"\x9d\x01\x2a":
            raise NotAnImage
        return sized("webp", int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF)
    if name == b"VP8L":
        if len(head) < 5 or head[0] != 0x2F:
            raise NotAnImage
        bits = int.from_bytes(head[1:5], "little")
        return sized("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if len(head) < 10:
        raise Truncated
    sized("webp", int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1)
    return None
