"""A database that is busy, locked, full, read-only or gone: 503 or 507 with a time to come back, soon, and never a 500."""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from backend.kernel import clock, ids
from backend.kernel.web.errors import as_problem
from hazards.models import Hazard
from tests.api import Api
from tests.cast import DAY, Cast, token
from tests.loop import CATEGORY, a_walk
from tests.races.phones import Reply, once, send, together

SOON_S = 7.0  # the database's own patience is five seconds, the pool's three


def a_report(cast: Cast) -> dict[str, Any]:
    body = {"enterprise_id": str(cast.a.id), "source": "self_inspection", "category": CATEGORY, "description": "配电箱门缺失"}
    return {**body, "id": str(ids.new()), "place": "一号车间", "found_at": clock.text(clock.now())}


def refused(reply: Reply, *, status: int = 503) -> None:
    """Check that a reply tells in the one shape when to come back."""
    codes = {503: "server.unavailable", 507: "server.disk_full"}
    assert (reply.status, reply.code) == (status, codes[status])
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert 5 <= int(reply.headers["Retry-After"]) <= 30


@contextmanager
def meanwhile(*statements: str) -> Iterator[None]:
    """Let another connection keep a transaction open in which it has run `statements`."""
    ready, over = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                ready.set()
                over.wait(30)
        finally:
            ready.set()
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait(10)
    yield
    over.set()
    thread.join()


def timed(work: Any) -> tuple[Any, float]:
    began = time.monotonic()
    return work(), time.monotonic() - began


@pytest.mark.usefixtures("live_db")
def test_sqlite_locked_is_unavailable_and_takes_the_same_report_later(live_cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite")
    session, body = token(live_cast.officer_a), a_report(live_cast)
    with meanwhile("UPDATE accounts_person SET name = name"):
        reply, seconds = timed(partial(once, session, "POST", "/hazards", body))
        assert once(session, "GET", "/hazards").status == 200
    refused(reply)
    assert seconds < SOON_S
    assert not Hazard.objects.exists()
    assert once(session, "POST", "/hazards", body).status == 201


@pytest.mark.usefixtures("live_db", "on_postgresql")
@pytest.mark.parametrize("by_key", [False, True], ids=["same id", "same Idempotency-Key"])
def test_the_same_request_still_being_processed_is_told_after_two_seconds(live_cast: Cast, by_key: bool) -> None:
    session, body = token(live_cast.officer_a), a_report(live_cast)
    key = hashlib.sha256(f"{live_cast.officer_a.id}|again".encode()).hexdigest()
    held = f"INSERT INTO kernel_keyclaim (key, claim_id, digest, created_at) VALUES ('{key}', '{body['id']}', 'x', now())"
    if not by_key:
        held = (
            "INSERT INTO kernel_claim (id, kind, actor_id, digest, receipt, subject_id, created_at) "
            f"VALUES ('{body['id']}', 'hazard', '{live_cast.officer_a.id}', 'x', '{{}}', '{body['id']}', now())"
        )
    headers = {"Idempotency_Key": "again"} if by_key else {}
    sent = {name: value for name, value in body.items() if name != "id" or not by_key}
    with meanwhile(held):
        reply, seconds = timed(partial(once, session, "POST", "/hazards", sent, **headers))
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (409, "conflict.in_progress", "1")
    assert 1.5 < seconds < 4


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_a_hazard_that_somebody_holds_is_unavailable(live_cast: Cast) -> None:
    walk = a_walk(live_cast, None, at=clock.now() - DAY)
    session = token(live_cast.inspector)
    with meanwhile(f"SELECT 1 FROM hazards_hazard WHERE id = '{walk.id}' FOR UPDATE"):
        path = f"/hazards/{walk.id}/verifications"
        reply, seconds = timed(partial(once, session, "POST", path, {"outcome": "return", "note": "请补拍"}))
    refused(reply)
    assert seconds < SOON_S
    assert once(session, "GET", f"/hazards/{walk.id}").body["status"] == "reported"


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_a_request_that_finds_no_connection_free_is_unavailable_within_seconds(live_cast: Cast) -> None:
    session = token(live_cast.officer_a)
    assert once(session, "GET", "/me").status == 200
    most = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    held, over = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        with connection.cursor():
            held.release()
            over.wait(30)
        connection.close()

    connection.close()
    threads = [threading.Thread(target=hold) for _ in range(most)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert held.acquire(timeout=10)
    with ThreadPoolExecutor(1) as apart:
        for method, path in (("GET", "/me"), ("POST", "/hazards"), ("GET", "/public/draw-keys"), ("GET", "/health/ready")):
            reply, seconds = apart.submit(timed, partial(once, session, method, path, {} if method == "POST" else None)).result()
            refused(reply)
            assert seconds < SOON_S
    over.set()
    for thread in threads:
        thread.join()
    assert once(session, "GET", "/me").status == 200


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_connections_ended_in_mid_request_cost_nobody_his_report(live_cast: Cast) -> None:
    session, over = token(live_cast.officer_a), threading.Event()
    reports = [a_report(live_cast) for _ in range(60)]

    def executioner() -> None:
        while not over.wait(0.1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' LIMIT 2"
                )
        connection.close()

    killer = threading.Thread(target=executioner)
    killer.start()
    replies = together([partial(send, session, "POST", "/hazards", body) for body in reports])
    over.set()
    killer.join()
    statuses = Counter(status for reply in replies for status in reply.tries)
    assert statuses[500] == 0, statuses
    assert {reply.status for reply in replies} <= {200, 201}, statuses
    assert Hazard.objects.count() == len(reports)


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_a_statement_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(OperationalError) as stopped, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute("SELECT pg_sleep(5)")
    told = as_problem(stopped.value)
    assert told is not None
    assert (told.code, told.status) == ("server.unavailable", 503)


STATES = {"53100": 507, "25006": 503, "57P01": 503, "40P01": 503, "40001": 503, "53300": 503, "55P03": 503, "57014": 503}


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize(("state", "status"), STATES.items())
@pytest.mark.django_db
def test_what_postgresql_reports_is_told_as_what_it_is(cast: Cast, state: str, status: int) -> None:
    """Disk full, read-only after a failover, shut down by the administrator, deadlock, and their like."""
    session, body = token(cast.officer_a), a_report(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.stumble() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'stumble' USING ERRCODE = '{state}'; END $$"
        )
        cursor.execute("CREATE TRIGGER stumble BEFORE INSERT ON hazards_hazard FOR EACH ROW EXECUTE FUNCTION pg_temp.stumble()")
    reply = Api(session).post("/hazards", body)
    assert reply.status_code == status
    assert 5 <= int(reply["Retry-After"]) <= 30


@pytest.mark.usefixtures("live_db")
def test_a_full_disk_under_sqlite_is_507_and_reading_goes_on(live_cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite")
    api, body = Api(token(live_cast.officer_a)), {**a_report(live_cast), "description": "长" * 2000}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests left free would be filled first
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            replies = [api.post("/hazards", {**body, "id": str(ids.new())}) for _ in range(20)]
            assert api.get("/hazards").status_code == 200
        finally:
            cursor.execute("PRAGMA max_page_count = 4294967294")
    full = [reply for reply in replies if reply.status_code != 201]
    assert {reply.status_code for reply in full} == {507}
    assert all(5 <= int(reply["Retry-After"]) <= 30 for reply in full)
    assert Hazard.objects.count() == 20 - len(full)
    assert api.post("/hazards", body).status_code == 201
