"""A simulated month of many enterprises: people act by the real actions, time brings the rest, workers die in between.

Time is a number in a file. At every step it is moved on, the workers (real processes with two beats) are waited for until
nothing is due, then people act. Now and then a worker is killed with SIGKILL while it is busy, and another one is born.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from backend.kernel import calendar, ids, timetable
from backend.kernel.models import Job, PolicyVersion
from hazards.actions import day_keys
from hazards.models import Draw, Hazard
from hazards.policy.words import PAST, Level, Source, Status, Verb
from tests.cast import LONG_AGO
from tests.gateway import RecordingGateway
from tests.journeys.expected import Deed, Reckoner, Tale
from tests.journeys.nursery import FileClock
from tests.journeys.world import World
from tests.loop import Walk, a_fix, a_ruling

ROOT = Path(__file__).resolve().parents[2]
START = datetime.fromisoformat("2026-09-07T00:00:00+08:00")
HOUR, DAY, MINUTE, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
STEP = 6 * HOUR
PATIENCE_S = 120.0  # a machine that is busy with other things is no failure
SWEEP = "hazard_clocks"
V = Verb
OFFICER, OWNER, GRID, FIRST, OTHER = "officer", "owner", "grid", "first", "second"


@dataclass(frozen=True)
class Move:
    """An act of a story: after so many hours at the earliest, if the hazard stands in `status`."""

    hours: int
    verb: Verb
    by: str
    status: Status
    how: dict[str, Any] = field(default_factory=dict)


R, B, C, A = Status.REPORTED, Status.RETURNED, Status.RECTIFYING, Status.AWAITING_REINSPECTION
CONFIRM, LATE = Move(20, V.CONFIRM, GRID, R, {"days": 6}), Move(80, V.CONFIRM, GRID, R, {"days": 4})
SUBMIT, PASS, FAIL = Move(40, V.SUBMIT, OFFICER, C), Move(30, V.PASS, GRID, A), Move(90, V.FAIL, GRID, A)
# how it enters, then what people do; where a story ends, the clock goes on
STORIES: list[tuple[str, list[Move]]] = [
    ("report", []),
    ("report", [CONFIRM, SUBMIT, PASS]),
    ("report", [CONFIRM]),
    ("report", [LATE, Move(130, V.SUBMIT, OWNER, C), PASS]),
    ("report", [CONFIRM, SUBMIT]),
    ("report", [CONFIRM, SUBMIT, FAIL, SUBMIT, PASS]),
    ("report", [Move(10, V.RETURN, GRID, R)]),
    ("report", [Move(10, V.RETURN, GRID, R), Move(100, V.RESUBMIT, OFFICER, B), CONFIRM]),
    ("report", [Move(15, V.RETURN, GRID, R), Move(30, V.WITHDRAW, OFFICER, B)]),
    ("report", [Move(5, V.WITHDRAW, OFFICER, R)]),
    ("report", [
        CONFIRM, Move(10, V.ASK_EXTENSION, OFFICER, C), Move(30, V.GRANT_EXTENSION, GRID, C), Move(200, V.SUBMIT, OFFICER, C),
    ]),
    ("finding", []),
    ("finding", [SUBMIT, PASS]),
    ("major", [Move(20, V.CONFIRM, FIRST, R, {"days": 5, "level": Level.MAJOR}), Move(20, V.PLAN, OFFICER, C)]),
    ("major", [
        Move(20, V.CONFIRM, FIRST, R, {"days": 12, "level": Level.MAJOR}), Move(20, V.PLAN, OWNER, C), SUBMIT,
        Move(90, V.SIGN, FIRST, A), Move(6, V.COUNTERSIGN, OTHER, A),
    ]),
    ("fixed", [Move(10, V.ACCEPT, OWNER, A)]),
    ("fixed", [Move(10, V.ACCEPT, OWNER, A), Move(160, V.PASS, GRID, A)]),
    ("fixed", []),
    ("fixed", [Move(10, V.REJECT, OWNER, A), SUBMIT, PASS]),
]  # fmt: skip


class Workers:
    """Two workers at any time, and a nursery that replaces those that were killed."""

    def __init__(self, clock: FileClock, sms_url: str) -> None:
        command = [sys.executable, "-m", "tests.journeys.nursery", str(clock.path), sms_url]
        surroundings = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self._nursery = subprocess.Popen(
            command,
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.alive = [self._bear(), self._bear()]
        self.killed = 0

    def _bear(self) -> int:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write("bear\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())

    def kill(self, count: int) -> None:
        """Kill so many workers with SIGKILL, the older one first, whatever they are doing, and have others born."""
        for _ in range(count):
            os.kill(self.alive.pop(0), signal.SIGKILL)
        self.killed += count
        self.alive += [self._bear() for _ in range(count)]

    def close(self) -> None:
        """End all of them."""
        for worker in self.alive:
            os.kill(worker, signal.SIGKILL)
        assert self._nursery.stdin
        self._nursery.stdin.close()
        self._nursery.wait(timeout=10)


def database_url() -> str:
    """Return the address of the database that this test uses."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    secret = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgresql://{known['USER']}{secret}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@dataclass
