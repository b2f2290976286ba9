"""`python -m tests.inspections.documents_speed`: how long documents take to print, on a press that is warm."""

import io
import os
import platform
import random
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from PIL import Image

ROUNDS = 9


def photo(seed: int, size: tuple[int, int] = (1024, 830)) -> bytes:
    """Return a JPEG of the size of a middle rendition with its strip, some 200 kB."""
    rng = random.Random(seed)
    small = Image.frombytes("RGB", (160, 130), rng.randbytes(160 * 130 * 3))
    out = io.BytesIO()
    small.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()


def measured(name: str, work: Callable[[], bytes]) -> None:
    """Print the first run (which loads the press if nobody has) and the median and worst of the others, in seconds."""
    took = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        made = work()
        took.append(time.perf_counter() - began)
    rest = sorted(took[1:])
    told = f"first {took[0]:.2f} s, median {statistics.median(rest):.2f} s, worst {rest[-1]:.2f} s"
    print(f"{name:<28} {told}, {len(made) / 1024:.0f} KiB")


def main() -> None:
    """Measure."""
    django.setup()
    from inspections.documents import dossiers, pages, printing, samples
    from inspections.policy.documents import DocumentKind

    print(f"{os.cpu_count()} cores, Python {platform.python_version()}")
    order, photos = samples.sheet(DocumentKind.RECTIFICATION_ORDER), [photo(n) for n in range(12)]
    measured("two-page order, PDF/A-3u", lambda: printing.printed(pages.page(order)))
    print(f"12 photos of {sum(map(len, photos)) / 12 / 1024:.0f} KiB")
    measured("dossier with 12 photos", lambda: printing.printed(dossiers.page(samples.case(photos))))


if __name__ == "__main__":
    main()
