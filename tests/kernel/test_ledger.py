"""The ledger: append-only by the database's own word, one chain per subject, jobs in the same transaction."""

import hashlib

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from backend.kernel import jobs, ledger
from backend.kernel.ledger import Head, Signer, Step
from backend.kernel.models import Job, LedgerEntry
from tests.cast import NOON, fixed

pytestmark = pytest.mark.django_db
SUBJECT, ACTOR = fixed("subject"), fixed("actor")
HEARD: list[str] = []


def heard(*, at, job_id, entry_id):
    HEARD.append(entry_id)


@pytest.fixture
def listening(settings):
    settings.LISTENERS = {"thing.*": [f"{__name__}.heard"], "thing.made": [f"{__name__}.heard"]}
    jobs.listeners.cache_clear()


def step(kind="thing.made", **more):
    return Step(kind=kind, subject_kind="thing", subject_id=SUBJECT, signer=Signer(ACTOR, "officer"), at=NOON, **more)


@pytest.mark.parametrize("change", ["UPDATE kernel_ledgerentry SET kind = 'x'", "DELETE FROM kernel_ledgerentry"])
def test_the_database_refuses_to_change_an_entry(change):
    ledger.append(step())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert LedgerEntry.objects.get().kind == "thing.made"


def test_two_entries_cannot_take_the_same_step():
    ledger.append(step(), Head())
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.append(step(), Head())
    assert LedgerEntry.objects.count() == 1


def test_entries_of_a_subject_form_a_chain_that_anybody_can_check():
    first = ledger.append(step())
    second = ledger.append(step(kind="thing.changed"))
    assert (first.seq, first.prev, second.seq, second.prev) == (1, "", 2, first.hash)
    assert hashlib.sha256(second.body.encode()).hexdigest() == second.hash
    assert ledger.head_of(SUBJECT) == Head(2, second.hash)
    assert [entry.id for entry in ledger.of(SUBJECT)] == [first.id, second.id]
    assert ledger.broken_at(SUBJECT) is None
    assert ledger.head_of(fixed("nobody")) == Head()


@pytest.mark.parametrize(
    ("member", "value"),
    [("body", '{"prev":""}'), ("hash", "0" * 64), ("prev", "1" * 64), ("seq", 7)],
)
def test_a_tampered_entry_is_found(member, value):
    ledger.append(step())
    second = ledger.append(step())
    ledger.append(step())
    forged = {"id": fixed("forged"), member: value}
    rows = {f.attname: getattr(second, f.attname) for f in LedgerEntry._meta.concrete_fields} | forged
    chain = [LedgerEntry(**rows) if entry.id == second.id else entry for entry in ledger.of(SUBJECT)]
    other = fixed("other")
    for entry in chain:
        entry.id, entry.subject_id = fixed(f"copy{entry.seq}"), other
    LedgerEntry.objects.bulk_create(chain)
    assert ledger.broken_at(other) in (2, 3, 7)


def test_a_body_that_names_another_predecessor_than_its_column_is_found():
    ledger.append(step())
    entry = ledger.append(step())
    other = fixed("other")
    body = entry.body.replace(entry.prev, "2" * 64)
    first = ledger.of(SUBJECT)[0]
    for n, (text, prev) in enumerate([(first.body, ""), (body, first.hash)], start=1):
        LedgerEntry.objects.create(
            id=fixed(f"f{n}"), subject_id=other, subject_kind="thing", seq=n, kind="thing.made", at=NOON,
            body=text, prev=prev, hash=hashlib.sha256(text.encode()).hexdigest(),
        )  # fmt: skip
    assert ledger.broken_at(other) == 2


def test_words_enter_as_a_commitment_that_outlives_them():
    salt = ledger.salt()
    entry = ledger.append(step(said={"note": "王某 13800138000"}, salt=salt, claimed_at=NOON, act_id=fixed("act")))
    body = ledger.read(entry)
    assert "王某" not in entry.body
    assert "13800138000" not in entry.body
    assert body["said_h"] == ledger.commitment({"note": "王某 13800138000"}, salt)
    assert body["said_h"] != ledger.commitment({"note": "王某 13800138000"}, ledger.salt())
    assert body["claimed_at"] == "2026-09-16T04:00:00Z"
    assert ledger.commitment({}, salt) == ""


def test_an_entry_brings_one_job_per_listener(listening):
    entry = ledger.append(step())
    ledger.append(step(kind="other.made"))
    job = Job.objects.get()
    assert (job.kind, job.payload) == (f"{__name__}.heard", {"entry_id": str(entry.id)})


def test_no_entry_no_job_when_the_transaction_is_undone(listening):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ledger.append(step())
        _ = 1 / 0
    assert (LedgerEntry.objects.count(), Job.objects.count()) == (0, 0)


def test_first_entries_of_many_subjects_are_one_statement_each_with_its_job(listening, statements):
    steps = [
        (Step("thing.made", "thing", fixed(f"s{n}"), ledger.SYSTEM, NOON, facts={"n": n, "on": NOON.date()}), Head())
        for n in range(20)
    ]
    entries = ledger.append_many(steps)
    assert LedgerEntry.objects.count() == Job.objects.count() == 20
    assert ledger.read(entries[3])["facts"] == {"n": 3, "on": "2026-09-16"}
    assert ledger.broken_at(fixed("s3")) is None
