"""Eight clients report while a seeded plan kills; afterwards every receipt is held against what is there."""

import json
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.installation import Installation
from tests.faults.machine import PostgreSQL, Redis
from tests.faults.phone import Phone, Record

SEED = 20260916
DRAIN_S = 600.0


@dataclass
class Plan:
    """How often what is killed in which mode; `pause` is what a client waits between two reports, on average."""

    web: int
    worker: int
    postgresql: int = 0
    redis: int = 0
    mode: str = "serve"

    def moments(self, rng: random.Random) -> list[str]:
        """Return what is killed, in an order that the seed decides."""
        named = {"web": self.web, "worker": self.worker, "postgresql": self.postgresql, "redis": self.redis}
        moments = [what for what, count in named.items() for _ in range(count)]
        rng.shuffle(moments)
        return moments


@dataclass
class Campaign:
    """One installation, its clients, and what is done to them."""

    plans: list[Plan]
    database: str = ""
    own_postgresql: bool = False
    pause: float = 1.0
    longest_pause: float = 2.0
    say: Callable[[str], None] = print
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bihuan-faults-")))
    record: Record = field(default_factory=Record)
    killed: Counter[str] = field(default_factory=Counter)
    ready_after: dict[str, list[float]] = field(default_factory=dict)
    postgresql: PostgreSQL | None = None
    redis: Redis | None = None

    def run(self, *, patient: bool) -> dict[str, Any]:
        """Return the figures of the whole; `patient` waits for every lease and pause instead of running the clock ahead."""
        self.rng, self.since = random.Random(SEED), time.monotonic()
        try:
            self._machine()
            return self._run(patient=patient)
        finally:
            for process in (self.postgresql, self.redis):
                if process and process.process:
                    process.stop() if isinstance(process, PostgreSQL) else process.kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _machine(self) -> None:
        if self.own_postgresql:
            self.postgresql = PostgreSQL(self.folder)
            self.postgresql.start()
            self.database = self.postgresql.create("bihuan")
            self.say(f"PostgreSQL of our own: {self.postgresql.version}")
        if any(plan.mode == "broker" for plan in self.plans):
            self.redis = Redis(self.folder)
            self.redis.start()
            self.say(f"Redis of our own: {self.redis.version}")

    def _run(self, *, patient: bool) -> dict[str, Any]:
        house = Installation(self.folder, self.database, self.redis.url if self.redis else "", self.plans[0].mode)
        world = house.call("tests.faults.world")
        phones: list[Phone] = []
        try:
            house.start()
            phones = [
                Phone(
                    house.url,
                    person,
                    self.record,
                    categories=world["categories"],
                    seed=f"{SEED}-{n}",
                    pause=self.pause,
                    folder=self.folder / "phones",
                )
                for n, person in enumerate(world["people"])
            ]
            for phone in phones:
                phone.start()
            self._kills(house)
            reporting = time.monotonic() - self.since
            self._finish(house, phones)
            drained = self._drained(house) if patient else 0.0
        finally:
            for phone in phones:
                phone.stop.set()
            stopped = house.stop()
        if house.listens():
            self.record.complain("somebody still listens on the port after everything was ended")
        return self._verdict(house, patient=patient, reporting=reporting, drained=drained, stopped=stopped)

    def _kills(self, house: Installation) -> None:
        total, n = sum(p.web + p.worker + p.postgresql + p.redis for p in self.plans), 0
        for plan in self.plans:
            if plan.mode != house.mode:
                self.say(f"now {plan.mode}; it took {house.stop()} s to stop")
                house.mode = plan.mode
                house.start()
            self._until_heard(house, more=8)
            for what in plan.moments(self.rng):
                n += 1
                self._kill(house, what, f"[{n:3}/{total}]")

    def _kill(self, house: Installation, what: str, number: str) -> None:
        self._watch(house, self.rng.uniform(0, self.longest_pause))
        before = len(self.record.acknowledged)
        how = self._killed(house, what)
        house.keep()
        since = time.monotonic()
        self.killed[what] += 1
        house.wait()
        took = time.monotonic() - since
        self._until_heard(house, more=1)
        self.ready_after.setdefault(what, []).append(took)
        spent = time.monotonic() - self.since
        self.say(f"{number} {spent:5.0f} s  kill -9 {what} ({how}); ready after {took:.1f} s; {before} acknowledged before")

    def _killed(self, house: Installation, what: str) -> str:
        """Kill while requests are under way, and return in words what was hit."""
        if what in ("web", "worker"):
            how, pids = house.aim(what, self.rng)
            while not pids:
                self._watch(house, 0.1)
                how, pids = house.aim(what, self.rng)
            self._until_busy()
            house.kill(pids)
            return how
        self._until_busy()
        if what == "redis":
            assert self.redis
            self.redis.kill()
            self._watch(house, 3)
            self.redis.start()
            return "and started again 3 s later"
        assert self.postgresql
        how = self.rng.choice(["postmaster", "postmaster", "backend"])
        self.postgresql.kill(how)
        return how

    def _until_busy(self) -> None:
        """Wait for a moment at which requests are under way, so that they are what is hit."""
        until = time.monotonic() + 3
        while self.record.in_flight < 3 and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(self.rng.uniform(0, 0.05))

    def _watch(self, house: Installation, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            house.keep()
            time.sleep(0.05)

    def _until_heard(self, house: Installation, *, more: int) -> None:
        """Wait until the clients have heard `more` new acknowledgements: what is killed next was at work."""
        goal, deadline = len(self.record.acknowledged) + more, time.monotonic() + 120
        while len(self.record.acknowledged) < goal:
            assert time.monotonic() < deadline, f"nothing acknowledged for two minutes: {self._tail(house)}"
            house.keep()
            time.sleep(0.02)

    def _finish(self, house: Installation, phones: list[Phone]) -> None:
        for phone in phones:
            phone.stop.set()
        deadline = time.monotonic() + 180
        while any(phone.is_alive() for phone in phones):
            assert time.monotonic() < deadline, f"a client never got its answer: {self._tail(house)}"
            house.keep()
            time.sleep(0.1)

    def _tail(self, house: Installation) -> str:
        return (house.folder / "log").read_text(errors="replace")[-3000:]

    def _drained(self, house: Installation) -> float:
        """Wait until every job that is due is done and return the seconds it took."""
        since = time.monotonic()
        while left := house.call("tests.faults.left")["left"]:
            assert time.monotonic() - since < DRAIN_S, f"{left} jobs are still waiting"
            self._watch(house, 3)
        return time.monotonic() - since

    def _verdict(
        self, house: Installation, *, patient: bool, reporting: float, drained: float, stopped: dict[str, float]
    ) -> dict[str, Any]:
        told = {"acknowledged": self.record.acknowledged, "attempted": self.record.attempted}
        file = self.folder / "receipts.json"
        file.write_text(json.dumps(told))
        verdict = house.call("tests.faults.verdict", str(file), *([] if patient else ["ahead"]))
        known = Counter(a["kind"] for a in self.record.acknowledged.values())
        unknown = {kind: count - known[kind] for kind, count in self.record.attempted.items() if count != known[kind]}
        return {
            "seed": SEED, "killed": dict(self.killed), "seconds": round(time.monotonic() - self.since, 1),
            "seconds_of_kills": round(reporting, 1), "seconds_to_drain": round(drained, 1), "seconds_to_stop": stopped,
            "acknowledged": dict(known), "not_acknowledged": unknown, "replays": self.record.replays,
            "sent_again_on_purpose": self.record.resent, "answers": dict(self.record.answers),
            "status_500": self.record.answers["500"], "ready_after_s": {k: spread(v) for k, v in self.ready_after.items()},
            "complaints": self.record.wrong[:50], **verdict,
        }  # fmt: skip


def spread(seconds: list[float]) -> dict[str, float]:
    """Return median and worst of some durations."""
    ordered = sorted(seconds)
    return {"median": round(ordered[len(ordered) // 2], 1), "worst": round(ordered[-1], 1)}


def sound(figures: dict[str, Any]) -> bool:
    """Return whether nothing was lost, doubled, broken, unanswered or answered with status 500."""
    bad = [figures[name] for name in ("lost", "doubled", "other", "status_500", "complaints", "not_acknowledged")]
    return not any(bad)
