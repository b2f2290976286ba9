"""Photos over HTTP: received with a receipt, replayed, put into slots, limited; and what faults leave."""

import errno
import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.kernel import ids, ledger
from backend.kernel.models import Claim, Job, PolicyVersion
from media.models import Photo
from media.policy.uses import PhotoRef
from media.storage import original_key
from media.storage.spool import Spool
from tests.api import Api, problem
from tests.cast import DAY, NOON, Cast
from tests.media.pictures import SOUND, drawn, real
from tests.media.sending import BOUNDARY, part, post, put, send, sha, slot

pytestmark = pytest.mark.django_db


# ---- taken


@pytest.mark.parametrize("format", SOUND)
@pytest.mark.parametrize("door", [put, send])
def test_a_sound_photo_is_received_with_a_receipt_for_its_bytes(
    officer: Api, store: Path, cast: Cast, format: str, door: Any
) -> None:
    data = SOUND[format]()
    reply = door(officer, data)
    body = reply.json()
    assert reply.status_code == 201
    assert (body["status"], body["format"], body["sha256"], body["bytes"]) == ("received", format, sha(data), len(data))
    assert (body["receipt"]["kind"], body["receipt"]["digest"], body["receipt"]["id"]) == ("photo", sha(data), body["id"])
    assert (store / original_key(sha(data))).read_bytes() == data
    entries = ledger.of(UUID(body["id"]))
    assert [entry.kind for entry in entries] == ["photo.received"]
    assert ledger.read(entries[0])["media"] == [{"id": body["id"], "sha256": sha(data)}]
    assert entries[0].actor_id == cast.officer_a.id
    again = officer.get(f"/photos/{body['id']}").json()
    assert {"id", "status", "sha256", "bytes", "width", "height", "taken_at", "location", "checks", "urls"} <= again.keys()
    assert (again["urls"]["thumb"], again["urls"]["large"], again["checks"]) == (None, None, [])


def test_what_the_phone_says_is_kept_in_both_datums(officer: Api) -> None:
    query = (
        "?taken_at=2026-09-16T12:00:00%2B08:00&latitude=28.0363&longitude=120.6603&accuracy_m=12.5&mock_location=true&crs=gcj02"
    )
    body = put(officer, drawn(), query=query).json()
    assert body["taken_at"] == "2026-09-16T04:00:00Z"
    photo = Photo.objects.get(id=body["id"])
    assert (photo.location_sent, photo.mock_location) == ({"latitude": 28.0363, "longitude": 120.6603, "crs": "gcj02"}, True)
    assert body["location"]["accuracy_m"] == 12.5
    assert 0.001 < abs(body["location"]["latitude"] - 28.0363) < 0.01


def test_without_an_id_the_server_makes_one_and_a_key_makes_it_the_same(officer: Api) -> None:
    first = post(officer, part("file", drawn(), filename="a.jpg"), Idempotency_Key="k1")
    again = post(officer, part("file", drawn(), filename="b.jpg"), part("crs", b"bd09"), Idempotency_Key="k1")
    other = post(officer, part("file", drawn(seed=2), filename="a.jpg"), Idempotency_Key="k1")
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])
    assert problem(other) == (409, "conflict.key_reused")


def test_the_same_id_and_bytes_are_a_replay_by_any_door(officer: Api) -> None:
    id, data = ids.new(), drawn()
    first = put(officer, data, id=id, query="?latitude=28&longitude=120")
    for again in (put(officer, data, id=id), send(officer, data, id=str(id)), put(officer, data, id=id, kind="image/png")):
        assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
        assert again.json()["receipt"] == first.json()["receipt"]
        assert again.json()["location"]["latitude"] == 28
    assert (Photo.objects.count(), len(ledger.of(id))) == (1, 1)
    assert Job.objects.filter(dedupe_key__contains=str(ledger.of(id)[0].id)).count() == 1


