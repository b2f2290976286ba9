"""HEIC/HEIF (ISO/IEC 23008-12): the boxes of the file, the primary item's size, and every item's bytes inside the file."""

from collections.abc import Iterator

from media.errors import NotAnImage, Truncated
from media.policy.intake.boxes import Fields, boxes
from media.policy.intake.source import Judged, Source, sized

MOST_BOXES = 4096
LARGEST_META = 4 * 1024 * 1024
MOST_ITEMS = 8192
HEVC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
GENERIC = {b"mif1", b"msf1", b"mif2"}
KNOWN = {b"ftyp", b"meta", b"mdat", b"moov", b"moof", b"free", b"skip", b"uuid", b"mpvd", b"wide"}


def judge(source: Source) -> Judged:
    """Return what this file that begins with an `ftyp` box is. Raises: as `intake.judge`."""
    meta: bytes | None = None
    for number, (name, offset, length) in enumerate(_top(source)):
        if number == 0:
            _brands(source.at(offset, min(length, 1024)))
        if name == b"meta" and meta is None:
            if length > LARGEST_META:
                raise NotAnImage
            meta = source.at(offset, length)
    if meta is None or len(meta) < 4:
        raise Truncated
    parts = dict(reversed([(name, data) for name, data in boxes(meta[4:])]))
    if b"iloc" not in parts or b"iprp" not in parts or b"pitm" not in parts:
        raise NotAnImage
    judged = _primary(parts)
    for offset, length in _extents(parts[b"iloc"]):
        if offset + length > source.size:
            raise Truncated
    return judged


def _brands(data: bytes) -> None:
    """Refuse a container that is no HEVC picture: AVIF, MP4, QuickTime and the rest of the family."""
    names = {data[n : n + 4] for n in range(8, len(data) - 3, 4)}
    if data[:4] in HEVC or (data[:4] in GENERIC and names & HEVC):
        return
    raise NotAnImage


def _top(source: Source) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, content offset and content length of the boxes of the file; each lies inside it."""
    offset = 0
    for _ in range(MOST_BOXES):
        if source.size - offset < 8:
            return
        head = source.at(offset, 8)
        length, start = int.from_bytes(head[:4], "big"), 8
        if length == 1 and head[4:] in KNOWN:
            length, start = int.from_bytes(source.at(offset + 8, 8), "big"), 16
        elif length == 0:
            length = source.size - offset
        if head[4:] not in KNOWN or length < start:
            # what comes after the last box is kept and belongs to nobody, as after the end marker of the other formats;
            # that no picture data is missing is seen from the item locations
            return
        if offset + length > source.size:
            raise Truncated
        yield head[4:], offset + start, length - start
        offset += length
    raise NotAnImage


def _primary(parts: dict[bytes, bytes]) -> Judged:
    pitm = Fields(parts[b"pitm"])
    primary = pitm.number(2 if pitm.full_box()[0] == 0 else 4)
    inside = dict(reversed(list(boxes(parts[b"iprp"]))))
    properties = list(boxes(inside.get(b"ipco", b"")))
    size: tuple[int, int] | None = None
    turned = False
    for index in _properties_of(primary, inside.get(b"ipma", b"")):
        if not 1 <= index <= len(properties):
            continue
        name, data = properties[index - 1]
        if name == b"ispe":
            fields = Fields(data)
            fields.full_box()
            size = fields.number(4), fields.number(4)
        elif name == b"irot" and data:
            turned = bool(data[0] & 1)
    if size is None:
        raise NotAnImage
    return sized("heic", *(reversed(size) if turned else size))


def _properties_of(item: int, ipma: bytes) -> list[int]:
    fields = Fields(ipma)
    version, flags = fields.full_box()
    for _ in range(min(fields.number(4), MOST_ITEMS)):
        owner = fields.number(2 if version < 1 else 4)
        wide = 2 if flags & 1 else 1
        mask = 0x7FFF if flags & 1 else 0x7F
        indexes = [fields.number(wide) & mask for _ in range(fields.number(1))]
        if owner == item:
            return indexes
    return []


def _extents(iloc: bytes) -> Iterator[tuple[int, int]]:
    """Yield offset and length in the file of every piece of every item that lies in the file itself."""
    fields = Fields(iloc)
    version, _ = fields.full_box()
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    if version > 2 or {offset_size, length_size, base_size} - {0, 4, 8}:
        raise NotAnImage
    left = MOST_ITEMS
    for _ in range(min(fields.number(2 if version < 2 else 4), MOST_ITEMS)):
        fields.number(2 if version < 2 else 4)
        method = fields.number(2) & 15 if version else 0
        fields.number(2)
        base = fields.number(base_size)
        for _ in range(fields.number(2)):
            left -= 1
            if left < 0:
                raise NotAnImage
            fields.number(index_size if version else 0)
            offset, length = base + fields.number(offset_size), fields.number(length_size)
            if method == 0:
                yield offset, length
