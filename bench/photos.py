"""G5: the photo worker beside djpeg of the same file, libvips, and Pillow without thought."""

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import servers
from bench.goals import Plan, Row
from bench.servers import ROOT

SIZE = (4000, 3000)
ORIENTATION, TURNED = 0x0112, 6
JAIL = ROOT / "media" / "decode" / "jail.py"
# a small process of its own between us and what is measured: a child's peak begins with what its parent held
LAUNCH = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[2:], stdin=open(sys.argv[1], 'rb'), check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def picture(path: Path) -> Path:
    """Draw the twelve-megapixel photo, from a seed: shapes, a gradient and a sensor's noise, turned and dated by its EXIF."""
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415 - only this goal needs Pillow

    rng = random.Random(5)
    image = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn * 90).resize(SIZE) for turn in range(3)])
    pen = ImageDraw.Draw(image)
    for _ in range(900):
        x, y, side = rng.randrange(SIZE[0]), rng.randrange(SIZE[1]), rng.randrange(10, 260)
        pen.ellipse((x, y, x + side, y + side), fill=tuple(rng.randrange(256) for _ in range(3)))
    grain = Image.frombytes("L", SIZE, rng.randbytes(SIZE[0] * SIZE[1])).point(lambda value: 118 + value // 12)
    image = ImageChops.add(image, Image.merge("RGB", [grain] * 3), 1, -128)
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif.get_ifd(0x8825).update({1: "N", 2: (28.0, 2.0, 20.76), 3: "E", 4: (120.0, 39.0, 20.52)})
    image.save(path, "JPEG", quality=90, exif=exif)
    return path


def goal(plan: Plan) -> list[Row]:
    """G5: CPU of worker and thumbnail beside djpeg's, interleaved; peak memory of a job and of the worker; photos per second."""
    photo = picture(servers.RUN / "photo.jpg")
    _, peak = measured(photo, 3, "worker")
    runs, _ = measured(photo, max(3, plan.rotations * 4))
    cpu = {way: statistics.mean(pair[0] for pair in pairs) for way, pairs in runs.items()}
    wall = {way: statistics.median(pair[1] for pair in pairs) for way, pairs in runs.items()}
    whole, small, job = cpu["worker"] / cpu["djpeg"], cpu["thumb"] / cpu["djpeg"], peak_of_a_job(photo)
    beside = ", ".join(f"{label} {cpu[way] / cpu['djpeg']:.1f} ×" for way, label in OTHERS.items() if way in cpu)
    size = f"{photo.stat().st_size / 1e6:.1f} MB"
    return [
        Row("G5", "photo worker, 2048 + 1024 + 320 px, strip, prints, QR, kept: ≤ 3.0 × djpeg", f"{whole:.2f} × CPU ({cpu['worker']:.0f} "
            f"beside {cpu['djpeg']:.0f} ms; wall {wall['worker'] / wall['djpeg']:.2f} ×; 12 MP, {size}; {beside})", whole <= 3.0),
        Row("G5", "thumb only ≤ 0.7 × djpeg", f"{small:.2f} × CPU with a process of its own ({cpu['thumb']:.0f} ms), "
            f"{cpu['bare thumb'] / cpu['djpeg']:.2f} × without; wall {wall['thumb'] / wall['djpeg']:.2f} ×", small <= 0.7),
        Row("G5", "peak RSS per 12 MP job ≤ 120 MiB", f"{job:.0f} MiB", job <= 120),
        Row("G5", "photos per second per core; peak memory of the photo worker (told, not asked)",
            f"{1000 / cpu['worker']:.1f}/s; {peak:.0f} MiB PSS with nursery and child", True),
    ]  # fmt: skip


OTHERS = {"libvips": "libvips, both sizes", "thoughtless": "Pillow without thought"}


def measured(photo: Path, rounds: int, *ways: str) -> tuple[dict[str, list[tuple[float, float]]], float]:
    """Return (CPU-ms, wall-ms) of each way and round, and the peak PSS in MiB of the process that did it and all below it."""
    env = servers.environment(DEBUG="true")
    command = [sys.executable, "-m", "bench.photo_worker", str(photo), str(rounds), *ways]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    runs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    assert process.stdout is not None
    with watched(process.pid) as peaks:
        for line in process.stdout:
            told = json.loads(line)
            runs[told["way"]].append((told["cpu_ms"], told["wall_ms"]))
    if process.wait() != 0:
        raise SystemExit("bench.photo_worker failed")
    return runs, max(peaks, default=0.0)


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """Collect the PSS of a process tree while the block runs; what other programs in it take is left out."""
    from loadgen import tree_pids  # noqa: PLC0415 - the kit's own module, by its folder

    found: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.01):
            python = [each for each in tree_pids(pid) if b"python" in _of(each, "cmdline")]
            found.append(sum(_pss(each) for each in python))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _of(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def _pss(pid: int) -> float:
    line = next((line for line in _of(pid, "smaps_rollup").splitlines() if line.startswith(b"Pss:")), b"Pss: 0")
    return int(line.split()[1]) / 1024


def peak_of_a_job(photo: Path) -> float:
    """Return the most resident MiB of the decoder on this photo, as a process that was started for it alone."""
    folder = servers.RUN / f"job-{time.monotonic_ns()}"
    folder.mkdir()
    command = [sys.executable, "-I", "-c", LAUNCH, str(photo), sys.executable, "-I", "-B", str(JAIL), "jpeg"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=dict(os.environ))  # noqa: S603
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    return int(done.stdout) / 1024