def test_the_same_id_with_other_bytes_or_of_somebody_else_is_a_conflict(officer: Api, api: Api, cast: Cast, store: Path) -> None:
    id, data, other = ids.new(), drawn(), drawn(seed=2)
    put(officer, data, id=id)
    mine = put(officer, other, id=id)
    assert problem(mine) == (409, "conflict.same_id")
    assert mine.json()["digests"] == {"first": sha(data), "this": sha(other)}
    foreign = put(api.as_(cast.officer_b), data, id=id)
    assert problem(foreign) == (409, "conflict.same_id")
    assert "digests" not in foreign.json()
    assert not (store / original_key(sha(other))).exists()


def test_an_id_of_another_kind_is_taken_for_ever(officer: Api, cast: Cast) -> None:
    id = ids.new()
    Claim.objects.create(
        id=id, kind="hazard", actor_id=cast.officer_a.id, digest="d", receipt={"digest": "x"}, subject_id=id, created_at=NOON
    )
    assert problem(put(officer, drawn(), id=id)) == (409, "conflict.same_id")


def test_equal_bytes_under_two_ids_are_stored_once(officer: Api, api: Api, cast: Cast, store: Path) -> None:
    assert {put(officer, drawn()).status_code, put(api.as_(cast.officer_b), drawn()).status_code} == {201}
    assert Photo.objects.count() == 2
    assert len([path for path in (store / "originals").rglob("*") if path.is_file()]) == 1


# ---- slots


def test_other_bytes_than_the_slot_names_are_refused_to_those_who_may_fill_it(api: Api, cast: Cast) -> None:
    ref = PhotoRef(ids.new(), sha256=sha(drawn()))
    slot(cast.actor("officer_a"), ref)
    for who in (cast.officer_a, cast.owner_a):
        assert problem(put(api.as_(who), drawn(seed=2), id=ref.id)) == (409, "photo.other_bytes")
    assert put(api.as_(cast.owner_a), drawn(), id=ref.id).status_code == 201


def test_a_foreigner_learns_nothing_of_the_slot(api: Api, cast: Cast) -> None:
    ref = PhotoRef(ids.new(), sha256=sha(drawn()))
    hazard = slot(cast.actor("officer_a"), ref)
    assert problem(api.as_(cast.officer_b).get(f"/photos/{ref.id}")) == (404, "request.not_found")
    reply = put(api.as_(cast.officer_b), drawn(seed=2), id=ref.id)
    assert reply.status_code == 201
    assert str(hazard) not in ledger.of(ref.id)[0].body
    assert api.as_(cast.officer_a).get(f"/photos/{ref.id}").json()["status"] == "expected"


