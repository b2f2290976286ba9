"""The polling worker: claims due jobs in a few threads, renews their leases, ticks the timetable, tidies the SQLite log.

It needs no broker. A database that goes away makes it wait; a killed one loses nothing, its leases run out.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from backend.kernel import jobs, sequencer, timetable
from backend.kernel.models.job import Job

log = logging.getLogger("bihuan.worker")
BATCH = 4
SHORTEST_S, LONGEST_S = 0.02, 0.2
PAUSE_S = 2.0
TICK_S = 1.0


class Worker:
    """`run()` blocks until `stop()`; each thread finishes the job in its hands first."""

    def __init__(self, *, threads: int, now: Callable[[], datetime]) -> None:
        self._now = now
        self._stopped = threading.Event()
        self._held: dict[int, list[Job]] = {}
        self._last: dict[int, int] = {}
        self._threads = [threading.Thread(target=self._work, name=f"work-{n}") for n in range(threads)]

    def stop(self) -> None:
        """Ask all threads to end."""
        self._stopped.set()

    def run(self) -> None:
        """Work until stopped; the calling thread keeps time."""
        for thread in self._threads:
            thread.start()
        renewed = self._now()
        while not self._stopped.wait(TICK_S):
            at = self._now()
            self._guarded(partial(timetable.tick, at=at))
            self._guarded(sequencer.keep_up)
            if at - renewed >= jobs.RENEW:
                renewed = at
                self._guarded(partial(jobs.renew, self._all_held(), at))
            self._guarded(checkpoint)
        for thread in self._threads:
            thread.join()
        self._guarded(checkpoint)
        connection.close()

    def _all_held(self) -> list[Job]:
        return [job for batch in list(self._held.values()) for job in batch]

    def _guarded(self, step: Callable[[], object]) -> bool:
        try:
            close_old_connections()
            step()
        except (DatabaseError, InterfaceError) as error:
            log.warning("database not available: %s", error)
            connection.close()
            self._stopped.wait(PAUSE_S)
            return False
        return True

    def _work(self) -> None:
        idle = SHORTEST_S
        while not self._stopped.is_set():
            busy = self._guarded(self._batch) and bool(self._last[threading.get_ident()])
            idle = SHORTEST_S if busy else min(idle * 2, LONGEST_S)
            if not busy:
                self._stopped.wait(idle)
        connection.close()

    def _batch(self) -> None:
        mine = threading.get_ident()
        self._last[mine] = 0
        batch = jobs.claim(self._now(), most=BATCH)
        self._last[mine] = len(batch)
        self._held[mine] = list(batch)
        try:
            for job in batch:
                if self._stopped.is_set():
                    jobs.release(self._held[mine])
                    break
                jobs.run(job, now=self._now)
                self._held[mine].remove(job)
        finally:
            self._held.pop(mine, None)


def checkpoint() -> None:
    """Move the SQLite write-ahead log into the database file; this thread is the only one that ever does.

    One checkpointer keeps clear of the WAL-reset bug of SQLite before 3.51.3. Nothing to do on PostgreSQL.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
