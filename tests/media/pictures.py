"""Pictures drawn for tests, in every format that is taken, and the real ones where they are at hand."""

import io
import random
import struct
import zlib
from functools import lru_cache
from pathlib import Path

import pi_heif
from PIL import Image, ImageDraw

REAL = Path(__file__).resolve().parents[3] / "shared" / "photos"


def real(name: str) -> bytes | None:
    file = REAL / name
    return file.read_bytes() if file.is_file() else None


@lru_cache(maxsize=16)
def noisy(seed: int, *, size: tuple[int, int] = (480, 360)) -> bytes:
    """Return a sound JPEG of some 250 kB that no other seed gives."""
    out = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3)).save(out, "JPEG", quality=90)
    return out.getvalue()


@lru_cache(maxsize=64)
def drawn(
    format: str = "JPEG", *, size: tuple[int, int] = (320, 240), seed: int = 1, mode: str = "RGB", orientation: int = 0
) -> bytes:
    """Return a picture with a red top left and a blue bottom right corner, as the sensor saw it."""
    rng = random.Random(seed)
    image = Image.new("RGB", size, (200, 200, 200))
    pen = ImageDraw.Draw(image)
    for _ in range(60):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        pen.rectangle((x, y, x + 20, y + 20), fill=tuple(rng.randrange(256) for _ in range(3)))
    pen.rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(255, 0, 0))
    pen.rectangle((size[0] * 3 // 4, size[1] * 3 // 4, size[0], size[1]), fill=(0, 0, 255))
    out = io.BytesIO()
    options: dict = {"exif": exif(orientation)} if orientation and format == "JPEG" else {}
    if mode != "RGB":
        image = image.convert(mode)
    image.save(out, format, **options)
    return out.getvalue()


def exif(orientation: int = 1, *, taken: str = "2026:09:16 11:59:00") -> Image.Exif:
    """Return metadata as a phone writes it: orientation, time, maker and a place."""
    made = Image.Exif()
    made[0x0112], made[0x010F], made[0x0131], made[0x9003] = orientation, "SECRET-MAKER", "SECRET-SOFTWARE", taken
    made.get_ifd(0x8769)[0x9003] = taken
    gps = made.get_ifd(0x8825)
    gps.update({1: "N", 2: (28.0, 2.0, 20.76), 3: "E", 4: (120.0, 39.0, 20.52)})
    return made


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a PNG chunk with its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *extra: bytes, data: bytes | None = None) -> bytes:
    """Return a greyscale PNG whose header says these dimensions; its data is only as long as `data`."""
    body = zlib.compress(b"\0" * 1000) if data is None else data
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(extra) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def animated(format: str) -> bytes:
    """Return a two-frame animation."""
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return a picture as a library that we did not write sees it."""
    pi_heif.register_heif_opener()
    return Image.open(io.BytesIO(data))


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + name + data


def heic(
    width: int = 640, height: int = 480, *, turned: bool = False, brand: bytes = b"heic", payload: bytes = b"x" * 500
) -> bytes:
    """Return the boxes of a HEIC with one item; its picture data is not real, so only the intake takes it."""
    ftyp = box(b"ftyp", brand + b"\0\0\0\0" + b"mif1heic")
    pitm = box(b"pitm", b"\0\0\0\0" + struct.pack(">H", 1))
    ispe = box(b"ispe", b"\0\0\0\0" + struct.pack(">II", width, height))
    irot = box(b"irot", b"\x01" if turned else b"\x00")
    ipma = box(b"ipma", b"\0\0\0\0" + struct.pack(">IHB", 1, 1, 2) + b"\x01\x82")
    iprp = box(b"iprp", box(b"ipco", ispe + irot) + ipma)

    def iloc(offset: int) -> bytes:
        return box(b"iloc", b"\0\0\0\0" + b"\x44\0" + struct.pack(">HHHHII", 1, 1, 0, 1, offset, len(payload)))

    def meta(offset: int) -> bytes:
        return box(b"meta", b"\0\0\0\0" + pitm + iloc(offset) + iprp)

    start = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(start) + box(b"mdat", payload)


SOUND = {
    "jpeg": lambda: drawn("JPEG"), "png": lambda: drawn("PNG"), "webp": lambda: drawn("WEBP"),
    "heic": lambda: real("zPug_3.heic") or heic(),
}  # fmt: skip