def test_an_expected_photo_is_shown_as_such_in_its_scope_only(api: Api, cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    slot(cast.actor("officer_a"), ref)
    for who in ("officer_a", "inspector", "regulator"):
        body = api.as_(getattr(cast, who)).get(f"/photos/{ref.id}").json()
        assert (body["status"], body["sha256"], body["urls"]) == (
            "expected",
            None,
            {"thumb": None, "large": None, "original": None},
        )
    random = api.as_(cast.officer_far).get(f"/photos/{ids.new()}").json()
    named = api.as_(cast.officer_far).get(f"/photos/{ref.id}").json()
    assert {k: v for k, v in random.items() if k not in ("instance", "request_id")} == {
        k: v for k, v in named.items() if k not in ("instance", "request_id")
    }


def test_the_ledger_says_which_hazards_a_photo_fills(api: Api, cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = slot(cast.actor("officer_a"), ref)
    put(api.as_(cast.employee_a), drawn(), id=ref.id)
    assert ledger.read(ledger.of(ref.id)[0])["facts"]["subjects"] == [str(hazard)]


# ---- limits


def test_the_day_the_month_and_the_moment_have_their_limits(
    officer: Api, api: Api, cast: Cast, settings: Any, frozen: Any
) -> None:
    settings.RATE_SCALE = 1
    numbers = {"per_person_per_day": 2, "bytes_per_enterprise_per_month": 1_000_000}
    PolicyVersion.objects.create(id=ids.new(), kind="photos", version=1, effective_from=NOON - DAY, document=numbers)
    with frozen(NOON):
        data = drawn()
        first = ids.new()
        assert [put(officer, data, id=first).status_code, put(officer, data).status_code] == [201, 201]
        refused = put(officer, data)
        assert problem(refused) == (429, "limit.exceeded")
        assert 0 < int(refused["Retry-After"]) <= 86_400
        assert put(officer, data, id=first).status_code == 200
        assert put(api.as_(cast.owner_a), data).status_code == 201
    with frozen(NOON + DAY):
        Photo.objects.filter(uploader=cast.officer_a).update(bytes=999_999)
        assert problem(put(officer, data)) == (429, "limit.exceeded")
        assert put(api.as_(cast.officer_b), data).status_code == 201
    with frozen(NOON + timedelta(days=31)):
        assert put(officer, data).status_code == 201


def test_a_fourth_upload_at_the_same_moment_waits(officer: Api, cast: Cast, settings: Any) -> None:
    from django.core.cache import cache

    settings.RATE_SCALE = 1
    cache.set(f"photo-turns:{cast.officer_a.id}", 3, 60)
    refused = put(officer, drawn())
    assert problem(refused) == (429, "limit.exceeded")
    assert "Retry-After" in refused
    assert cache.get(f"photo-turns:{cast.officer_a.id}") == 3
    cache.set(f"photo-turns:{cast.officer_a.id}", 2, 60)
    assert put(officer, drawn()).status_code == 201
    assert cache.get(f"photo-turns:{cast.officer_a.id}") == 2


# ---- faults


def test_a_full_disk_is_507_and_leaves_nothing(officer: Api, monkeypatch: Any) -> None:
    def full(self: Spool, piece: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(Spool, "write", full)
        for reply in (put(officer, drawn()), send(officer, drawn())):
            assert problem(reply) == (507, "server.disk_full")
            assert "Retry-After" in reply
    assert Photo.objects.count() == 0
    assert put(officer, drawn()).status_code == 201


def test_twenty_megabytes_pass_through_without_standing_in_memory(officer: Api) -> None:
    import tracemalloc

    data = drawn() + os.urandom(19 * 1024 * 1024)
    form = part("file", data, filename="a.jpg") + f"--{BOUNDARY}--\r\n".encode()
    for method, path, body, kind in (
        ("PUT", f"/api/v1/photos/{ids.new()}", data, "image/jpeg"),
        ("POST", "/api/v1/photos", form, f"multipart/form-data; boundary={BOUNDARY}"),
    ):
        tracemalloc.start()
        stream = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "HTTP_X_SESSION_TOKEN": officer.token}
        stream["CONTENT_TYPE"] = kind
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        reply = officer._client.generic(method, path, b"", content_type=kind, **stream)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        assert reply.status_code == 201
        assert peak < 4 * 1024 * 1024


def test_every_sound_real_photo_is_taken(officer: Api) -> None:
    names = [
        "DSCN0010.jpg",
        "portrait_6.jpg",
        "jolla.jpg",
        "no_exif.jpg",
        "arrow.heic",
        "zPug_3.heic",
        "Canon_40D_photoshop_import.jpg",
    ]
    files = [data for name in names if (data := real(name))]
    if not files:
        pytest.skip("the real photos of ../shared/photos are not here")
    assert [put(officer, data).status_code for data in files] == [201] * len(files)
    assert problem(put(officer, real("corrupted.heic") or b"")) == (422, "photo.truncated")


def test_who_reads_a_named_id_and_may_not_fill_it_cannot_use_it_up(api: Api, cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    slot(cast.actor("officer_a"), ref)
    assert problem(put(api.as_(cast.inspector), drawn(), id=ref.id)) == (409, "conflict.same_id")
    assert put(api.as_(cast.officer_a), drawn(), id=ref.id).status_code == 201
