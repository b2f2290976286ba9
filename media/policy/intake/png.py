"""PNG (ISO/IEC 15948): every chunk with its checksum up to IEND."""

import zlib

from media.errors import Animated, NotAnImage, Truncated
from media.policy.intake import exif
from media.policy.intake.source import PIECE, Judged, Source, sized

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 20_000


def judge(source: Source) -> Judged:
    """Return what this file that begins with the PNG signature is. Raises: as `intake.judge`."""
    header = source.at(8, 25)
    if header[:8] != b"\x00\x00\x00\x0dIHDR":
        raise NotAnImage
    judged = sized("png", int.from_bytes(header[8:12], "big"), int.from_bytes(header[12:16], "big"))
    offset, data = 8, False
    for _ in range(MOST_CHUNKS):
        head = source.at(offset, 8)
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        if name == b"acTL":
            raise Animated
        end = offset + 12 + length
        if end > source.size or _checksum(source, offset + 4, length + 4) != source.at(end - 4, 4):
            raise Truncated
        if name == b"eXIf" and length <= exif.LONGEST:
            exif.check(source.at(offset + 8, length))
        data = data or (name == b"IDAT" and length > 0)
        if name == b"IEND":
            if not data:
                raise Truncated
            return judged
        offset = end
    raise NotAnImage


def _checksum(source: Source, offset: int, length: int) -> bytes:
    value, end = 0, offset + length
    while offset < end:
        piece = source.at(offset, min(PIECE, end - offset))
        value = zlib.crc32(piece, value)
        offset += len(piece)
    return value.to_bytes(4, "big")
