"""What a JPEG carries beside its pixels, read segment by segment by a parser that shares nothing with what wrote it."""

ALONE = {0x01, *range(0xD0, 0xD8)}
PIXELS = {0xDB: "quantisation", 0xC0: "frame", 0xC1: "frame", 0xC2: "frame", 0xC4: "codes", 0xDD: "restarts", 0xDA: "scan"}


def beside_pixels(data: bytes) -> list[str]:
    """Return what is no pixel and no table: every application segment, comment and trailing byte, by name and length.

    The JFIF header is allowed where it says nothing but density: version, units, no thumbnail.
    """
    assert data[:2] == b"\xff\xd8", "no JPEG"
    found, at = [], 2
    while True:
        assert data[at] == 0xFF, f"no marker at {at}"
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            return found + ([f"{len(data) - at - 2} bytes after the end"] if len(data) > at + 2 else [])
        if marker in ALONE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        bare = marker == 0xE0 and body[:5] == b"JFIF\0" and len(body) == 14 and body[12:] == b"\0\0"
        if marker not in PIXELS and not bare:
            found.append(f"marker {marker:02x} of {length}: {body[:12]!r}")
        at += 2 + length
        if marker == 0xDA:
            while data[at] != 0xFF or data[at + 1] == 0 or data[at + 1] in ALONE:
                at += 1
