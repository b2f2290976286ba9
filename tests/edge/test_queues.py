"""A queue over a database that is locked, busy or gone: told to come again within seconds, nothing lost, nothing twice."""

import threading
import time
from collections import Counter
from functools import partial

import pytest
from django.db import connection

from backend.kernel import clock, ids
from hazards.models import Act, Hazard
from hazards.policy.words import Verb
from sync.models import KeptAct
from tests.cast import DAY, Cast, token
from tests.edge.test_database import meanwhile
from tests.loop import a_walk
from tests.races.phones import PATIENCE_S, RETRIED, Reply, once, send, together
from tests.sync.queue import URL, fix, report, withdrawal

PATIENT_S = 30.0  # two waits of the database's five seconds, a busy machine, and some


def statuses(reply: Reply) -> list[int]:
    return [answer["status"] for answer in reply.body]


def until_taken(session: str, acts: list[dict[str, object]]) -> tuple[Reply, Counter[int]]:
    """Send a queue until no act is told to come again; return the last answer and how often which status was told."""
    began, told = time.monotonic(), Counter[int]()
    while True:
        reply = send(session, "POST", URL, acts)
        told.update(statuses(reply))
        again = [a for a in reply.body if a["status"] in RETRIED or a.get("problem", {}).get("code") == "conflict.in_progress"]
        if not again or time.monotonic() - began > PATIENCE_S:
            return reply, told
        time.sleep(0.05)


@pytest.mark.usefixtures("live_db")
def test_a_queue_over_a_locked_sqlite_is_told_to_come_again_within_seconds(live_cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite")
    session, acts = token(live_cast.officer_a), [report(live_cast) for _ in range(30)]
    assert once(session, "GET", "/me").status == 200
    began = time.monotonic()
    with meanwhile("UPDATE accounts_person SET name = name"):
        reply = once(session, "POST", URL, acts)
    assert time.monotonic() - began < PATIENT_S
    assert statuses(reply) == [503] * 30
    assert all(5 <= answer["retry_after"] <= 30 for answer in reply.body)
    assert not Hazard.objects.exists()
    assert statuses(send(session, "POST", URL, acts)) == [201] * 30


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_an_act_on_a_hazard_that_somebody_holds_does_not_stop_the_others(live_cast: Cast) -> None:
    walk = a_walk(live_cast, Verb.CONFIRM, at=clock.now() - DAY)
    session = token(live_cast.officer_a)
    acts = [fix(walk.id, photo_ids=[str(ids.new())]), report(live_cast), withdrawal(ids.new())]
    with meanwhile(f"SELECT 1 FROM hazards_hazard WHERE id = '{walk.id}' FOR UPDATE"):
        assert statuses(once(session, "POST", URL, acts)) == [503, 201, 202]
    assert statuses(once(session, "POST", URL, acts)) == [201, 200, 202]


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_connections_ended_in_mid_queue_cost_nobody_an_act(live_cast: Cast) -> None:
    session, over = token(live_cast.officer_a), threading.Event()
    walks = [a_walk(live_cast, Verb.CONFIRM, at=clock.now() - DAY) for _ in range(3)]
    queues = [
        [fix(walk.id, photo_ids=[str(ids.new())]), *(report(live_cast) for _ in range(8)), withdrawal(ids.new())]
        for walk in walks
    ]

    def executioner() -> None:
        while not over.wait(0.1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' LIMIT 1"
                )
        connection.close()

    told: Counter[int] = Counter()

    def phone(acts: list[dict[str, object]]) -> Reply:
        reply, counted = until_taken(session, acts)
        told.update(counted)
        return reply

    killer = threading.Thread(target=executioner)
    killer.start()
    time.sleep(0.2)
    end = threading.Timer(8, over.set)
    end.start()
    try:
        replies = together([partial(phone, acts) for acts in queues])
    finally:
        over.set()
        killer.join()
        end.cancel()
    assert told[500] == 0, told
    for reply in replies:
        assert {*statuses(reply)} <= {200, 201, 202}, told
    assert Hazard.objects.count() == len(walks) + 8 * len(queues)
    assert Act.objects.filter(kind="rectification").count() == len(walks)
    assert KeptAct.objects.filter(state="held").count() == len(queues)
