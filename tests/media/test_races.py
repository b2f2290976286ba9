"""Copies of one photo at once: one is created, the others are replays, nothing is doubled."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Person
from backend.kernel import clock, ids, ledger
from backend.kernel.models import Job
from media import queries
from media.actions import lapse
from media.actions.attach import attach
from media.actions.settle import settle
from media.decode import Decoded
from media.models import Photo, PhotoUse
from media.policy.uses import PhotoRef
from tests.api import Api
from tests.cast import DAY, NOON, Cast
from tests.media.pictures import drawn
from tests.media.sending import put, send, sha
from tests.media.test_direct import announce, complete, upload
from tests.media.test_slots import use_of

ROUNDS, COPIES = 5, 6


def apart(work: Any) -> Any:
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.usefixtures("live_db")
def test_parallel_copies_of_one_photo_make_one(api: Api, live_cast: Cast) -> None:
    client = api.as_(live_cast.officer_a)
    with ThreadPoolExecutor(COPIES) as pool:
        for seed in range(ROUNDS):
            id, data = ids.new(), drawn(seed=seed)
            put_, send_ = partial(put, client, data, id=id), partial(send, client, data, id=str(id))
            replies = list(pool.map(apart, [put_, send_] * (COPIES // 2)))
            codes = Counter(reply.status_code for reply in replies)
            assert codes[201] == 1
            # on SQLite a writer may be told to come back; it is never told that it succeeded
            assert codes[201] + codes[200] + codes[409] + codes[503] == COPIES
            assert len({reply.json()["receipt"]["signature"] for reply in replies if reply.status_code < 300}) == 1
            assert (len(ledger.of(id)), Photo.objects.filter(id=id).count()) == (1, 1)
    assert Job.objects.filter(kind="media.tasks.settle").count() == ROUNDS


def patiently(call: Any) -> Any:
    """Return the answer of a client that comes back when it is told to: SQLite and moto are busy now and then."""
    deadline = time.monotonic() + 90
    while (reply := call()).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.3)
    return reply


@pytest.mark.usefixtures("live_db", "s3")
def test_parallel_completions_of_one_direct_upload_make_one_photo(api: Api, live_cast: Cast) -> None:
    client = api.as_(live_cast.officer_a)
    with ThreadPoolExecutor(COPIES) as pool:
        for seed in range(ROUNDS):
            id, data = ids.new(), drawn(seed=seed)
            upload(patiently(partial(announce, client, id)).json(), data)
            replies = list(pool.map(apart, [partial(complete, client, id)] * COPIES))
            replies.append(patiently(partial(complete, client, id)))
            codes = Counter((reply.status_code, reply.json().get("code") or "") for reply in replies)
            assert codes[201, ""] == 1
            assert set(codes) <= {(201, ""), (200, ""), (409, "conflict.in_progress"), (503, "server.unavailable")}
            assert (len(ledger.of(id)), Photo.objects.get(id=id).sha256) == (1, sha(data))


@pytest.mark.usefixtures("live_db")
def test_two_people_with_one_id_get_one_photo_and_a_conflict(api: Api, live_cast: Cast) -> None:
    people: list[Person] = [live_cast.officer_a, live_cast.officer_b]
    clients = [api.as_(person) for person in people]
    with ThreadPoolExecutor(2) as pool:
        for seed in range(ROUNDS):
            id, data = ids.new(), drawn(seed=seed)
            replies = list(pool.map(apart, [partial(put, client, data, id=id) for client in clients]))
            assert sorted(reply.status_code for reply in replies) == [201, 409]


@pytest.mark.usefixtures("live_db")
def test_two_sweeps_at_once_let_a_slot_lapse_once(live_cast: Cast, on_postgresql: None) -> None:
    use = use_of(live_cast.officer_a)
    attach([PhotoRef(ids.new()) for _ in range(30)], use=use, at=NOON)
    with ThreadPoolExecutor(4) as pool:
        lapsed = list(pool.map(lambda _: apart(lambda: lapse.lapse_due(at=NOON + 8 * DAY)), range(4)))
    assert sum(lapsed) == 30
    assert {len(ledger.of(slot)) for slot in PhotoUse.objects.values_list("id", flat=True)} == {1}


@pytest.mark.usefixtures("live_db")
def test_a_photo_settled_while_it_is_being_attached_names_the_hazard(api: Api, live_cast: Cast, on_postgresql: None) -> None:
    id, use = ids.new(), use_of(live_cast.officer_a)
    assert put(api.as_(live_cast.officer_a), drawn(), id=id).status_code == 201
    settled = partial(settle, photo_id=id, decoded=Decoded(), at=clock.now())
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            attach([PhotoRef(id)], use=use, at=NOON)
            slots = queries.slots_for_update([use.subject_id])[use.subject_id]
            job = pool.submit(apart, settled)
            with pytest.raises(TimeoutError):
                job.result(timeout=0.3)
        job.result(timeout=5)
    assert [str(slot.status) for slot in slots] == ["received"]
    assert ledger.read(ledger.of(id)[1])["facts"]["subjects"] == [str(use.subject_id)]
