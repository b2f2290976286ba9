"""Numbers of documents under contention: many draw from one series while connections are killed; no gap, no double.

256 numbers by 16 workers; in the long form (`make faults`) 2,000.
"""

import os
import random
import threading
from collections import Counter
from functools import partial

import psycopg
import pytest
from django.db import connection

from backend.kernel import clock, ids, ledger
from inspections.actions.draft import Wanted, draft
from inspections.models import Document, DocumentSeries
from inspections.policy.documents import DocumentKind
from tests.cast import Cast, token
from tests.loop import got
from tests.races.phones import Reply, send, together

WORKERS, NUMBERS = 16, 2000 if os.environ.get("LONG_FORM") == "faults" else 256
PAUSE_S = 0.1
KIND = DocumentKind.RISK_NOTICE


def drafted(cast: Cast) -> str:
    """Return the id of a new draft."""
    actor, at = cast.actor("grid_worker"), clock.now()
    said = {"risk": "台风将至", "requirement": "加固"}
    return str(draft(Wanted(KIND, said, enterprise_id=cast.a.id), received=got(actor=actor, at=at), actor=actor, at=at)[0].id)


def issue(session: str, mine: list[str], statuses: Counter[int]) -> Reply:
    """Issue these one after the other, make every tenth void at once, and return the last answer."""
    for n, document in enumerate(mine):
        reply = send(session, "POST", f"/documents/{document}/issues", {"id": str(ids.new())})
        statuses[reply.status] += 1
        if n % 10 == 9:
            send(session, "POST", f"/documents/{document}/voidings", {"id": str(ids.new()), "reason": "误印"})
    return reply


def kill_connections(over: threading.Event, killed: list[int]) -> None:
    """Kill one connection of our database after the other, at random, until it is over."""
    said = connection.settings_dict
    with psycopg.connect(
        host=said["HOST"], port=said["PORT"] or 5432, user=said["USER"], password=said["PASSWORD"] or None, dbname=said["NAME"],
        autocommit=True,
    ) as admin:  # fmt: skip
        while not over.wait(PAUSE_S):
            found = admin.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND xact_start IS NOT NULL"
            ).fetchall()
            if found:
                pid = random.choice(found)[0]
                admin.execute("SELECT pg_terminate_backend(%s)", [pid])
                killed.append(pid)


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_sixteen_workers_draw_numbers_without_gap_or_double_while_some_are_killed(live_cast: Cast) -> None:
    drafts = [drafted(live_cast) for _ in range(NUMBERS)]
    session, over, killed = token(live_cast.grid_worker), threading.Event(), []
    statuses: Counter[int] = Counter()
    killer = threading.Thread(target=kill_connections, args=(over, killed))
    killer.start()
    try:
        together([partial(issue, session, drafts[n::WORKERS], statuses) for n in range(WORKERS)])
    finally:
        over.set()
        killer.join()
    assert set(statuses) <= {200, 201}, statuses
    rows = Document.objects.filter(id__in=drafts)
    assert sorted(rows.values_list("serial", flat=True)) == list(range(1, NUMBERS + 1))
    assert len(set(rows.values_list("number", flat=True))) == NUMBERS
    assert DocumentSeries.objects.get().last == NUMBERS
    voided = rows.filter(status="void")
    assert (voided.count(), rows.filter(status="issued").count()) == (
        sum(len(drafts[n::WORKERS]) // 10 for n in range(WORKERS)),
        NUMBERS - voided.count(),
    )
    assert all(ledger.broken_at(document.id) is None for document in rows)
    assert len(killed) > NUMBERS // 100
