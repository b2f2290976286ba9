"""Numbers of documents under contention: processes draw from one series and are killed (SIGKILL) in mid-transaction.

A process is stopped first: only if PostgreSQL then says that its transaction is open is it killed, and another takes up its
errands from the beginning. 96 numbers by 8 processes; in the long form (`make faults`) 2,000 by 16. No gap, no double.
"""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import connection

from backend.kernel import clock, ids, jobs, ledger
from inspections.actions.draft import Wanted, draft
from inspections.models import Document, DocumentSeries
from inspections.policy.documents import DocumentKind
from tests.cast import Cast, token
from tests.loop import got
from tests.races import number_worker
from tests.races.number_worker import NAME, Errand

LONG = os.environ.get("LONG_FORM") == "faults"
WORKERS, NUMBERS, KILLS = (16, 2000, 200) if LONG else (8, 96, 12)
PATIENCE_S = 900 if LONG else 60
KIND = DocumentKind.RISK_NOTICE
OPEN = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE %s AND xact_start IS NOT NULL"
# what an open transaction does, and whether the lock on the series is its own: then a number was drawn and is not committed
DOES = """
    SELECT CASE WHEN state LIKE 'idle in%%' THEN 'between statements' WHEN wait_event_type = 'Lock' THEN 'waiting for a lock'
                ELSE 'in a statement' END,
           EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = activity.pid AND granted AND mode = 'RowExclusiveLock'
                   AND relation = 'inspections_documentseries'::regclass)
    FROM pg_stat_activity activity WHERE application_name = %s AND xact_start IS NOT NULL
"""


class Crowd:
    """The processes, their errands, and whoever kills them."""

    def __init__(self, session: str, errands: list[Errand]) -> None:
        said = connection.settings_dict
        self.database, self.session = str(said["NAME"]), session
        self.admin = psycopg.connect(
            host=said["HOST"], port=said["PORT"] or 5432, user=said["USER"], password=said["PASSWORD"] or None,
            dbname=self.database, autocommit=True,
        )  # fmt: skip
        shares = [errands[n::WORKERS] for n in range(WORKERS)]
        self.running = {self._start(share): share for share in shares}
        self.killed: Counter[str] = Counter()
        self.drawn = 0

    def _start(self, share: list[Errand]) -> Any:
        return number_worker.start(self.database, self.session, share)

    def work(self) -> None:
        """Kill one after the other until enough were, and wait until the others are done."""
        until = time.monotonic() + PATIENCE_S
        while self.running:
            assert time.monotonic() < until, "the processes do not come to an end"
            for process in [process for process in self.running if process.exitcode is not None]:
                assert process.exitcode == 0
                del self.running[process]
            if sum(self.killed.values()) < KILLS:
                self._strike()
            time.sleep(0.02)

    def _strike(self) -> None:
        found = [row[0] for row in self.admin.execute(OPEN, [f"{NAME}-%"]).fetchall()]
        by_name = {f"{NAME}-{process.pid}": process for process in self.running if process.exitcode is None}
        process = by_name.get(random.choice(found)) if found else None
        if process is None:
            return
        os.kill(process.pid, signal.SIGSTOP)
        does = self.admin.execute(DOES, [f"{NAME}-{process.pid}"]).fetchone()
        if does is None:
            os.kill(process.pid, signal.SIGCONT)
            return
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        self.killed[does[0]] += 1
        self.drawn += does[1]
        share = self.running.pop(process)
        self.running[self._start(share)] = share

    def end(self) -> None:
        """Leave nobody behind."""
        for process in self.running:
            with suppress(ProcessLookupError):
                process.kill()
        self.admin.close()


def drafted(cast: Cast) -> str:
    """Return the id of a new draft."""
    actor, at = cast.actor("grid_worker"), clock.now()
    said = {"risk": "台风将至", "requirement": "加固"}
    return str(draft(Wanted(KIND, said, enterprise_id=cast.a.id), received=got(actor=actor, at=at), actor=actor, at=at)[0].id)


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_processes_draw_numbers_without_gap_or_double_while_some_are_killed_in_mid_transaction(live_cast: Cast) -> None:
    errands = [Errand(drafted(live_cast), str(ids.new()), str(ids.new()) if n % 10 == 9 else "") for n in range(NUMBERS)]
    crowd, began = Crowd(token(live_cast.grid_worker), errands), time.monotonic()
    try:
        crowd.work()
    finally:
        crowd.end()
    took = time.monotonic() - began
    rows = Document.objects.filter(id__in=[errand.document for errand in errands])
    assert sorted(rows.values_list("serial", flat=True)) == list(range(1, NUMBERS + 1))
    assert len(set(rows.values_list("number", flat=True))) == NUMBERS
    assert DocumentSeries.objects.get().last == NUMBERS
    void = {errand.document for errand in errands if errand.void}
    assert {str(id) for id in rows.filter(status="void").values_list("id", flat=True)} == void
    assert rows.filter(status="issued").count() == NUMBERS - len(void)
    assert all(ledger.broken_at(document.id) is None for document in rows)
    kinds = Counter(entry.kind for document in rows for entry in ledger.of(document.id))
    assert kinds == {"document.drafted": NUMBERS, "document.issued": NUMBERS, "document.voided": len(void)}
    assert jobs.Job.objects.filter(kind="inspections.tasks.print_document").count() == NUMBERS
    print(f"{NUMBERS} numbers, {WORKERS} processes, {took:.1f} s; killed {dict(crowd.killed)}, {crowd.drawn} with a number drawn")
    assert sum(crowd.killed.values()) == KILLS
    assert crowd.drawn >= 1
