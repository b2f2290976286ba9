"""JPEG (ITU-T T.81): segments up to the end marker of the first picture; what phones append after it is left alone."""

import re

from media.errors import NotAnImage, Truncated
from media.policy.intake import exif
from media.policy.intake.source import PIECE, Judged, Source, sized

MOST_SEGMENTS = 4096
# each scan of a progressive picture goes over all of it again: encoders need ten, a bomb has thousands
MOST_SCANS = 100
EOI, SOS, APP1 = 0xD9, 0xDA, 0xE1
ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length: TEM, RSTn, SOI
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# inside a scan FF00 is a data byte, FFD0 to FFD7 are restarts and FFFF is filling: anything else ends it
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def judge(source: Source) -> Judged:
    """Return what this file that begins with FFD8FF is. Raises: as `intake.judge`."""
    judged: Judged | None = None
    scans = 0
    offset = 2
    for _ in range(MOST_SEGMENTS):
        marker, offset = _marker(source, offset)
        if marker == EOI:
            if judged is None or not scans:
                raise Truncated
            return judged
        if marker in ALONE:
            continue
        length = int.from_bytes(source.at(offset, 2), "big")
        if length < 2 or offset + length > source.size:
            raise Truncated
        if marker in FRAMES:
            if judged is not None or length < 8:
                raise NotAnImage
            judged = _frame(source.at(offset, 7))
        if marker == APP1:
            _metadata(source, offset + 2, length - 2)
        offset += length
        if marker == SOS:
            scans, offset = _counted(scans), _scan_end(source, offset)
    raise NotAnImage


def _counted(scans: int) -> int:
    if scans == MOST_SCANS:
        raise NotAnImage
    return scans + 1


def _metadata(source: Source, offset: int, length: int) -> None:
    if source.at(offset, min(length, len(exif.HEADER))) == exif.HEADER:
        exif.check(source.at(offset + len(exif.HEADER), length - len(exif.HEADER)))


def _frame(header: bytes) -> Judged:
    return sized("jpeg", int.from_bytes(header[5:7], "big"), int.from_bytes(header[3:5], "big"))


def _marker(source: Source, offset: int) -> tuple[int, int]:
    """Return the marker at `offset`, any filling skipped, and the offset after it."""
    first, code = source.at(offset, 2)
    if first != 0xFF or code == 0:
        raise Truncated
    if code != 0xFF:
        return code, offset + 2
    while offset < source.size:
        piece = source.at(offset, min(PIECE, source.size - offset))
        rest = piece.lstrip(b"\xff")
        if rest:
            if rest[0] == 0:
                raise Truncated
            return rest[0], offset + len(piece) - len(rest) + 1
        offset += len(piece)
    raise Truncated


def _scan_end(source: Source, offset: int) -> int:
    """Return where the next marker after the entropy-coded data at `offset` begins."""
    while offset < source.size:
        piece = source.at(offset, min(PIECE, source.size - offset))
        found = _MARKER.search(piece)
        if found:
            return offset + found.start()
        if len(piece) < 2 or offset + len(piece) == source.size:
            break
        offset += len(piece) - 1  # a marker may stand across two pieces
    raise Truncated