class Story:
    """One hazard's story: when its next act is due, who its people are."""

    walk: Walk
    tale: Tale
    entry: str
    moves: list[Move]
    firm: int
    due_at: datetime

    def person(self, role: str) -> str:
        """Return the key of whoever plays `role` for this enterprise."""
        return f"{role}{self.firm if role in (OWNER, OFFICER) else self.firm % 2}"


class Month:
    """The month. `run()` returns what should have been told; what was told stands in the database and at the gateway."""

    def __init__(self, *, enterprises: int, days: int, kills: int, seed: int, folder: Path, gateway: RecordingGateway) -> None:
        self.chance = random.Random(seed)
        self.gateway, self.days, self.kills = gateway, days, kills
        day_keys.commit_ahead(at=START - DAY)
        PolicyVersion.objects.create(
            id=ids.new(), kind="sending", version=1, effective_from=LONG_AGO,
            document={"sms_per_person": 1000, "sms_for_all": 1_000_000},
        )  # fmt: skip
        self.world = World(enterprises)
        self.stories = [self._story(n) for n in range(2 * enterprises)]
        self.ticks: list[datetime] = []
        self.clock = FileClock(folder / "clock")
        self.clock.set(START)
        self._strikes, self._listening, self._spoken, self._spare = 0, False, threading.Event(), threading.Event()
        gateway.heard = self._heard
        self.workers = Workers(self.clock, gateway.url)

    def _story(self, number: int) -> Story:
        firm, (entry, moves) = number % len(self.world.firms), STORIES[number % len(STORIES)]
        side = firm % 2
        begin = START + self.chance.randrange(4 * (self.days - 12)) * STEP
        walk = Walk(self.world, begin)
        tale = Tale(
            walk.id, f"owner{firm}", f"officer{firm}", f"grid{side}", (f"first{side}", f"second{side}"), f"regulator{side}"
        )
        return Story(walk, tale, entry, list(moves), firm, begin)

    def run(self) -> Reckoner:
        """Live through the month and return what it should have told."""
        steps = [START + n * STEP for n in range(4 * self.days)]
        fatal = sorted(self.chance.choices(range(4, len(steps) // 2), k=self.kills))
        try:
            for n, at in enumerate(steps):
                now = self._until_idle(at, kills=0)
                acting = [story for story in self.stories if story.due_at <= at]
                for story in acting:
                    self._act(story, now + MINUTE)
                if acting:  # whoever is to be killed is killed while there is something to do
                    due = [step for step in fatal if step <= n][:2]
                    del fatal[: len(due)]
                    self._until_idle(now + 2 * MINUTE, kills=len(due))
            for hours in (8, 9, 12):  # what was held over night or waits to be tried again
                self._until_idle(steps[-1] + STEP + hours * HOUR, kills=0)
        finally:
            self.workers.close()
        reckoner = Reckoner(self.ticks, calendar.current())
        for story in self.stories:
            story.tale.drawn = Draw.objects.filter(hazard=story.walk.id, cause="lot", drawn=True).exists()
            reckoner.reckon(story.tale)
        return reckoner

    def _until_idle(self, at: datetime, *, kills: int) -> datetime:
        """Set the clock, strike so often while workers are busy, and wait until nothing is due; return the clock then.

        After every kill the clock moves on by more than a lease, so that somebody else takes over what the dead one held.
        """
        self._set(at)
        patience = time.monotonic() + PATIENCE_S
        for _ in range(kills):
            self._strike()
            self._set(at := at + 61 * SECOND)
        while not self._idle(at):
            assert time.monotonic() < patience, list(Job.objects.filter(state="waiting", run_at__lte=at).values("kind", "error"))
            time.sleep(0.01)
        return at

    def _set(self, at: datetime) -> None:
        self.ticks.append(at)
        self.clock.set(at)

    def _strike(self) -> None:
        """Kill: one worker at some moment, or both while the gateway has a message of one of them and has not answered."""
        self._spare.clear()
        self._strikes += 1
        if self._strikes % 2:
            self._spare.wait(self.chance.uniform(0, 0.05))
            return self.workers.kill(1)
        self._listening = True
        heard = self._spoken.wait(2)
        self._listening = False
        self.workers.kill(2 if heard else 1)
        self._spoken.clear()
        return self._spare.set()

    def _heard(self) -> None:
        if self._listening:
            self._spoken.set()
            self._spare.wait(2)

    def _idle(self, at: datetime) -> bool:
        key = f"tick:{SWEEP}:{int(timetable.slot(timedelta(seconds=30), at).timestamp())}"
        swept = Job.objects.filter(dedupe_key=key, state="done").exists()
        return swept and not Job.objects.filter(state="waiting", run_at__lte=at).exists()

    def _act(self, story: Story, at: datetime) -> None:
        """Let people do what the story says next, if the hazard still stands where it should."""
        walk = story.walk
        if not story.tale.deeds:
            self._enter(story, at)
        else:
            move = story.moves.pop(0)
            if walk.hazard.status != move.status:
                story.moves.clear()
            else:
                self._take(story, move, at)
        story.due_at = at + timedelta(hours=story.moves[0].hours if story.moves else 24 * 365)

    def _take(self, story: Story, move: Move, at: datetime) -> None:
        walk, by = story.walk, story.person(move.by)
        how = {k: v for k, v in move.how.items() if k != "days"}
        if "days" in move.how:
            how["due_on"] = calendar.local_day(at) + move.how["days"] * DAY
        if move.verb == V.SIGN:
            how["inspectors"] = tuple(self.world.people[story.person(who)].id for who in (FIRST, OTHER))
        walk.at = at - HOUR  # a walk takes each step an hour after the one before
        walk.take(move.verb, by, **how)
        self._note(story, f"hazard.{PAST[move.verb]}", by, at)

    def _enter(self, story: Story, at: datetime) -> None:
        by, how = story.person(OFFICER), {}
        if story.entry == "finding":
            by, how = (
                story.person(GRID),
                {"source": Source.GRID_PATROL, "ruling": a_ruling(due_on=calendar.local_day(at) + 5 * DAY)},
            )
        if story.entry == "fixed":
            how = {"fix": a_fix(self.world, by, at=at)}
        if story.entry == "major":
            how = {"level_claimed": Level.MAJOR}
        story.walk.at = at
        story.walk.report(by, firm=f"firm{story.firm}", **how)
        self._note(story, f"hazard.reported:{story.walk.hazard.status}", by, at)

    def _note(self, story: Story, kind: str, by: str, at: datetime) -> None:
        hazard = Hazard.objects.get(id=story.walk.id)
        story.tale.deeds.append(Deed(kind, by, at, hazard.due_at, hazard.level == Level.MAJOR))
