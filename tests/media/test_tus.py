"""Uploads in pieces over HTTP (tus 1.0.0): what is refused, what is kept, and that a whole one is a photo like any other."""

from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from backend.kernel import clock, ids, ledger
from media.models import Photo, Upload, UploadPart
from media.policy.uses import PhotoRef
from tests.api import Api, problem
from tests.cast import DAY, NOON, SECOND, Cast
from tests.media.pictures import drawn
from tests.media.sending import put, sha, slot
from tests.media.tus import CHUNK, begin, checksum, end, head, metadata, patch, stands

pytestmark = pytest.mark.django_db
DATA = drawn()
HALF = len(DATA) // 2


def blobs(store: Path, what: str = "parts") -> list[str]:
    return sorted(path.name for path in (store / what).rglob("*") if path.is_file())


# ---- who


@pytest.mark.parametrize(
    "send", [begin, lambda api, data: head(api, ids.new()), lambda api, data: patch(api, ids.new(), 0, data)]
)
def test_who_is_not_logged_in_is_refused(api: Api, send: Any) -> None:
    assert send(api, DATA).status_code == 401


def test_anybody_is_told_what_is_spoken(api: Api) -> None:
    reply = api.request("OPTIONS", "/uploads")
    assert reply.status_code == 204
    assert reply["Tus-Version"] == reply["Tus-Resumable"] == "1.0.0"
    assert set(reply["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "checksum", "expiration", "termination"
    }  # fmt: skip
    assert int(reply["Tus-Max-Size"]) == 20 * 1024 * 1024
    assert {"sha256", "sha1"} <= set(reply["Tus-Checksum-Algorithm"].split(","))


def test_the_upload_of_another_does_not_exist(api: Api, cast: Cast, officer: Api) -> None:
    id = ids.new()
    assert begin(officer, DATA, id=id).status_code == 201
    for other in (api.as_(cast.owner_a), api.as_(cast.officer_b), api.as_(cast.inspector)):
        assert head(other, id).status_code == 404
        assert problem(patch(other, id, 0, DATA)) == problem(end(other, id)) == (404, "request.not_found")
    assert stands(head(officer, id)) == (200, 0, len(DATA))


# ---- what is asked


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.1", "1"])
def test_another_version_is_refused_and_told_ours(officer: Api, version: str) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    for reply in (begin(officer, DATA, Tus_Resumable=version), patch(officer, id, 0, DATA, Tus_Resumable=version)):
        assert problem(reply) == (412, "upload.version")
        assert (reply["Tus-Version"], reply["Tus-Resumable"]) == ("1.0.0", "1.0.0")
    assert officer.request("HEAD", f"/uploads/{id}").status_code == 412
    assert problem(officer.request("DELETE", f"/uploads/{id}")) == (412, "upload.version")


@pytest.mark.parametrize("length", ["", "-1", "1.5", "1e3", "a", "٣", " ", "9" * 400])
def test_a_length_that_is_none_is_refused(officer: Api, length: str) -> None:
    assert problem(begin(officer, DATA, Upload_Length=length)) == (422, "request.invalid")


def test_a_length_that_comes_later_is_not_spoken_here(officer: Api) -> None:
    headers = {"Tus_Resumable": "1.0.0", "Upload_Defer_Length": "1"}
    assert problem(officer.request("POST", "/uploads", **headers)) == (422, "request.invalid")


def test_more_than_20_mb_is_refused_before_it_comes(officer: Api) -> None:
    most = 20 * 1024 * 1024
    assert problem(begin(officer, DATA, Upload_Length=str(most + 1))) == (413, "photo.too_large")
    assert begin(officer, DATA, Upload_Length=str(most)).status_code == 201


MALFORMED = [
    "id", "id !!!", "id YQ", "id YQ==,id YQ==", "a YQ==,,b YQ==", "k\x7f YQ==", "sha256 " + "QUFB" * 2000,
    ",".join(f"k{n} YQ==" for n in range(60)), "taken_at /w==", "taken_at AA==", "id  YQ==",
    metadata(latitude="91", longitude="1"),
    metadata(latitude="28"), metadata(crs="wgs72"), metadata(sha256="abc"), metadata(id="x"), metadata(mock_location="yes"),
    metadata(taken_at="yesterday"), metadata(accuracy_m="-1"), metadata(longitude="nan", latitude="1"), "taken_at",
]  # fmt: skip


@pytest.mark.parametrize("header", MALFORMED)
def test_metadata_that_cannot_be_read_is_refused(officer: Api, header: str) -> None:
    assert problem(begin(officer, DATA, Upload_Metadata=header)) == (422, "request.invalid")
    assert Upload.objects.count() == 0


def test_metadata_of_others_is_ignored_and_given_back(officer: Api) -> None:
    header = metadata(filename="../../照片.jpg", filetype="image/jpeg", relativePath="null", is_confidential="") + ",bare"
    reply = begin(officer, DATA, Upload_Metadata=header)
    assert reply.status_code == 201
    assert head(officer, reply.json()["id"])["Upload-Metadata"] == header


def test_a_body_of_another_type_is_refused(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    for kind in ("image/jpeg", "application/octet-stream", "application/json"):
        assert problem(patch(officer, id, 0, DATA, Content_Type=kind)) == (415, "request.unsupported_media")
    headers = {"Tus_Resumable": "1.0.0", "Upload_Length": "5", "Content_Type": "image/jpeg"}
    assert problem(officer.request("POST", "/uploads", b"bytes", **headers)) == (415, "request.unsupported_media")


# ---- pieces


def test_pieces_make_a_photo_with_its_receipt(officer: Api, store: Path, drain: Any) -> None:
    id = ids.new()
    begun = begin(officer, DATA, id=id)
    assert (begun.status_code, begun["Location"]) == (201, f"/api/v1/uploads/{id}")
    assert begun.json() | {"expires_at": None} == {
        "id": str(id), "status": "open", "offset": 0, "length": len(DATA), "expires_at": None, "receipt": None,
    }  # fmt: skip
    reply = patch(officer, id, 0, DATA[:HALF])
    assert (reply.status_code, reply["Upload-Offset"], reply.content) == (204, str(HALF), b"")
    assert "Upload-Receipt" not in reply
    assert stands(head(officer, id)) == (200, HALF, len(DATA))
    reply = patch(officer, id, HALF, DATA[HALF:])
    assert (reply.status_code, reply["Upload-Offset"]) == (204, str(len(DATA)))
    receipt = officer.get(f"/receipts/{id}").json()
    assert receipt["digest"] == sha(DATA)
    assert orjson.loads(reply["Upload-Receipt"]) == receipt == orjson.loads(head(officer, id)["Upload-Receipt"])
    assert stands(head(officer, id)) == (200, len(DATA), len(DATA))
    assert (blobs(store), blobs(store, "originals"), UploadPart.objects.count()) == ([], [sha(DATA)], 0)
    drain(clock.now() + SECOND)
    assert officer.get(f"/photos/{id}").json()["status"] == "ready"
    assert [entry.kind for entry in ledger.of(id)][:2] == ["photo.received", "photo.ready"]


def test_what_was_told_beside_the_bytes_is_kept(officer: Api) -> None:
    id = ids.new()
    told = metadata(
        id=id, taken_at="2026-09-16T12:00:00+08:00", latitude="28.0391", longitude="120.6557", accuracy_m="12.5",
        mock_location="true", crs="gcj02",
    )  # fmt: skip
    begin(officer, DATA, Upload_Metadata=told)
    patch(officer, id, 0, DATA)
    photo = Photo.objects.get(id=id)
    assert (photo.taken_at, photo.accuracy_m, photo.mock_location) == (NOON, 12.5, True)
    assert photo.location_sent == {"latitude": 28.0391, "longitude": 120.6557, "crs": "gcj02"}
    assert photo.latitude != 28.0391


def test_the_first_bytes_may_come_with_the_creation(officer: Api) -> None:
    id = ids.new()
    reply = begin(officer, DATA, id=id, body=DATA[:HALF])
    assert (reply.status_code, reply["Upload-Offset"]) == (201, str(HALF))
    whole = begin(officer, drawn(seed=3), body=drawn(seed=3))
    assert (whole.status_code, whole.json()["status"]) == (201, "received")
    assert whole.json()["receipt"]["digest"] == sha(drawn(seed=3))
    # sent again from the beginning: what is here is passed over, the rest is taken
    again = begin(officer, DATA, id=id, body=DATA)
    assert (again.status_code, again["Idempotency-Replayed"], again.json()["status"]) == (200, "true", "received")
    assert Photo.objects.get(id=id).sha256 == sha(DATA)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_any_size_of_piece_will_do(officer: Api, size: int) -> None:
    data = drawn(size=(64, 64)) if size == 1 else DATA
    data = data[:-2] + b"\xff\xd9"
    id, most = ids.new(), 0
    begin(officer, data, id=id)
    crumbs = min(len(data), 300 * size)
    for start in range(0, crumbs, size):
        assert patch(officer, id, start, data[start : min(start + size, crumbs)]).status_code == 204
        most = max(most, UploadPart.objects.count())
    assert most == 1  # crumbs are swept together
    assert crumbs == len(data) or patch(officer, id, crumbs, data[crumbs:]).status_code == 204
    assert Photo.objects.get(id=id).sha256 == sha(data)


def test_another_offset_is_refused_and_told_the_right_one(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    patch(officer, id, 0, DATA[:HALF])
    for offset in (0, HALF - 1, HALF + 1, 10**14):
        reply = patch(officer, id, offset, DATA[HALF:])
        assert problem(reply) == (409, "upload.offset")
        assert reply.json()["upload_offset"] == HALF
    for offset in ("-1", "x", "", "1.0"):
        assert problem(patch(officer, id, offset, DATA)) == (422, "request.invalid")
    assert stands(head(officer, id)) == (200, HALF, len(DATA))


def test_bytes_beyond_the_length_are_refused_and_none_is_kept(officer: Api, store: Path) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    assert problem(patch(officer, id, 0, DATA + b"x")) == (413, "request.too_large")
    assert stands(head(officer, id)) == (200, 0, len(DATA))
    assert blobs(store) == []


def test_twenty_mb_to_the_last_byte_are_taken(officer: Api) -> None:
    most, id = 20 * 1024 * 1024, ids.new()
    data = DATA + bytes(most - len(DATA))  # phones append films, which are kept
    begin(officer, data, id=id)
    assert patch(officer, id, 0, data[: most - 1]).status_code == 204
    assert problem(patch(officer, id, most - 1, b"xy")) == (413, "request.too_large")
    assert patch(officer, id, most - 1, data[-1:]).status_code == 204
    assert (Photo.objects.get(id=id).bytes, Photo.objects.get(id=id).sha256) == (most, sha(data))


def test_an_empty_piece_changes_nothing(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    assert patch(officer, id, 0, b"")["Upload-Offset"] == "0"
    patch(officer, id, 0, DATA)
    reply = patch(officer, id, len(DATA), b"")
    assert (reply.status_code, reply["Upload-Offset"]) == (204, str(len(DATA)))


def test_a_post_may_stand_for_a_patch_where_that_cannot_be_sent(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    headers = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": CHUNK}
    assert officer.request("POST", f"/uploads/{id}", DATA, **headers).status_code == 405
    reply = officer.request("POST", f"/uploads/{id}", DATA, X_HTTP_Method_Override="PATCH", **headers)
    assert reply.status_code == 204
    assert Photo.objects.filter(id=id).exists()


# ---- checksums


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_with_its_checksum_is_kept_another_is_discarded(officer: Api, store: Path, algorithm: str) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    reply = patch(officer, id, 0, DATA[:HALF], Upload_Checksum=checksum(DATA[1:], algorithm))
    assert problem(reply) == (460, "upload.checksum_mismatch")
    assert (stands(head(officer, id))[1], blobs(store)) == (0, [])
    assert patch(officer, id, 0, DATA[:HALF], Upload_Checksum=checksum(DATA[:HALF], algorithm)).status_code == 204


@pytest.mark.parametrize("told", ["md5 " + "A" * 22 + "==", "sha256", "sha256 !", "sha256 AAAA", "", "sha1 AAAA", "SHA256 AAAA"])
def test_a_checksum_that_is_none_is_refused(officer: Api, told: str) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    assert problem(patch(officer, id, 0, DATA, Upload_Checksum=told)) == (400, "upload.checksum_unknown")
    assert problem(begin(officer, DATA, body=DATA, Upload_Checksum=told)) == (400, "upload.checksum_unknown")


# ---- what is no photo


def test_what_is_no_photo_is_refused_and_closes_its_upload(officer: Api, store: Path) -> None:
    id, data = ids.new(), DATA[:-2]
    begin(officer, data, id=id)
    assert problem(patch(officer, id, 0, data)) == (422, "photo.truncated")
    assert head(officer, id).status_code == 410
    reply = patch(officer, id, len(data), b"")
    assert problem(reply) == (410, "upload.refused")
    assert reply.json()["reason"] == "photo.truncated"
    assert (blobs(store), Photo.objects.count()) == ([], 0)
    # the id is not used up
    assert begin(officer, DATA, id=id).status_code == 201
    assert patch(officer, id, 0, DATA).status_code == 204


def test_bytes_of_another_digest_than_was_said_are_refused(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, Upload_Metadata=metadata(id=id, sha256="a" * 64))
    assert problem(patch(officer, id, 0, DATA)) == (422, "photo.digest_mismatch")
    assert head(officer, id).status_code == 410


def test_an_upload_of_nothing_is_no_photo(officer: Api) -> None:
    assert problem(begin(officer, b"")) == (422, "photo.not_an_image")


# ---- ids


def test_the_same_id_again_is_the_same_upload(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    patch(officer, id, 0, DATA[:HALF])
    again = begin(officer, DATA, id=id)
    assert (again.status_code, again["Idempotency-Replayed"], again["Upload-Offset"]) == (200, "true", str(HALF))
    assert Upload.objects.count() == 1
    other = begin(officer, drawn(seed=5), id=id)
    assert problem(other) == (409, "conflict.same_id")
    assert other.json()["digests"] == {"first": sha(DATA), "this": sha(drawn(seed=5))}


def test_a_key_stands_for_an_id(officer: Api) -> None:
    told = {"Upload_Metadata": metadata(sha256=sha(DATA)), "Idempotency_Key": "k1"}
    first, again = begin(officer, DATA, **told), begin(officer, DATA, **told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first["Location"] == again["Location"]
    assert problem(begin(officer, drawn(seed=5), Upload_Metadata="", Idempotency_Key="k1")) == (409, "conflict.key_reused")


def test_a_photo_that_came_by_another_door_is_a_whole_upload(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    patch(officer, id, 0, DATA[:HALF])
    assert put(officer, DATA, id=id).status_code == 201
    assert stands(head(officer, id)) == (200, len(DATA), len(DATA))
    assert problem(patch(officer, id, HALF, DATA[HALF:])) == (409, "upload.offset")
    assert patch(officer, id, len(DATA), b"").status_code == 204
    again = begin(officer, DATA, id=id)
    assert (again.status_code, again.json()["status"], again["Upload-Offset"]) == (200, "received", str(len(DATA)))
    assert problem(begin(officer, drawn(seed=5), id=id)) == (409, "conflict.same_id")
    never = ids.new()
    assert put(officer, DATA, id=never).status_code == 201
    assert stands(head(officer, never)) == (200, len(DATA), len(DATA))


def test_without_a_digest_the_bytes_say_whether_a_photo_is_the_same(officer: Api) -> None:
    for data, id in ((DATA, ids.new()), (drawn(seed=5), ids.new())):
        assert put(officer, DATA, id=id).status_code == 201
        assert begin(officer, data, Upload_Metadata=metadata(id=id)).status_code == 201
        reply = patch(officer, id, 0, data)
        assert reply.status_code == (204 if data == DATA else 409)
        assert Photo.objects.get(id=id).sha256 == sha(DATA)


def test_the_id_of_anothers_photo_is_taken_and_nothing_is_told_of_it(api: Api, cast: Cast, officer: Api) -> None:
    id = ids.new()
    put(officer, DATA, id=id)
    for data in (DATA, drawn(seed=5)):
        reply = begin(api.as_(cast.officer_b), data, id=id)
        assert problem(reply) == (409, "conflict.same_id")
        assert "digests" not in reply.json()


def test_of_two_who_mean_the_same_id_the_first_whole_one_counts(api: Api, cast: Cast, officer: Api) -> None:
    id, other = ids.new(), api.as_(cast.officer_b)
    assert begin(officer, DATA, id=id).status_code == begin(other, DATA, id=id).status_code == 201
    patch(other, id, 0, DATA[:HALF])
    assert patch(officer, id, 0, DATA).status_code == 204
    reply = patch(other, id, HALF, DATA[HALF:])
    assert problem(reply) == (409, "conflict.same_id")
    assert "digests" not in reply.json()
    assert head(other, id).status_code == 410


def test_a_slot_that_names_other_bytes_is_not_filled(officer: Api, cast: Cast) -> None:
    id = ids.new()
    slot(cast.actor("officer_a"), PhotoRef(id, sha256="a" * 64))
    begin(officer, DATA, id=id)
    assert problem(patch(officer, id, 0, DATA)) == (409, "photo.other_bytes")


# ---- ends


def test_an_upload_that_is_ended_is_forgotten(officer: Api, store: Path) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    patch(officer, id, 0, DATA[:HALF])
    assert end(officer, id).status_code == 204
    assert (head(officer, id).status_code, problem(end(officer, id))) == (404, (404, "request.not_found"))
    assert (blobs(store), Upload.objects.count()) == ([], 0)


def test_a_received_photo_is_not_ended(officer: Api) -> None:
    id = ids.new()
    begin(officer, DATA, id=id)
    patch(officer, id, 0, DATA)
    assert problem(end(officer, id)) == (409, "upload.finished")
    never = ids.new()
    put(officer, DATA, id=never)
    assert problem(end(officer, never)) == (409, "upload.finished")
    assert Photo.objects.count() == 2


def test_it_may_go_on_for_seven_days_after_its_last_byte(officer: Api, frozen: Any) -> None:
    id = ids.new()
    with frozen(NOON):
        reply = begin(officer, DATA, id=id)
        assert parsedate_to_datetime(reply["Upload-Expires"]) == NOON + 7 * DAY
    with frozen(NOON + 5 * DAY):
        assert parsedate_to_datetime(patch(officer, id, 0, DATA[:HALF])["Upload-Expires"]) == NOON + 12 * DAY
    with frozen(NOON + 12 * DAY - SECOND):
        assert stands(head(officer, id)) == (200, HALF, len(DATA))
    with frozen(NOON + 12 * DAY):
        assert head(officer, id).status_code == 410
        assert problem(patch(officer, id, HALF, DATA[HALF:])) == (410, "upload.expired")
        assert begin(officer, DATA, id=id)["Upload-Offset"] == "0"
