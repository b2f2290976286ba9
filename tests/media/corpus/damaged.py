"""Pictures that are cut off, lie about themselves, move, or blow up when they are opened."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache

from PIL import Image

from tests.media.corpus import CUT, NO_IMAGE
from tests.media.corpus.foreign import Entry
from tests.media.pictures import box, chunk, drawn, heic, png, real

MOST = 20 * 1024 * 1024
PIXELS, SMALL, ANIMATED, LARGE = "photo.too_many_pixels", "photo.too_small", "photo.animated", "photo.too_large"
START, IMAGE = b"\xff\xd8", b"\xff\xda"


def files() -> Iterator[Entry]:
    """Yield every class of files that begin as they should."""
    for kind, made, codes in (
        ("truncated JPEG", cut("jpeg"), (CUT, NO_IMAGE)),
        ("truncated PNG", cut("png"), (CUT, NO_IMAGE)),
        ("truncated WebP", cut("webp"), (CUT, NO_IMAGE)),
        ("truncated HEIC", cut("heic"), (CUT, NO_IMAGE)),
        ("bombs by their size", wide(), (PIXELS, NO_IMAGE, CUT)),
        ("bombs by their data", packed(), (CUT, NO_IMAGE, PIXELS)),
        ("too small", small(), (SMALL,)),
        ("too large", large(), (LARGE,)),
        ("animated", animated(), (ANIMATED,)),
        ("broken JPEG", jpegs(), (CUT, NO_IMAGE)),
        ("broken PNG", pngs(), (CUT, NO_IMAGE)),
        ("broken WebP", webps(), (CUT, NO_IMAGE)),
        ("broken HEIC", heics(), (CUT, NO_IMAGE)),
        ("cannot be decoded", undecodable(), (CUT, NO_IMAGE)),
        ("EXIF loops", loops(), (CUT,)),
    ):
        for name, data in made:
            yield kind, name, data, codes


@lru_cache(maxsize=8)
def sound(name: str) -> bytes:
    return real("arrow.heic") or heic() if name == "heic" else drawn(name.upper(), size=(640, 480))


def cut(name: str) -> Iterator[tuple[str, bytes]]:
    data, rng = sound(name), random.Random(f"cut {name}")
    for _ in range(16):
        at = rng.randrange(12, len(data) - 2)
        yield f"at {at}", data[:at]
    yield "without its end", data[:-2]
    yield "half", data[: len(data) // 2]


def _sof(width: int, height: int) -> bytes:
    return b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\3\1\x22\0\2\x11\1\3\x11\1"


def wide() -> Iterator[tuple[str, bytes]]:
    end = IMAGE + b"\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" + b"\0" * 99 + b"\xff\xd9"
    for width, height in ((65_535, 65_535), (10_000, 5_001), (50_001, 1_000), (65_500, 764)):
        yield f"jpeg {width}x{height}", START + _sof(width, height) + end
        yield f"png {width}x{height}", png(width, height)
        yield f"heic {width}x{height}", heic(width, height)
        bits = min(width, 16_384) - 1 | min(height, 16_384) - 1 << 14
        yield f"webp {width}x{height}", _webp(b"VP8L", b"\x2f" + struct.pack("<I", bits) + b"\0" * 40)
    for size in ((100_000, 100_000), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1), (2**32 - 1, 2**32 - 1), (1_000_000, 64)):
        yield f"png {size[0]}x{size[1]}", png(*size)
        yield f"heic {size[0]}x{size[1]}", heic(*size)


def packed() -> Iterator[tuple[str, bytes]]:
    """Yield pictures whose data is far less, or far more, than it says."""
    bomb = zlib.compress(b"\0" * 40_000_000, 9)
    for size in ((3_000, 3_000), (7_000, 7_000), (9_999, 5_000), (64, 700_000)):
        yield f"png {size[0]}x{size[1]} of nothing", png(*size)
        yield f"png {size[0]}x{size[1]} of half", png(*size, data=zlib.compress(b"\0" * (size[0] * size[1] // 2), 9))
    for name, head in ((b"iCCP", b"x\0\0"), (b"zTXt", b"x\0\0"), (b"iTXt", b"x\0\1\0\0\0")):
        for times in (1, 3):
            extra = chunk(name, head + bomb) * times
            yield f"png with {times} bombs in {name.decode()}, and no picture", png(900, 900, extra)
    yield "jpeg of 4000 scans", START + _sof(640, 480) + (IMAGE + b"\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0\0") * 4000 + b"\xff\xd9"
    yield "jpeg of 101 scans", START + _sof(640, 480) + (IMAGE + b"\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0\0") * 101 + b"\xff\xd9"
    yield "jpeg of 50000 segments", START + (b"\xff\xfe\0\2" * 50_000) + drawn()[2:]
    yield "png of 30000 chunks", png(640, 480, chunk(b"tEXt", b"a\0b") * 30_000)


def small() -> Iterator[tuple[str, bytes]]:
    for size in ((63, 64), (64, 63), (1, 1), (63, 63), (2_000, 8), (8, 2_000)):
        for format in ("JPEG", "PNG", "WEBP"):
            yield f"{format} {size[0]}x{size[1]}", drawn(format, size=size)
        yield f"heic {size[0]}x{size[1]}", heic(*size)


def large() -> Iterator[tuple[str, bytes]]:
    for name in ("jpeg", "png", "webp"):
        yield f"{name} by one byte", sound(name) + b"\0" * (MOST - len(sound(name)) + 1)
        yield f"{name} by a megabyte", sound(name) + b"\0" * (MOST + 1_000_000)


def animated() -> Iterator[tuple[str, bytes]]:
    for format in ("WEBP", "PNG"):
        for frames in (2, 3, 8):
            for size in ((70, 70), (400, 300)):
                out = io.BytesIO()
                made = [Image.new("RGB", size, (n * 30, 0, 0)) for n in range(frames)]
                made[0].save(out, format, save_all=True, append_images=made[1:], duration=99)
                yield f"{format} {frames} {size[0]}", out.getvalue()
    yield "png that only says so", png(640, 480, chunk(b"acTL", b"\0\0\0\1\0\0\0\0"))
    yield "webp that only says so", _webp(b"VP8X", b"\x02\0\0\0" + b"\x63\0\0\x63\0\0")


def _webp(name: bytes, data: bytes) -> bytes:
    inner = b"WEBP" + name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def jpegs() -> Iterator[tuple[str, bytes]]:
    end = IMAGE + b"\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" + b"\0" * 9 + b"\xff\xd9"
    made = {
        "no frame": START + end,
        "no scan": START + _sof(640, 480) + b"\xff\xd9",
        "no end": START + _sof(640, 480) + end[:-2],
        "two frames": START + _sof(640, 480) * 2 + end,
        "no height": START + _sof(640, 0) + end,
        "no width": START + _sof(0, 480) + end,
        "short frame": START + b"\xff\xc0\0\5\x08\1\1" + end,
        "length of one": START + b"\xff\xe0\0\1" + end,
        "length of none": START + b"\xff\xe0\0\0" + end,
        "length beyond": START + b"\xff\xe0\xff\xff" + end,
        "end at once": START + b"\xff\xd9" + b"\0" * 20,
        "no marker": START + b"\xff\0" + b"\0" * 20,
        "filling without end": START + b"\xff" * 90_000,
        "start after start": START * 3000,
        "restarts without end": START + b"\xff\xd0" * 9000,
        "arithmetic nonsense": START + b"\xff\xcc\0\4\0\0" + end,
        "only metadata": START + b"\xff\xe1\0\x10Exif\0\0" + b"\0" * 9 + b"\xff\xd9\0\0",
    }
    yield from made.items()


def pngs() -> Iterator[tuple[str, bytes]]:
    whole, signature = drawn("PNG"), b"\x89PNG\r\n\x1a\n"
    rng = random.Random("png")
    for _ in range(8):
        broken = bytearray(whole)
        at = rng.randrange(40, len(whole) - 12)
        broken[at] ^= 0x10
        yield f"wrong checksum, byte {at}", bytes(broken)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 640, 480, 8, 0, 0, 0, 0))
    made = {
        "no header": signature + chunk(b"IDAT", b"x") + chunk(b"IEND", b""),
        "no data": signature + head + chunk(b"IEND", b""),
        "no end": png(640, 480)[:-12],
        "length beyond": signature + head + b"\x7f\xff\xff\xffIDAT" + b"\0" * 90,
        "length negative": signature + head + b"\xff\xff\xff\xffIDAT" + b"\0" * 90,
        "no width": png(0, 480),
        "no height": png(640, 0),
        "short header": signature + chunk(b"IHDR", b"\0" * 12) + chunk(b"IEND", b""),
        "header after data": signature + chunk(b"IDAT", b"x") + head + chunk(b"IEND", b""),
        "signature alone": signature + b"\0" * 9,
    }
    yield from made.items()


def webps() -> Iterator[tuple[str, bytes]]:
    whole = drawn("WEBP")
    key = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480)
    made = {
        "longer than it is": whole[:4] + struct.pack("<I", len(whole) * 2) + whole[8:],
        "nothing in it": b"RIFF\4\0\0\0WEBP",
        "no start code": _webp(b"VP8 ", b"\0" * 40),
        "no key frame": _webp(b"VP8 ", b"\1" + key[1:] + b"\0" * 9),
        "wrong signature": _webp(b"VP8L", b"\0" * 40),
        "no width": _webp(b"VP8 ", key[:6] + b"\0\0\1\1" + b"\0" * 9),
        "short lossless": _webp(b"VP8L", b"\x2f"),
        "short extension": _webp(b"VP8X", b"\0\0"),
        "extension alone": _webp(b"VP8X", b"\0" * 4 + b"\xff\0\0\xff\0\0"),
        "unknown alone": _webp(b"ABCD", b"x" * 40),
        "chunk beyond": b"RIFF\x40\0\0\0WEBPVP8 \xff\xff\xff\x7f" + b"\0" * 60,
        "chunks without end": _webp(b"ABCD", b"")[:12] + b"ABCD\0\0\0\0" * 9000,
    }
    yield from made.items()


def heics() -> Iterator[tuple[str, bytes]]:
    ftyp = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    whole = heic()
    made = {
        "no meta": ftyp + box(b"mdat", b"x" * 500),
        "meta of nothing": ftyp + box(b"meta", b""),
        "short meta": ftyp + box(b"meta", b"\0\0"),
        "no items": ftyp + box(b"meta", b"\0\0\0\0" + box(b"pitm", b"\0\0\0\0\0\1")),
        "no film": heic(brand=b"isom"),
        "box of one byte": ftyp + b"\0\0\0\1free" + b"\0" * 60,
        "box beyond": ftyp + b"\x7f\xff\xff\xffmeta" + b"\0" * 60,
        "no height": heic(640, 0),
        "no width": heic(0, 480),
        "items beyond": whole.replace(b"x" * 500, b""),
        "boxes without end": ftyp + box(b"free", b"") * 9000,
        "no location": whole.replace(b"iloc", b"iiii"),
        "no properties": whole.replace(b"iprp", b"xxxx"),
        "no size": whole.replace(b"ispe", b"xxxx"),
        "no primary": whole.replace(b"pitm", b"xxxx"),
        "no primary's properties": whole.replace(b"ipma", b"xxxx"),
    }
    yield from made.items()


def undecodable() -> Iterator[tuple[str, bytes]]:
    """Yield files whose structure is sound and whose picture is not: they are taken, and refused within seconds."""
    rng = random.Random("undecodable")
    whole = drawn(size=(640, 480))
    tables = whole.index(b"\xff\xdb")
    yield "jpeg without tables", whole[:tables] + whole[whole.index(b"\xff\xc0") :].replace(b"\xff\xc4", b"\xff\xfe")
    for number in range(5):
        yield f"png of noise {number}", png(640, 480, data=rng.randbytes(5_000))
        yield f"webp of noise {number}", _webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480) + rng.randbytes(900))
        yield f"heic of noise {number}", heic(payload=rng.randbytes(5_000))
    for name in ("jpeg", "webp"):
        head, key = (START + _sof(640, 480), b"") if name == "jpeg" else (b"", b"\x2f" + struct.pack("<I", 639 | 479 << 14))
        body = head + IMAGE + b"\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" + b"\0" * 900 + b"\xff\xd9"
        yield f"{name} of zeros", body if name == "jpeg" else _webp(b"VP8L", key + b"\xff" * 400)


def loops() -> Iterator[tuple[str, bytes]]:
    def directory(*entries: bytes, following: int) -> bytes:
        return struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", following)

    def pointer(tag: int, target: int) -> bytes:
        return struct.pack("<HHII", tag, 4, 1, target)

    start = b"II*\0\x08\0\0\0"
    second = 8 + 2 + 12 + 4
    made = {"next is itself": start + directory(following=8)}
    for tag in (0x8769, 0x8825, 0xA005, 0x014A):
        made[f"{tag:x} is itself"] = start + directory(pointer(tag, 8), following=0)
        made[f"{tag:x} leads back"] = (
            start + directory(pointer(tag, second), following=0) + directory(pointer(0x8769, 8), following=0)
        )
        made[f"next of {tag:x} leads back"] = start + directory(pointer(tag, second), following=0) + directory(following=8)
    for name, data in made.items():
        body = b"Exif\0\0" + data
        photo = drawn()
        yield f"jpeg: {name}", photo[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + photo[2:]
    for name in ("next is itself", "8769 leads back"):
        yield f"png: {name}", png(640, 480, chunk(b"eXIf", made[name]))
        photo = drawn("WEBP")
        inner = photo[8:] + b"EXIF" + struct.pack("<I", len(made[name])) + made[name] + b"\0" * (len(made[name]) % 2)
        yield f"webp: {name}", b"RIFF" + struct.pack("<I", len(inner)) + inner
