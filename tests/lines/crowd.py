"""A crowd of reference clients, each on a poor line of its own, and one client on a good one who should notice nothing."""

import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bihuan_client import Device, Item
from bihuan_client.rules import Pace
from bihuan_client.sender import Silent
from PIL import Image

from tests.faults.installation import Installation
from tests.lines.line import Lines, Quality

ROOT = Path(__file__).resolve().parents[2]
SEED = "20261123"


@dataclass
class Crowd:
    """`phones` clients with a report of `photos` photos of `photo_bytes` each; `quiet_s` is measured before and afterwards."""

    phones: int = 50
    photos: int = 3
    photo_bytes: int = 300_000
    quality: Quality = field(default_factory=Quality)
    pace: Pace = field(default_factory=Pace)
    quiet_s: float = 45.0
    longest_s: float = 1800.0
    database: str = ""
    say: Callable[[str], None] = print
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bihuan-lines-")))
    load: list[float] = field(default_factory=lambda: [os.getloadavg()[0]])

    def run(self) -> dict[str, Any]:
        """Return the figures."""
        house = Installation(self.folder, self.database)
        world = house.call("tests.faults.world")
        try:
            house.start()
            return self._run(house, world)
        finally:
            house.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, house: Installation, world: dict[str, Any]) -> dict[str, Any]:
        people, category = world["people"], world["categories"][0]
        with Lines(("127.0.0.1", house.port), self.quality, count=self.phones, seed=SEED) as lines:
            members = [
                Member(self, f"http://127.0.0.1:{line.port}", people[n % len(people)], category, n)
                for n, line in enumerate(lines.lines)
            ]
            normal = self._normal(house.url, people[0], category)
            time.sleep(self.quiet_s)
            began = time.monotonic()
            self._send(members, house)
            ended = time.monotonic()
            time.sleep(self.quiet_s)
            out, _ = normal.communicate("", timeout=120)
            told = lines.told()
        figures = self._judged(house, members, json.loads(out.splitlines()[-1]), began, ended)
        return {**figures, "lines": told, "load of the machine": [round(min(self.load), 1), round(max(self.load), 1)]}

    def _normal(self, url: str, person: dict[str, str], category: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.lines.normal", url, json.dumps(person), category]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ))

    def _send(self, members: "list[Member]", house: Installation) -> None:
        for member in members:
            member.start()
        deadline, said = time.monotonic() + self.longest_s, 0.0
        while alive := [member for member in members if member.is_alive()]:
            assert time.monotonic() < deadline, f"{len(alive)} phones never got done: {[m.failures[-1:] for m in alive][:5]}"
            house.keep()
            self.load.append(os.getloadavg()[0])
            if time.monotonic() - said > 20:
                said = time.monotonic()
                self.say(f"{self.phones - len(alive)} of {self.phones} phones are done")
            time.sleep(0.2)

    def _judged(
        self, house: Installation, members: "list[Member]", normal: dict[str, Any], began: float, ended: float
    ) -> dict[str, Any]:
        items = [item for member in members for item in member.items]
        hazards, photos = [[item for item in items if item.kind == kind] for kind in ("act", "photo")]
        asked = {"hazards": [item.id for item in hazards], "photos": [item.id for item in photos]}
        file = self.folder / "asked.json"
        file.write_text(json.dumps(asked))
        there = house.call("tests.lines.arrived", str(file))
        wrong = [item.id for item in photos if there["photos"].get(item.id) != {"sha256": item.digest, "stored": item.digest}]
        slow = sorted(member.took for member in members)
        quiet = [took for _, at, took in normal["took"] if not began <= at <= ended]
        busy = [took for _, at, took in normal["took"] if began <= at <= ended]
        return {
            "phones": len(members), "photos": len(photos), "bytes": sum(item.bytes for item in photos),
            "not done": [item.id for item in items if item.state != "done"] + [e for m in members for e in m.errors],
            "not there or not once": sorted(set(asked["hazards"]) ^ set(there["hazards"])) + wrong,
            "copies left on phones": sum(member.copies for member in members),
            "tried again": sum(len(member.failures) for member in members),
            "seconds of the median phone": round(slow[len(slow) // 2], 1), "seconds of the slowest phone": round(slow[-1], 1),
            "normal client": {
                **ratios(quiet, busy), "refused or failed": normal["wrong"],
                # whoever waits for an answer asks nothing meanwhile: a stall shows here, and hides in a p99
                "calls a second quiet": round(len(quiet) / (2 * self.quiet_s), 1),
                "calls a second under load": round(len(busy) / (ended - began), 1),
            },
        }  # fmt: skip


class Member(threading.Thread):
    """One phone: captures offline, then sends until all is proven."""

    def __init__(self, crowd: Crowd, url: str, person: dict[str, str], category: str, number: int) -> None:
        super().__init__(daemon=True)
        self.crowd, self.url, self.person, self.category, self.number = crowd, url, person, category, number
        self.items: list[Item] = []
        self.failures: list[str] = []
        self.errors: list[str] = []
        self.copies, self.took = 0, 0.0

    def run(self) -> None:
        """Report and send."""
        began = time.monotonic()
        device = Device(self.crowd.folder / f"phone-{self.number}", server=self.url)
        try:
            rng = random.Random(f"{SEED}-{self.number}")
            device.wire.token = self.person["token"]
            device.report(
                enterprise=self.person["enterprise"], category=self.category, place=f"{self.number} 号车间",
                description=f"配电箱门未关闭 {self.number}", source=self.person["source"],
                photos=[picture(rng, self.crowd.photo_bytes) for _ in range(self.crowd.photos)],
            )  # fmt: skip
            device.send(watch=self.Watch(self), pace=self.crowd.pace, rng=rng)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
            self.errors.append(f"{type(error).__name__}: {error}")
        self.items, self.copies = device.items(), len(list(device.queue.photos.iterdir()))
        self.took = time.monotonic() - began
        device.close()

    class Watch(Silent):
        """Writes down what failed."""

        def __init__(self, member: "Member") -> None:
            self.member = member

        def again(self, item: Item, why: str, pause_s: float) -> None:
            self.member.failures.append(f"{item.act}: {why}")


def picture(rng: random.Random, size: int) -> bytes:
    """Return a JPEG of exactly `size` bytes that nobody else has."""
    image = Image.frombytes("RGB", (96, 72), rng.randbytes(96 * 72 * 3)).resize((800, 600), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    whole = out.getvalue()
    padding = b""
    while (left := size - len(whole) - len(padding)) > 4:
        body = rng.randbytes(min(left - 4, 60_000))
        padding += b"\xff\xfe" + (len(body) + 2).to_bytes(2, "big") + body
    return whole[:2] + padding + whole[2:]


def ratios(quiet: list[float], busy: list[float]) -> dict[str, Any]:
    """Return p50 and p99 in milliseconds, quiet and under load, and how the one stands to the other."""
    told: dict[str, Any] = {"calls quiet": len(quiet), "calls under load": len(busy)}
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        before, after = (1000 * sorted(took)[int(len(took) * share)] for took in (quiet, busy))
        told |= {
            f"{name} quiet ms": round(before, 1),
            f"{name} under load ms": round(after, 1),
            f"{name} ratio": round(after / before, 2),
        }
    return told


def sound(figures: dict[str, Any]) -> bool:
    """Return whether all arrived once and whole; how fast is another question."""
    nothing = ("not done", "not there or not once", "copies left on phones")
    return not any(figures[name] for name in nothing) and not figures["normal client"]["refused or failed"]
