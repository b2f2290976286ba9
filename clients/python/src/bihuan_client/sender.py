"""Sends what waits: acts first, then photos, small before large, and never gives up."""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from bihuan_client import rules
from bihuan_client.errors import LoginNeeded, NotProven, Unreadable
from bihuan_client.keys import PublishedKeys
from bihuan_client.photos import Photos
from bihuan_client.queue import Item, Queue
from bihuan_client.rules import Answer, Fate, Pace
from bihuan_client.wire import Broken, Wire

MOST_ACTS, MOST_BATCH = 100, 900 * 1024
BATCH = "/api/v1/sync/acts"
MINE = "account IN ('', ?)"


class Watch(Protocol):
    """Who is told how it goes."""

    def sending(self, item: Item) -> None: ...

    def progress(self, item: Item, sent: int) -> None: ...

    def known(self, item: Item, answer: Answer) -> None: ...

    def again(self, item: Item, why: str, pause_s: float) -> None: ...

    def stopped(self, item: Item, answer: Answer) -> None: ...


class Silent:
    """Tells nobody."""

    def sending(self, item: Item) -> None:
        """Say nothing."""

    def progress(self, item: Item, sent: int) -> None:
        """Say nothing."""

    def known(self, item: Item, answer: Answer) -> None:
        """Say nothing."""

    def again(self, item: Item, why: str, pause_s: float) -> None:
        """Say nothing."""

    def stopped(self, item: Item, answer: Answer) -> None:
        """Say nothing."""


