"""The process that decodes one photo: fenced in, handed an open file, it leaves renditions and facts, and ends.

Run as a script by media.decode.run: without an argument it is the nursery, which has loaded everything that decoding needs
and forks one child per photo; with a format as argument it is such a child itself. The picture is standard input, the
working directory is the only place it writes to, `order.json` there says what is wanted. Of ours it loads only its
neighbours `prints.py` and `strip.py`, by path.
"""

import ctypes
import errno
import gc
import io
import json
import math
import os
import resource
import signal
import socket
import sys
import warnings
from array import array
from contextlib import suppress
from importlib import import_module, util
from typing import Any, BinaryIO

from PIL import Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

MEGABYTE = 1024 * 1024
# what a disk says that is full or fails; what Pillow says of damaged bytes has another number, or none
MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}
NO_ROOM = 75  # exit status: the machine failed, not the picture (EX_TEMPFAIL of sysexits.h)
MOST_PIXELS = 50_000_000
SIZES = {"large": 2048, "middle": 1024, "thumb": 320}
QUALITY = {"large": 85}
NEARLY = 0.95
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
    """Take away memory, time and room on the disk."""
    for what, most in (
        (resource.RLIMIT_AS, 1024 * MEGABYTE), (resource.RLIMIT_CPU, 10), (resource.RLIMIT_FSIZE, 32 * MEGABYTE),
        (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))


def unplug() -> None:
    """Take away the network, where the system lets us; children of this process have none either."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def nursery(line: socket.socket) -> None:
    """Fork a child for each message (a JSON object, with the opened picture as descriptor) and answer its exit status."""
    unplug()
    for name in ("prints", "strip"):
        with suppress(Exception):  # what is wrong with a neighbour is told by each child that needs it
            neighbour(name)
    # children neither collect nor copy what is loaded now
    gc.collect()
    gc.freeze()
    while True:
        told, fds = received(line)
        if not told:
            return
        child = os.fork()
        if child == 0:
            born(json.loads(told), fds[0])
        os.close(fds[0])
        _, status = os.waitpid(child, 0)
        line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def received(line: socket.socket) -> tuple[bytes, list[int]]:
    """Return one message and the descriptors that came with it; nothing once the other side is gone."""
    told, parts, _, _ = line.recvmsg(8192, socket.CMSG_SPACE(4))
    fds = array("i")
    for level, kind, data in parts:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return (told, list(fds)) if fds else (b"", [])


def born(told: dict[str, str], picture: int) -> None:
    """Become the decoder of one picture, and end."""
    status = 1
    try:
        os.dup2(picture, 0)
        os.closerange(3, 256)
        os.chdir(told["folder"])
        main(told["format"])
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(status)


def main(format: str) -> None:
    """Decode standard input; write `facts.json`, and unless it says `code` also the renditions that were ordered."""
    fence()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        told: dict[str, Any] = render(open(0, "rb", closefd=False), format)  # noqa: SIM115 - the picture itself
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
    order = ordered()
    if format == "heic":
        # by name: a process that decodes one JPEG need not load libheif
        import_module("pi_heif").register_heif_opener()
    with Image.open(file, formats=[NAMES[format]]) as image:
        if format != "jpeg":
            # first: reading metadata decodes the others, and what is damaged must not be taken for broken metadata
            image.load()
        facts = metadata(image)
        orientation = facts.pop("orientation", 1)
        size = fitted(image.size, max(order["sizes"].values()))
        if format == "jpeg":
            # the aspect-correct size: draft silently does nothing if one side would fall below the request
            image.draft("RGB", (max(1, int(size[0] * NEARLY)), max(1, int(size[1] * NEARLY))))
        picture = reduced(plain(image), size)
    # the full picture is let go of here, before the copies are made
    for turn in TURNS.get(orientation, ()):
        picture = picture.transpose(turn)
    picture = picture if picture.mode == "RGB" else picture.convert("RGB")
    prints = measured(picture) if "large" in order["sizes"] else {}
    facts = {"facts": facts, "prints": prints, "width": picture.width, "height": picture.height}
    for name, side in order["sizes"].items():
        picture = reduced(picture, fitted(picture.size, side))
        saved(captioned(picture, name, order), name)
    return facts


def ordered() -> dict[str, Any]:
    """Return what is wanted: `sizes` by name, falling; `items` of text by name and `qr`, if there is to be a strip."""
    try:
        with open("order.json", "rb") as file:  # noqa: PTH123 - pathlib would cost its import
            order: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        order = {"sizes": SIZES, "items": {}, "qr": []}
    return order


def neighbour(name: str) -> Any:
    """Return a module that lies beside this script, loaded by its path and once."""
    if name not in sys.modules:
        spec = util.spec_from_file_location(name, __file__.rpartition("/")[0] + f"/{name}.py")
        module = util.module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        sys.modules[name] = module
    return sys.modules[name]


def measured(image: Image.Image) -> dict[str, Any]:
    """Return the prints of a picture; what goes wrong in measuring it is told in them and refuses nothing."""
    try:
        found: dict[str, Any] = neighbour("prints").prints(image)
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


def reduced(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture in this size, on white where it is transparent.

    It is only ever stretched by the twentieth by which a scaled decode may fall short of `size`.
    """
    if image.size != size:
        filter = Image.Resampling.BILINEAR if image.width < size[0] else Image.Resampling.HAMMING
        image = image.resize(size, filter, reducing_gap=1.0)
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image


def captioned(picture: Image.Image, name: str, order: dict[str, Any]) -> Image.Image:
    """Return a fresh picture of the same pixels, with the strip below it: nothing of the old one's comments or profiles."""
    items, below = order["items"].get(name), None
    width, height = picture.size
    if items:
        module = neighbour("strip")
        width = module.width_for(name, picture.width)
        below = module.strip(name, width, items, order["qr"] if name != "thumb" else [])
        height += below.height
    fresh = Image.new("RGB", (width, height), (255, 255, 255))
    fresh.paste(picture, ((width - picture.width) // 2, 0))
    if below is not None:
        fresh.paste(below, (0, picture.height))
    return fresh


def saved(image: Image.Image, name: str) -> None:
    """Write a rendition."""
    # first into memory: written by the encoder itself, a full disk would look like a picture that cannot be encoded
    coded = io.BytesIO()
    image.save(coded, "JPEG", quality=QUALITY.get(name, 80))
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
    """Return at most 100 printable characters of `value`; Pillow reads as Latin-1 what phones write in UTF-8."""
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
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
    if len(sys.argv) > 1:
        unplug()
        main(sys.argv[1])
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the worker stops us by hanging up
        nursery(socket.socket(fileno=0))
