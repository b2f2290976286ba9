"""Copies of one request at once: one hazard, one ledger entry, one job of each kind, and everybody has the one receipt."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from backend.kernel import clock, ids, ledger
from backend.kernel.models import Claim, Job, LedgerEntry
from hazards.models import Hazard
from tests.cast import Cast, token
from tests.loop import CATEGORY
from tests.races.phones import Reply, send, together

# races are tested on PostgreSQL; on SQLite there is one writer anyway
COPIES, ROUNDS = 50, 50 if connection.vendor == "postgresql" else 15
KEY_ROUNDS = 10


def report(cast: Cast, **more: object) -> dict[str, object]:
    body = {"enterprise_id": str(cast.a.id), "source": "self_inspection", "category": CATEGORY, "description": "配电箱门缺失"}
    return {**body, "place": "一号车间", "found_at": clock.text(clock.now()), **more}


def check(replies: list[Reply]) -> None:
    """Check that one was created and all others are replays of it."""
    assert Counter(reply.status for reply in replies) == {201: 1, 200: len(replies) - 1}, [r.tries for r in replies]
    assert len({reply.body["receipt"]["signature"] for reply in replies}) == 1
    assert {reply.headers.get("Idempotency-Replayed") for reply in replies if reply.status == 200} == {"true"}
    assert 500 not in {status for reply in replies for status in reply.tries}


@pytest.mark.usefixtures("live_db")
def test_fifty_copies_of_one_report_fifty_times_make_one_hazard_each_time(live_cast: Cast) -> None:
    session = token(live_cast.officer_a)
    jobs_before, entries_before = Counter(Job.objects.values_list("kind", flat=True)), LedgerEntry.objects.count()
    for _ in range(ROUNDS):
        body = report(live_cast, id=str(ids.new()))
        check(together([partial(send, session, "POST", "/hazards", body)] * COPIES))
        assert Hazard.objects.filter(id=body["id"]).count() == 1
        assert [entry.kind for entry in ledger.of(body["id"])] == ["hazard.reported"]
        assert Claim.objects.filter(id=body["id"]).count() == 1
    assert (Hazard.objects.count(), LedgerEntry.objects.count() - entries_before) == (ROUNDS, ROUNDS)
    jobs = Counter(Job.objects.values_list("kind", flat=True)) - jobs_before
    assert set(jobs.values()) <= {ROUNDS}, jobs


@pytest.mark.usefixtures("live_db")
def test_fifty_copies_under_one_idempotency_key_make_one_hazard(live_cast: Cast) -> None:
    session = token(live_cast.officer_a)
    for number in range(KEY_ROUNDS):
        work = partial(send, session, "POST", "/hazards", report(live_cast), Idempotency_Key=f"round-{number}")
        replies = together([work] * COPIES)
        check(replies)
        assert len({reply.body["id"] for reply in replies}) == 1
    assert Hazard.objects.count() == KEY_ROUNDS
    assert Claim.objects.filter(kind="hazard").count() == KEY_ROUNDS


@pytest.mark.usefixtures("live_db")
def test_two_people_with_one_id_get_one_hazard_and_one_conflict(live_cast: Cast) -> None:
    sessions = [token(live_cast.officer_a), token(live_cast.owner_a)]
    for _ in range(KEY_ROUNDS):
        body = report(live_cast, id=str(ids.new()))
        replies = together([partial(send, sessions[n % 2], "POST", "/hazards", body) for n in range(20)])
        found = Counter((reply.status, reply.code) for reply in replies)
        assert found == {(201, ""): 1, (200, ""): 9, (409, "conflict.same_id"): 10}
        assert all("digests" not in reply.body for reply in replies if reply.status == 409)
        assert Hazard.objects.filter(id=body["id"]).count() == 1
