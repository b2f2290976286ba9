"""The order of all entries: every one once, in the order of commits, whoever writes, races or is killed."""

import hashlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from backend.kernel import clock, doctor, ids, ledger, sequencer
from backend.kernel.ledger import Head, Step
from backend.kernel.models import LedgerEntry, LedgerLeaf, PendingLeaf
from backend.kernel.worker import Worker
from tests.cast import HOUR, NOON

TOLD: list[int] = []


def tell(order):
    TOLD.extend(seq for seq, _ in order)


def stumble(order):
    raise LookupError("a follower with a mistake in it")


LINGERING = threading.Event()


def linger(order):
    """Have written all leaves and not committed them yet."""
    LINGERING.set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(8)")


def entry(at=NOON):
    step = Step(kind="thing.made", subject_kind="thing", subject_id=ids.new(), signer=ledger.SYSTEM, at=at)
    return ledger.append(step, Head())


def order() -> list:
    return list(LedgerLeaf.objects.order_by("seq").values_list("entry_id", flat=True))


def is_whole() -> bool:
    """Return whether every entry has one leaf, and the places count from 1 without a gap."""
    seqs = list(LedgerLeaf.objects.order_by("seq").values_list("seq", flat=True))
    named = order()
    return seqs == list(range(1, len(seqs) + 1)) and sorted(named) == sorted(LedgerEntry.objects.values_list("id", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE kernel_ledgerleaf SET seq = 7", "DELETE FROM kernel_ledgerleaf"])
def test_the_database_refuses_to_change_a_leaf(change):
    made = entry()
    assert sequencer.run() == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert order() == [made.id]


@pytest.mark.django_db
def test_a_writer_pays_no_statement_for_it(statements):
    with statements() as ran:
        entry()
    assert len(ran) == 1
    assert PendingLeaf.objects.count() == 1


@pytest.mark.django_db
def test_entries_get_their_leaves_once_in_the_order_of_writing():
    first, second = entry(NOON + HOUR), entry(NOON)
    assert (sequencer.run(), sequencer.run()) == (2, 0)
    third = entry(NOON - HOUR)
    assert (sequencer.run(), order()) == (1, [first.id, second.id, third.id])
    leaf = LedgerLeaf.objects.get(seq=1)
    assert leaf.hash == hashlib.sha256(b"\0" + first.body.encode()).hexdigest()
    assert not PendingLeaf.objects.exists()


@pytest.mark.django_db
def test_a_run_is_bounded_and_the_next_goes_on():
    made = [entry().id for _ in range(7)]
    assert [sequencer.run(most=3) for _ in range(4)] == [3, 3, 1, 0]
    assert order() == made


@pytest.mark.django_db
def test_entries_from_before_the_trigger_wait_too():
    made = [entry().id for _ in range(3)]
    PendingLeaf.objects.all().delete()
    migration = import_module("backend.kernel.migrations.0004_entries_wait_for_their_leaf")
    editor = connection.schema_editor()  # not entered: the test's own transaction is around it
    migration.backwards(apps, editor)
    migration.forwards(apps, editor)
    assert sequencer.run() == 3
    assert order() == made


@pytest.mark.django_db
def test_followers_are_told_in_the_same_transaction_or_nothing_happened(settings):
    settings.FOLLOWERS = [f"{__name__}.tell", f"{__name__}.stumble"]
    entry()
    TOLD.clear()
    assert (sequencer.keep_up(), order(), PendingLeaf.objects.count()) == (0, [], 1)
    settings.FOLLOWERS = [f"{__name__}.tell"]
    assert (sequencer.keep_up(), len(order()), TOLD) == (1, 1, [1, 1])


@pytest.mark.django_db
def test_doctor_tells_of_a_backlog_that_nobody_works_off():
    entry()

    def said(at):
        return next(finding for finding in doctor.examine(at) if finding.name == "ledger order")

    now = clock.now()
    assert (said(now).state, said(now).said[:1]) == (doctor.OK, "1")
    assert said(now + timedelta(minutes=2)).state == doctor.FAILURE
    sequencer.run()
    assert said(now + timedelta(minutes=2)).state == doctor.OK


def test_the_worker_keeps_the_order_up(live_db):
    made = entry()
    worker = Worker(threads=1, now=lambda: NOON)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        deadline = time.monotonic() + 60
        while order() != [made.id] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert order() == [made.id]
    finally:
        worker.stop()
        running.join()


def test_a_late_commit_gets_a_late_place(live_db, on_postgresql):
    """The smaller id and the earlier insert do not help: what nobody could see was not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    written, go = threading.Event(), threading.Event()
    slow: list = []

    def hold() -> None:
        try:
            with transaction.atomic():
                slow.append(entry().id)
                written.set()
                go.wait(30)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert written.wait(30)
    quick = entry().id
    assert (sequencer.run(), order()) == (1, [quick])
    go.set()
    holder.join()
    assert (sequencer.run(), order()) == (1, [quick, slow[0]])


def test_while_one_sequencer_works_another_does_nothing(live_db, on_postgresql):
    entry()
    with psycopg.connect(**_address()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer.LOCK])
        assert (sequencer.run(), order()) == (0, [])
    assert sequencer.run() == 1


def test_a_sequencer_that_is_killed_in_the_middle_leaves_everything_to_the_next(live_db, on_postgresql, settings):
    settings.FOLLOWERS = [f"{__name__}.linger"]
    made = [entry().id for _ in range(3)]

    def run() -> None:
        try:
            sequencer.keep_up()
        finally:
            connection.close()

    LINGERING.clear()
    with ThreadPoolExecutor(1) as pool, psycopg.connect(**_address(), autocommit=True) as killer:
        running = pool.submit(run)
        assert LINGERING.wait(60)
        killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [sequencer.LOCK]
        )
        running.result(timeout=60)
    assert (order(), PendingLeaf.objects.count()) == ([], 3)
    settings.FOLLOWERS = []
    deadline = time.monotonic() + 60
    while not sequencer.run() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert order() == made


def _address() -> dict:
    told = connection.get_connection_params()
    return {name: told[name] for name in ("dbname", "user", "password", "host", "port") if name in told}


def a_deed(dice: random.Random) -> None:
    """Write one to three entries; some hold their commit back, some roll back."""
    with transaction.atomic():
        for _ in range(dice.randint(1, 3)):
            entry()
        if connection.vendor == "postgresql":
            time.sleep(dice.uniform(0, 0.02))
        if dice.random() < 0.1:
            transaction.set_rollback(True)


def write(seed: int) -> None:
    dice, left = random.Random(seed), 12
    try:
        while left:
            try:
                a_deed(dice)
                left -= 1
            except DatabaseError:  # SQLite has one writer: come again, as a phone would
                time.sleep(dice.uniform(0, 0.1))
    finally:
        connection.close()


def test_writers_and_sequencers_at_once_leave_no_gap_and_no_double(live_db):
    writing = threading.Event()
    writing.set()

    def sequence() -> None:
        while writing.is_set():
            sequencer.keep_up(most=5)
            time.sleep(0.002)
        connection.close()

    with ThreadPoolExecutor(11) as pool:
        others = [pool.submit(sequence) for _ in range(3)]
        for done in [pool.submit(write, seed) for seed in range(8)]:
            done.result(timeout=120)
        writing.clear()
        for done in others:
            done.result(timeout=120)
    while sequencer.run():
        pass
    assert is_whole()
    assert not PendingLeaf.objects.exists()
