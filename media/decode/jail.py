"""The process that decodes one photo: started alone, fenced in, handed an open file, it leaves renditions and facts.

Run as a script by media.decode.run: the picture is standard input, the working directory is the only place it writes to,
and the first argument is the format that the intake saw. Of ours it loads only its neighbour `prints.py`, by path.
"""

import ctypes
import errno
import io
import json
import math
import resource
import sys
import warnings
from contextlib import suppress
from importlib import import_module, util
from typing import Any, BinaryIO

from PIL import Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

MEGABYTE = 1024 * 1024
# what a disk says that is full or fails; what Pillow says of damaged bytes has another number, or none
MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}
NO_ROOM = 75  # exit status: the machine failed, not the picture (EX_TEMPFAIL of sysexits.h)
MOST_PIXELS = 50_000_000
SIDES = {"large": 2048, "thumb": 320}
QUALITY = {"large": 85, "thumb": 80}
PLUGINS = {"jpeg": JpegImagePlugin, "png": PngImagePlugin, "webp": WebPImagePlugin}
NAMES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,), 3: (Image.Transpose.ROTATE_180,), 4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,), 6: (Image.Transpose.ROTATE_270,), 7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}  # fmt: skip
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
EXIF, GPS = 0x8769, 0x8825
TEXTS = {"make": 0x010F, "model": 0x0110, "software": 0x0131, "modified": 0x0132}
TIMES = {"taken": 0x9003, "digitised": 0x9004, "offset": 0x9011}


def fence() -> None:
    """Take away memory, time, room on the disk and, where the system lets us, the network."""
    for what, most in (
        (resource.RLIMIT_AS, 1024 * MEGABYTE), (resource.RLIMIT_CPU, 10), (resource.RLIMIT_FSIZE, 32 * MEGABYTE),
        (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def main(format: str) -> None:
    """Decode standard input; write `facts.json`, and unless it says `code` also `large.jpg` and `thumb.jpg`."""
    fence()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        told: dict[str, Any] = render(sys.stdin.buffer, format)
    except MemoryError:
        sys.exit(3)
    except OSError as error:
        if error.errno in MACHINE:
            sys.exit(NO_ROOM)
        told = {"code": "photo.not_an_image" if isinstance(error, UnidentifiedImageError) else "photo.truncated"}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        told = {"code": "photo.too_many_pixels"}
    except Exception:  # noqa: BLE001 - whatever a decoder raises on hostile bytes, the bytes are damaged
        told = {"code": "photo.truncated"}
    try:
        written("facts.json", json.dumps(told).encode())
    except OSError:
        sys.exit(NO_ROOM)


def render(file: BinaryIO, format: str) -> dict[str, Any]:
    """Write the renditions of the primary picture and return what its metadata says."""
    if format == "heic":
        # by name: a process that decodes one JPEG need not load libheif
        import_module("pi_heif").register_heif_opener()
    with Image.open(file, formats=[NAMES[format]]) as image:
        facts = metadata(image)
        orientation = facts.pop("orientation", 1)
        if format == "jpeg":
            # the aspect-correct size: draft silently does nothing if one side would fall below the request
            image.draft("RGB", fitted(image.size, SIDES["large"]))
        large = reduced(plain(image), SIDES["large"])
    # the full picture is let go of here, before the copies are made
    for turn in TURNS.get(orientation, ()):
        large = large.transpose(turn)
    large = large if large.mode == "RGB" else large.convert("RGB")
    found = measured(large)
    saved(large, "large")
    saved(reduced(large, SIDES["thumb"]), "thumb")
    return {"facts": facts, "prints": found, "width": large.width, "height": large.height}


def measured(image: Image.Image) -> dict[str, Any]:
    """Return the prints of a picture; what goes wrong in measuring it is told in them and refuses nothing."""
    try:
        spec = util.spec_from_file_location("prints", __file__.rpartition("/")[0] + "/prints.py")
        module = util.module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        found: dict[str, Any] = module.prints(image)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours is no fault of the picture
        found = {"failed": type(error).__name__}
    return found


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return `size` shrunk so that its longer side is `side`; never grown."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def plain(image: Image.Image) -> Image.Image:
    """Return the picture in RGB, L or RGBA, sixteen bits cut to eight."""
    image.load()
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA", "LA", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "RGBA") else image.convert("RGB")


def reduced(image: Image.Image, side: int) -> Image.Image:
    """Return the picture at most `side` pixels long, on white where it is transparent."""
    if max(image.size) > side:
        image = image.resize(fitted(image.size, side), Image.Resampling.BICUBIC, reducing_gap=1.5)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image


def saved(image: Image.Image, name: str) -> None:
    """Write the pixels and nothing else: a fresh picture carries no comment, profile or metadata of the old one."""
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    # first into memory: written by the encoder itself, a full disk would look like a picture that cannot be encoded
    coded = io.BytesIO()
    fresh.save(coded, "JPEG", quality=QUALITY[name])
    written(f"{name}.jpg", coded.getvalue())


def written(name: str, data: bytes) -> None:
    """Write a file of the working directory. Raises: OSError with its number when there is no room."""
    with open(name, "wb") as out:  # noqa: PTH123 - pathlib would cost its import
        out.write(data)


def metadata(image: Image.Image) -> dict[str, Any]:
    """Return orientation, device, software, times and place as the file claims them; unreadable ones are left out."""
    facts: dict[str, Any] = {}
    try:
        exif = image.getexif()
        orientation = exif.get(0x0112)
        facts["orientation"] = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
        inner, gps = exif.get_ifd(EXIF), exif.get_ifd(GPS)
        texts = {name: exif.get(tag) for name, tag in TEXTS.items()} | {name: inner.get(tag) for name, tag in TIMES.items()}
        facts |= {name: text(value) for name, value in texts.items() if isinstance(value, str) and text(value)}
        place = degrees(gps.get(2), gps.get(1)), degrees(gps.get(4), gps.get(3))
        if None not in place:
            facts |= {"latitude": place[0], "longitude": place[1]}
    except Exception:  # noqa: BLE001 - metadata is a hint: a picture with broken metadata is still a picture
        facts.setdefault("orientation", 1)
        facts["broken"] = True
    return facts


def text(value: str) -> str:
    """Return at most 100 printable characters of `value`."""
    return "".join(char for char in value[:200] if char.isprintable()).strip()[:100]


def degrees(parts: Any, side: Any) -> float | None:
    """Return degrees, minutes, seconds as signed decimal degrees, or None."""
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    if not math.isfinite(value) or value > 180:
        return None
    return round(-value if side in ("S", "W") else value, 7)


if __name__ == "__main__":
    main(sys.argv[1])
