"""A process that bears workers by fork, so that one that was killed is replaced within milliseconds.

    python -m tests.journeys.nursery CLOCK_FILE SMS_URL

Reads `bear` on standard input and prints the new worker's process id. A worker ticks the timetable and runs due jobs like
the real one, but its clock is the number of milliseconds in CLOCK_FILE. DATABASE_URL names the database.
"""

import os
import signal
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings

PAUSE_S = 0.01
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def only_hazards(known: Any) -> None:
    """Leave out of these settings what other rooms do by themselves: it is tried elsewhere, and would only take time here."""
    known.TIMETABLE = {name: work for name, work in known.TIMETABLE.items() if work[1].startswith("hazards.")}
    known.LISTENERS = {kind: [name for name in names if name.startswith("hazards.")] for kind, names in known.LISTENERS.items()}


class FileClock:
    """Simulated time as eight bytes in a file, set by one process and read by many."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, at: datetime) -> None:
        """Set the time; whoever reads at the same moment sees the old or the new one, never half of it."""
        new = self.path.with_suffix(".new")
        new.write_bytes(struct.pack("<q", round((at - EPOCH) / timedelta(milliseconds=1))))
        new.replace(self.path)

    def now(self) -> datetime:
        """Return the time."""
        return EPOCH + timedelta(milliseconds=struct.unpack("<q", self.path.read_bytes())[0])


def work(clock: FileClock, parent: int) -> None:
    """Work until killed, or until the nursery is gone."""
    from django.db import DatabaseError, connection

    from backend.kernel import jobs, timetable

    ticked = None
    while os.getppid() == parent:
        try:
            at = clock.now()
            if at != ticked:
                timetable.tick(at=at)
                ticked = at
            if not jobs.drain(now=clock.now, most=20):
                time.sleep(PAUSE_S)
        except DatabaseError:
            connection.close()
            time.sleep(PAUSE_S)
    os._exit(0)


def main() -> None:
    """Bear workers until standard input ends, then end with them."""
    django.setup()
    only_hazards(settings)
    clock, settings.SMS_URL, settings.SMS_SECRET = FileClock(Path(sys.argv[1])), sys.argv[2], "not-a-real-secret"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    parent = os.getpid()
    for line in sys.stdin:
        if line.strip() == "bear":
            child = os.fork()
            if not child:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(0)
                work(clock, parent)
            print(child, flush=True)


if __name__ == "__main__":
    main()
