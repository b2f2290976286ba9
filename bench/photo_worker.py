"""One photo in many ways, in turn: the process that bench/photos.py watches. Prints a JSON object per line.

`python -m bench.photo_worker PHOTO ROUNDS [WAY …]`; djpeg of libjpeg-turbo is needed, libvips is left out where it is not installed.
"""

import hashlib
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from PIL import Image  # noqa: E402 - Django has to be set up first

from media.actions import strips  # noqa: E402
from media.decode import Order, decode  # noqa: E402
from media.decode.nursery import nurseries  # noqa: E402
from media.policy.captions import Named, Taken, caption  # noqa: E402
from media.storage import rendition_key  # noqa: E402
from media.storage.local import LocalStore  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
ID, FIRM, AT = UUID(int=1), UUID(int=2), datetime(2026, 9, 16, 4, 0, tzinfo=UTC)


def cpu() -> float:
    """Return the CPU seconds of this process, what it waited for, and its nurseries with all that they waited for."""
    total = sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
    for nursery in nurseries._idle:
        with suppress(OSError):
            fields = Path(f"/proc/{nursery.process.pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) / TICK
    return total


def worker(photo: Path, store: LocalStore) -> None:
    """Do what the photo worker does with a photo, database apart: words, QR, decoding, prints, strips, three files kept."""
    taken = Taken(ID, AT, "李明", ID, taken_at=AT, latitude=28.0391, longitude=120.6607, accuracy_m=12.0)
    order = strips.order(caption(taken, [Named(ID, "hazard", FIRM, ID, "一号车间北侧配电房", "李明(安全管理员)")]))
    with tempfile.TemporaryDirectory(dir=store.spool) as folder:
        decoded = decode(photo, "jpeg", folder=Path(folder), order=order)
        assert decoded.code == ""
        for name in order.sizes:
            file = Path(folder) / f"{name}.jpg"
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            store.put(rendition_key(ID, name, f"{time.perf_counter_ns()}"), file, sha256=digest, content_type="image/jpeg")


def thumb(photo: Path, store: LocalStore) -> None:
    """Decode for the thumbnail alone."""
    with tempfile.TemporaryDirectory(dir=store.spool) as folder:
        decode(photo, "jpeg", folder=Path(folder), order=Order(sizes={"thumb": 320}))


def bare_thumb(photo: Path, *_: object) -> None:
    """Decode for the thumbnail in this very process, as the kit's anchor was measured; never done with a photo that was sent."""
    with Image.open(photo) as image:
        image.draft("RGB", (304, 228))
        image.resize((320, 240)).save(os.devnull, "JPEG", quality=80)


def thoughtless(photo: Path, *_: object) -> None:
    """Decode in full, turn, shrink twice: Pillow as its tutorial says."""
    from PIL import ImageOps

    with Image.open(photo) as image:
        upright = ImageOps.exif_transpose(image)
        for side in (2048, 320):
            copy = upright.copy()
            copy.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=None)
            copy.save(os.devnull, "JPEG", quality=85)


def libvips(photo: Path, *_: object) -> None:
    """Let libvips make both sizes, upright and bare."""
    import pyvips

    for side in (2048, 320):
        pyvips.Image.thumbnail(str(photo), side).jpegsave_buffer(Q=85, keep="none")


def djpeg(photo: Path, *_: object) -> None:
    """Decode with djpeg, and nothing else."""
    subprocess.run(["djpeg", "-ppm", "-outfile", "/dev/null", str(photo)], check=True)  # noqa: S603, S607 - a known program


def ways() -> Iterator[tuple[str, Callable[..., None]]]:
    """Yield every way by its name."""
    yield from {"djpeg": djpeg, "worker": worker, "thumb": thumb, "bare thumb": bare_thumb, "thoughtless": thoughtless}.items()
    with suppress(ImportError, OSError):
        import pyvips  # noqa: F401 - only whether it is there

        logging.getLogger("pyvips").setLevel(logging.WARNING)
        yield "libvips", libvips


def main(photo: Path, rounds: int, wanted: set[str]) -> None:
    """Measure the ways that are wanted; all of them where none is named."""
    with tempfile.TemporaryDirectory() as folder:
        store = LocalStore(Path(folder))
        store.spool.mkdir(parents=True)
        known = {name: way for name, way in ways() if not wanted or name in wanted}
        for way in known.values():
            way(photo, store)
        for _ in range(rounds):
            for name, way in known.items():
                wall, used = time.perf_counter(), cpu()
                for _ in range(3):  # several, because a nursery's time is counted in hundredths of a second
                    way(photo, store)
                print(json.dumps({"way": name, "wall_ms": (time.perf_counter() - wall) / 3e-3, "cpu_ms": (cpu() - used) / 3e-3}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), set(sys.argv[3:]))
