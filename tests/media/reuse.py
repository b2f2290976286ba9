"""How well reuse is found: pictures against many others, each changed as people change them, and honest ones beside.

`python -m tests.media.reuse` runs the long form (500 pictures, 10,000 others) and the search in a million prints, and writes
both into docs/benchmarks.md; `--others`, `--pairs` shorten it. The suite runs a short form (test_reuse.py).
"""

import argparse
import multiprocessing
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from media.decode.prints import prints
from media.likeness import compare
from media.likeness.vectors import Vectors
from media.policy.evidence import Alike
from tests.media import scenes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- reuse: begin -->", "<!-- reuse: end -->"
OTHERS_FROM = 1_000_000
ASKED = {
    "exact": 0.99, "recompressed": 0.99, "resized": 0.99, "brighter": None, "mirrored": 0.95, "turned": 0.95, "cropped": 0.6,
    "cropped_more": None, "screenshot": None,
}  # fmt: skip
WORDS = {
    "exact": "same picture", "recompressed": "recompressed (quality 30–75)", "resized": "resized (30–80 %)",
    "brighter": "brightness ×0.6–1.5, contrast ×0.8–1.25", "mirrored": "mirrored", "turned": "turned by 90°, 180°, 270°",
    "cropped": "cropped, up to 5 % of width and of height", "cropped_more": "cropped, up to 5 % of each side",
    "screenshot": "screenshot of a phone, letterboxed with bars",
}  # fmt: skip
Parts = list[tuple[bytes, bytes]]


def parts(image: scenes.Picture) -> Parts:
    """Return the prints of a picture as they are stored: bits and sketch, of the whole and of what lies between bars."""
    found = prints(image)
    named = [found[name] for name in ("whole", "inner") if name in found]
    return [(bytes.fromhex(part["bits"]), bytes.fromhex(part["sketch"])) for part in named]


class Library:
    """Pictures by number, searched as the product searches: near prints first, then sketch upon sketch."""

    def __init__(self) -> None:
        self.vectors, self.sketches, self.owners = Vectors(), list[bytes](), list[int]()

    def add(self, number: int, pictures: Parts) -> None:
        self.vectors.append(range(len(self.owners), len(self.owners) + len(pictures)), [bits for bits, _ in pictures])
        self.sketches += [sketch for _, sketch in pictures]
        self.owners += [number] * len(pictures)

    def same(self, pictures: Parts, *, but: int | None = None) -> dict[int, Alike]:
        """Return the numbers of the pictures that are found to be the same as this one."""
        found: dict[int, Alike] = {}
        for bits, sketch in pictures:
            for place, apart in self.vectors.near(bits, within=compare.NEAR, most=24):
                owner = self.owners[place]
                judged = compare.alike(sketch, self.sketches[place], apart=apart) if owner != but else None
                if judged and found.get(owner) != Alike.EQUAL:
                    found[owner] = judged[0]
        return found


@dataclass
class Figures:
    """What a trial found: per change the share that was found (and as the whole picture), and the false findings."""

    pairs: int
    others: int
    found: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    false: int = 0
    asked: int = 0
    same_spot: float = 0.0

    @property
    def false_share(self) -> float:
        return self.false / max(1, self.asked)


def other(number: int) -> Parts:
    return parts(scenes.scene(OTHERS_FROM + number))


def changed(number: int) -> tuple[Parts, dict[str, Parts]]:
    """Return a picture as it was first sent, and as it comes again; with it an honest second photo of the same place."""
    first = scenes.jpeg(scenes.scene(number), 88)
    again = {how: parts(change(first, random.Random(number))) for how, change in scenes.TRANSFORMS.items()}
    again["sibling"] = parts(scenes.sibling(number))
    again["same spot"] = parts(scenes.jpeg(scenes.scene(number, moved=0.005, again=1), 80))
    return parts(first), again


