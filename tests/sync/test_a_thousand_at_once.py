"""A thousand writers and readers: following the feed from any cursor yields exactly what is in scope, through scope moves.

Sessions of work on a few threads: as many as the pool has connections. The long form (`make faults`) does a thousand of
each; the suite a few dozen. SQLite runs it, too, where commits never overlap; what it proves is shown on PostgreSQL.
"""

import copy
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from django.db import DatabaseError, connection, transaction

from backend.kernel import sequencer
from backend.kernel.models import LedgerEntry, LedgerLeaf, PendingLeaf
from tests.cast import token
from tests.races import phones
from tests.sync.crowd import READERS, Crowd
from tests.sync.following import Phone, differences

LONG = os.environ.get("LONG_FORM") == "faults"
SESSIONS = 1_000 if LONG else 40
PER_READER = 6 if LONG else 2
THREADS = 7
SEED = int(os.environ.get("CROWD_SEED", "20260916"))


class Readers:
    """Phones of everybody, some of whose copies are kept on the way, to be taken up again from their old cursor."""

    def __init__(self, crowd: Crowd) -> None:
        self.tokens = {key: token(getattr(crowd.cast, key)) for key in READERS}
        self.free = [(key, self.phone(key, limit=[1, 3, 20, 200][n % 4])) for key in READERS for n in range(PER_READER)]
        self.old: list[tuple[str, Phone]] = []
        self.lock = threading.Lock()

    def phone(self, key: str, *, limit: int = 50) -> Phone:
        return Phone(partial(self._get, self.tokens[key]), limit=limit)

    @staticmethod
    def _get(session: str, path: str) -> dict[str, Any]:
        reply = phones.send(session, "GET", path)
        assert reply.status == 200, reply
        return reply.body

    def session(self, dice: random.Random) -> None:
        """Take a phone up, read a few pages (not always to the end), and put it away; sometimes keep a copy of it."""
        with self.lock:
            key, phone = self.free.pop(dice.randrange(len(self.free)))
        for _ in range(dice.choice([1, 1, 2, 5])):
            if not phone.page():
                break
        with self.lock:
            self.free.append((key, phone))
            if dice.random() < 0.1 and len(self.old) < 60:
                self.old.append((key, self._copied(phone)))

    @staticmethod
    def _copied(phone: Phone) -> Phone:
        copied = copy.copy(phone)
        copied.held, copied.twice, copied.in_vain, copied.last = dict(phone.held), [], [], []
        return copied


def sequence(working: threading.Event, dice: random.Random) -> None:
    """Keep the order up, in small bites; now and then die before the commit."""
    try:
        while working.is_set():
            with suppress(DatabaseError), transaction.atomic():
                sequencer.keep_up(most=dice.choice([1, 7, 500]))
                if dice.random() < 0.2:
                    transaction.set_rollback(True)
            time.sleep(dice.uniform(0, 0.05))
    finally:
        connection.close()


def work(crowd: Crowd, readers: Readers, seed: int) -> None:
    dice = random.Random(seed)
    try:
        crowd.deed(dice)
        readers.session(dice)
    finally:
        connection.close()


def test_a_crowd_writes_and_reads_and_every_phone_ends_with_exactly_its_scope(live_cast):
    crowd = Crowd(live_cast)
    readers, working = Readers(crowd), threading.Event()
    working.set()
    with ThreadPoolExecutor(THREADS + 1) as pool:
        keeper = pool.submit(sequence, working, random.Random(SEED))
        for done in [pool.submit(work, crowd, readers, SEED + n) for n in range(SESSIONS)]:
            done.result(timeout=3600)
        working.clear()
        keeper.result(timeout=120)
    while sequencer.run():
        pass
    leaves = list(LedgerLeaf.objects.order_by("seq").values_list("seq", flat=True))
    assert leaves == list(range(1, LedgerEntry.objects.count() + 1))
    assert not PendingLeaf.objects.exists()
    assert not LONG or crowd.done.keys() == {"report", "judge", "transfer", "photo", "duty", "move", "visit", "answer"}, (
        crowd.done
    )
    fresh = [(key, readers.phone(key)) for key in READERS]
    wrong = {}
    for n, (key, phone) in enumerate([*readers.free, *readers.old, *fresh]):
        phone.limit = max(phone.limit, 100)  # short pages were gone through on the way
        if found := differences(phone.catch_up(), getattr(live_cast, key)):
            wrong[f"{key} {n}"] = found
    assert not wrong
    for key, phone in fresh:
        assert len(phone.last) == len(phone.held), key
        assert phone.catch_up().last == []