@dataclass
class Sender:
    """Empties the queue of `account` over `wire`."""

    queue: Queue
    wire: Wire
    account: str = ""
    watch: Watch = field(default_factory=Silent)
    pace: Pace = field(default_factory=Pace)
    rng: random.Random = field(default_factory=random.SystemRandom)
    sleep: Callable[[float], None] = time.sleep
    batches: bool = True  # until the server says that it takes none

    def __post_init__(self) -> None:
        self.keys = PublishedKeys(self.queue, self.wire)
        self.photos = Photos(self.wire, self.queue)
        self._breaks, self._quiet_until = 0, 0.0
        self._open: dict[str, str] = {}

    def run(self, *, patience_s: float | None = None) -> int:
        """Send until nothing waits, or for `patience_s` seconds (None: for ever); return how many still wait.

        Raises: LoginNeeded, SomebodyElseSends, NoSpace, Unreadable.
        """
        until = None if patience_s is None else time.monotonic() + patience_s
        with self.queue.sending():
            self.queue.sweep()
            while (waiting := self._waiting()) and (until is None or time.monotonic() < until):
                now = self.queue.now()
                due = [item for item in waiting if item.due_in(now) <= 0]
                pause = self._quiet_until - time.monotonic()
                if due and pause <= 0:
                    self._send(due)
                    continue
                wait = max(pause, min(item.due_in(now) for item in waiting))
                if until is not None and time.monotonic() + wait > until:
                    break
                self.sleep(max(0.001, wait))
            return len(self.queue.rows(f"state = 'waiting' AND {MINE}", self.account))

    def _waiting(self) -> list[Item]:
        """Return what may be sent: nothing that stands behind something stopped; an act behind an unsent one only beside it."""
        rows = self.queue.rows(f"state <> 'done' AND {MINE}", self.account)
        self._open = {row.id: row.state for row in rows if row.kind == "act"}
        free = [row for row in rows if row.state == "waiting" and self._open.get(row.above) != "stopped"]
        return [row for row in free if self.batches or row.kind == "photo" or row.above not in self._open]

    def _send(self, due: list[Item]) -> None:
        acts = [item for item in due if item.kind == "act"]
        if self.batches and (len(acts) > 1 or (acts and acts[0].above in self._open)):
            self._batch(acts)
            return
        item = due[0]
        self.watch.sending(item)
        try:
            answer = self._one(item)
        except Broken as broken:
            self._broke([item], broken)
        except Unreadable as error:  # the copy is gone: nothing that trying again would mend
            self.queue.change(item.id, state="stopped", code="copy.gone", detail=str(error.facts.get("why", "")))
            self.watch.stopped(item, Answer(0))
        else:
            self._breaks = 0
            self._settle(item, answer)

    def _one(self, item: Item) -> Answer:
        if item.kind == "photo":
            return self.photos.send(item, lambda sent: self.watch.progress(item, sent))
        return self.wire.ask("POST", item.path, said=item.said)

    def _batch(self, acts: list[Item]) -> None:
        """Send several acts in one request, each judged alone; a server that takes none is sent one by one."""
        chosen = list(_fitting(acts))
        for item in chosen:
            self.watch.sending(item)
        try:
            answer = self.wire.ask("POST", BATCH, said=[{"kind": i.act, "path": i.path, "body": i.said} for i in chosen])
        except Broken as broken:
            self._broke(chosen, broken)
            return
        self._breaks = 0
        told = answer.said if answer.status in (200, 201) and isinstance(answer.said, list) else None
        if told is None and rules.fate(answer) is Fate.STOP:
            self.batches = False
            return
        for item, one in zip(chosen, told or [None] * len(chosen), strict=False):
            self._settle(item, _single(one) if told else answer if rules.fate(answer) is not Fate.KNOWN else Answer(0))

    def _settle(self, item: Item, answer: Answer) -> None:
        """Do with an item what its answer says."""
        what = rules.fate(answer)
        if what is Fate.LOGIN:
            raise LoginNeeded
        if what is Fate.STOP:
            detail = json.dumps(answer.problem, ensure_ascii=False)[:4000]
            self.queue.change(item.id, state="stopped", status=answer.status, code=answer.code, detail=detail)
            self.watch.stopped(item, answer)
            return
        why = f"{answer.status} {answer.code}".strip()
        if what is Fate.KNOWN:
            try:
                receipt = self.keys.proven(answer.said, id=item.id, digest=item.digest)
            except NotProven as doubt:
                why = f"{answer.status}, {doubt.facts.get('why')}"
            else:
                kept = (answer.said or {}).get("state", "") if answer.status == rules.HELD else ""
                self.queue.done(item.id, receipt, status=answer.status, code=str(kept))
                self.watch.known(item, answer)
                return
        self._later(item, why, answer)

    def _broke(self, items: list[Item], broken: Broken) -> None:
        pause = self.pace.pause(self._breaks, asked_s=0, rng=self.rng)
        self._breaks += 1
        self._quiet_until = time.monotonic() + pause
        for item in items:
            self._later(item, str(broken.facts.get("why")), None)

    def _later(self, item: Item, why: str, answer: Answer | None) -> None:
        now = self.queue.get(item.id) or item  # progress on the way has set its tries back
        asked = rules.asked(answer, now=datetime.now(UTC))
        pause = self.pace.pause(now.tries, asked_s=asked, rng=self.rng)
        self.queue.change(
            item.id, tries=now.tries + 1, paused_at=self.queue.now(), pause_s=pause, status=answer.status if answer else 0,
            code=answer.code if answer else "", detail=why[:500],
        )  # fmt: skip
        self.watch.again(item, why, pause)


def _fitting(acts: list[Item]) -> Iterator[Item]:
    """Yield the first acts that fit in one request."""
    size = 0
    for item in acts[:MOST_ACTS]:
        size += len(item.body.encode()) + len(item.path) + 100
        if size > MOST_BATCH:
            return
        yield item


def _single(one: Any) -> Answer:
    """Return the answer to one act of a batch."""
    if not isinstance(one, dict) or not isinstance(one.get("status"), int):
        return Answer(0)
    status = one["status"]
    if one.get("problem"):
        return Answer(status, {"content-type": rules.PROBLEM, "retry-after": str(one.get("retry_after", ""))}, one["problem"])
    return Answer(status, {"content-type": "application/json"}, one.get("body"))