def trial(*, pairs: int, others: int, workers: int = 1) -> Figures:
    """Return how many of `pairs` pictures are found again among themselves and `others`."""
    if workers > 1:
        with multiprocessing.Pool(workers) as pool:
            drawn = pool.map(other, range(others), chunksize=50)
            sources = pool.map(changed, range(pairs), chunksize=5)
    else:
        drawn, sources = [other(n) for n in range(others)], [changed(n) for n in range(pairs)]
    library = Library()
    for number, (first, _) in enumerate(sources):
        library.add(number, first)
    for number, pictures in enumerate(drawn):
        library.add(OTHERS_FROM + number, pictures)
    figures = Figures(pairs, others)
    for how in scenes.TRANSFORMS:
        _again(figures, library, how, [again[how] for _, again in sources])
    for number, (_, again) in enumerate(sources):
        figures.asked += 1
        figures.false += bool(library.same(again["sibling"]))
        figures.same_spot += (number in library.same(again["same spot"])) / pairs
    for number, pictures in enumerate(drawn):
        figures.asked += 1
        figures.false += bool(library.same(pictures, but=OTHERS_FROM + number))
    return figures


def _again(figures: Figures, library: Library, how: str, again: Sequence[Parts]) -> None:
    hits = [library.same(pictures) for pictures in again]
    figures.found[how] = sum(number in hit for number, hit in enumerate(hits)) / len(hits)
    figures.whole[how] = sum(hit.get(number) == Alike.EQUAL for number, hit in enumerate(hits)) / len(hits)
    figures.asked += len(hits)
    figures.false += sum(bool(hit.keys() - {number}) for number, hit in enumerate(hits))


@dataclass(frozen=True)
class Speed:
    """A search in many prints: wall-clock in ms at two quantiles, CPU-ms, and what the arrays take (MB)."""

    prints: int
    p50: float
    p99: float
    cpu: float
    megabytes: float


def speed(count: int, *, queries: int = 300) -> Speed:
    """Return how long a search among `count` prints takes, all eight ways to hold a picture included."""
    rng, library = np.random.default_rng(20260916), Vectors()
    for start in range(0, count, 100_000):
        size = min(100_000, count - start)
        raw = rng.bytes(32 * size)
        library.append(range(start, start + size), [raw[at : at + 32] for at in range(0, len(raw), 32)])
    walls, cpus = [], []
    for _ in range(queries):
        bits, wall, cpu = rng.bytes(32), time.perf_counter(), time.process_time()
        library.near(bits, within=compare.NEAR, most=24)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Speed(count, quantile(walls, 0.5), quantile(walls, 0.99), quantile(cpus, 0.5), library.size_bytes / 1e6)


def quantile(values: Iterable[float], share: float) -> float:
    return float(np.quantile(list(values), share))


def table(figures: Figures, fast: Speed) -> str:
    """Return the section of docs/benchmarks.md."""
    rows = [
        f"| {WORDS[how]} | {f'≥ {asked:.0%}' if asked else '–'} | {figures.found[how]:.1%} | {figures.whole[how]:.1%} |"
        for how, asked in ASKED.items()
    ]
    return "\n".join([
        "",
        f"`python -m tests.media.reuse`: {figures.pairs} pictures, each changed, against themselves and {figures.others:,} "
        "others.",
        "",
        "| the picture again | asked | found | found as the whole picture (weighs like its bytes) |",
        "| --- | --- | --- | --- |",
        *rows,
        f"| false findings among {figures.asked:,} photos: the others, honest second photos, wrong matches | ≤ 0.5 % | "
        f"{figures.false_share:.2%} ({figures.false}) | |",
        f"| the same room from the same spot with other things in it, taken for the same | – | {figures.same_spot:.1%} | |",
        "",
        f"Search among {fast.prints:,} prints, eight ways to hold each: p50 {fast.p50:.1f} ms, p99 {fast.p99:.1f} ms "
        f"(asked: ≤ 50), {fast.cpu:.1f} CPU-ms; they take {fast.megabytes:.0f} MB of each process that judges photos.",
        "",
    ])  # fmt: skip


def main() -> None:
    """Run the long form and write its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--others", type=int, default=10_000)
    parser.add_argument("--prints", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-write", action="store_true")
    given = parser.parse_args()
    section = table(trial(pairs=given.pairs, others=given.others, workers=given.workers), speed(given.prints))
    print(section)
    if not given.no_write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        PAGE.write_text(before + BEGIN + "\n" + section + "\n" + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
