"""The sequencer (定序): gives every ledger entry its place in the order of all, once, in the order of commits.

A trigger writes a pending row with every entry, so that writers pay no round trip and never wait for one another. One
sequencer at a time takes what is committed and appends leaves 1, 2, 3 …: an entry that commits late gets a late place,
whatever its id and its time say. So whoever has read the leaves up to N will never find a new one below N.

"Order of commits" exactly: an entry that was committed before another was begun has the lower place. Entries of
transactions that ran at the same time stand in the order in which they were written, where one pass took both, else in
the order of the passes. Entries of one subject always stand in the order of their chain: its writers lock it.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import import_module

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from backend.kernel import ids, rows
from backend.kernel.models import LedgerEntry, LedgerLeaf, PendingLeaf

log = logging.getLogger("bihuan.sequencer")
LOCK = 7_201_124
BATCH, MOST = 500, 1_000
LATE = timedelta(seconds=60)  # the merge delay that a receipt promises (guarantees A.12)
STANDING = (
    "SELECT (SELECT seq || ':' || hash FROM kernel_ledgerleaf ORDER BY seq DESC LIMIT 1),"
    " (SELECT hash FROM kernel_ledgerleaf WHERE seq = %s), EXISTS (SELECT 1 FROM kernel_pendingleaf)"
)
Sequenced = Sequence[tuple[int, LedgerEntry]]
Follower = Callable[[Sequenced], None]


def keep_up(*, most: int = MOST) -> int:
    """Sequence what waits, at most `most` entries, and return how many; what fails is logged and left to the next call.

    For executors and readers: an error here must cost neither the jobs behind it nor the answer.
    """
    try:
        return run(most=most)
    except DatabaseError as error:
        log.warning("the order of the ledger has to wait: %s", error)
    except Exception:
        # a follower is any room's code: its fault stops the order, which doctor tells, but not the worker that called
        log.exception("the order of the ledger stands still")
    return 0


def run(*, most: int = MOST) -> int:
    """Give every committed entry that waits its leaf, at most `most`, and return how many got one.

    0 also while another sequencer is at work. Each pass is one transaction: a sequencer that is killed leaves no gap and no
    double. Raises: django.db.DatabaseError.
    """
    done = 0
    while done < most and PendingLeaf.objects.exists():  # spares SQLite its one write lock when nothing waits
        took = _pass(min(BATCH, most - done))
        done += took
        if not took:
            break
    return done


@transaction.atomic
def _pass(most: int) -> int:
    if not alone():
        return 0
    waiting = list(PendingLeaf.objects.order_by("id")[:most])
    entries = LedgerEntry.objects.in_bulk([row.entry_id for row in waiting])
    last = LedgerLeaf.objects.aggregate(last=Max("seq"))["last"] or 0
    order = [(last + n, entries[row.entry_id]) for n, row in enumerate(waiting, start=1)]
    LedgerLeaf.objects.bulk_create(LedgerLeaf(seq=seq, entry_id=entry.id, hash=leaf_hash(entry.body)) for seq, entry in order)
    PendingLeaf.objects.filter(id__in=[row.id for row in waiting]).delete()
    for follow in followers(tuple(settings.FOLLOWERS)):
        follow(order)
    return len(order)


def alone() -> bool:
    """Return whether this transaction is the one sequencer until it ends; SQLite lets one writer in anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        # of the transaction and not of the session: it ends with its process, and before nobody can see the leaves
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def leaf_hash(body: str) -> str:
    """Return SHA-256(0x00 || body), the hash of an entry as a leaf of the tree, in hex."""
    return hashlib.sha256(b"\0" + body.encode()).hexdigest()


@lru_cache(maxsize=4)
def followers(names: tuple[str, ...]) -> tuple[Follower, ...]:
    """Return the functions that write down what an order means to their room, in the transaction that makes it."""
    found: list[Follower] = []
    for name in names:  # by name: they live in rooms above this one
        module, _, attribute = name.rpartition(".")
        found.append(getattr(import_module(module), attribute))
    return tuple(found)


def backlog(*, at: datetime) -> tuple[int, timedelta]:
    """Return how many entries wait for their leaf (counted to 10,000), and how long the first has waited at `at`."""
    waiting = PendingLeaf.objects.order_by("id")[:10_000].count()
    first = PendingLeaf.objects.order_by("id").values_list("entry_id", flat=True).first()
    # its id says when it was written; its own time may lie months back in a world that was made up
    return waiting, max(at - ids.made_at(first), timedelta(0)) if first else timedelta(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the order stands: its newest leaf (0 and "" for none), the hash of leaf `known` ("" for none), what waits."""

    seq: int
    hash: str
    known_hash: str
    waits: bool


def standing(*, known: int = 0) -> Standing:
    """Return how the order stands, and the hash of leaf `known`, in one query."""
    newest, known_hash, waits = rows.fetch(STANDING, [known])[0]
    seq, _, digest = (newest or "0:").partition(":")
    return Standing(int(seq), digest, known_hash or "", bool(waits))
