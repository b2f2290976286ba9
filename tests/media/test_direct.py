"""Direct uploads: the form that is handed out, judged by our own strict store, and what `complete` makes of what arrived."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.http import HttpResponse

from backend.kernel import clock, ids, ledger
from backend.kernel.models import PolicyVersion
from media.actions import sweep
from media.models import Incoming, Photo
from media.policy.uses import PhotoRef
from media.storage import original_key
from media.storage.s3 import S3Store
from tests.api import Api, problem
from tests.cable import Cable
from tests.cast import DAY, Cast
from tests.media.pictures import drawn
from tests.media.policies import Refused, admit
from tests.media.sending import put, sha, slot

pytestmark = pytest.mark.django_db


def announce(client: Api, id: UUID | None = None, **said: Any) -> HttpResponse:
    return client.post("/photos/presign", {**({"id": str(id)} if id else {}), **said})


def upload(offer: dict[str, Any], data: bytes, name: str = "p.jpg") -> None:
    reply = httpx.post(offer["url"], data=offer["fields"], files={"file": (name, data)}, trust_env=False)
    assert reply.status_code in (200, 201, 204), reply.text


def complete(client: Api, id: UUID | str, **said: Any) -> HttpResponse:
    return client.post(f"/photos/{id}/complete", said)


def sent(client: Api, data: bytes, id: UUID, **said: Any) -> HttpResponse:
    upload(announce(client, id, **said).json(), data)
    return complete(client, id)


def incoming(s3: S3Store) -> list[str]:
    return [found.key for found in s3.keys("incoming/")]


# ---- refused


def test_where_photos_lie_on_a_disk_there_is_no_direct_upload(officer: Api) -> None:
    assert problem(announce(officer, ids.new())) == (409, "photo.no_direct_upload")
    assert problem(complete(officer, ids.new())) == (409, "photo.no_direct_upload")
    assert problem(announce(officer, ids.new(), sha256="x")) == (422, "request.invalid")


@pytest.mark.parametrize(
    "said",
    [
        {"content_type": "text/html"}, {"content_type": "image/"}, {"content_type": "image/png\r\nx: y"}, {"content_type": None},
        {"sha256": "A" * 64}, {"sha256": 1}, {"bytes": 0}, {"bytes": -1}, {"bytes": 1.5}, {"bytes": "7"}, {"latitude": 28},
        {"latitude": 91, "longitude": 0}, {"key": "originals/x"}, {"id": "../originals"}, {"taken_at": "yesterday"},
        {"crs": "mars"}, {"mock_location": "true"}, {"fields": {"acl": "public-read"}},
    ],
    ids=str,
)  # fmt: skip
def test_an_announcement_that_does_not_fit_is_refused(s3: S3Store, officer: Api, said: dict[str, Any]) -> None:
    assert problem(announce(officer, **{"id": ids.new(), **said})) == (422, "request.invalid")
    assert Incoming.objects.count() == 0


def test_an_announcement_beyond_twenty_megabytes_is_refused(s3: S3Store, officer: Api) -> None:
    assert problem(announce(officer, ids.new(), bytes=20 * 1024 * 1024 + 1)) == (413, "photo.too_large")
    assert problem(announce(officer, ids.new(), bytes=2**53 - 1)) == (413, "photo.too_large")


def test_nothing_is_complete_before_it_has_arrived(s3: S3Store, officer: Api) -> None:
    id = ids.new()
    announce(officer, id)
    reply = complete(officer, id)
    assert (problem(reply), reply["Retry-After"]) == ((409, "photo.not_arrived"), "5")
    assert Incoming.objects.count() == 1


def test_a_foreign_id_reads_as_one_that_nobody_announced(s3: S3Store, officer: Api, api: Api, cast: Cast) -> None:
    id, stranger = ids.new(), api.as_(cast.officer_b)
    upload(announce(officer, id).json(), drawn())
    foreign, unknown = complete(stranger, id), complete(stranger, ids.new())
    assert problem(foreign) == problem(unknown) == (404, "request.not_found")
    same = [{k: v for k, v in reply.json().items() if k not in ("instance", "request_id")} for reply in (foreign, unknown)]
    assert same[0] == same[1]
    assert complete(officer, id).status_code == 201
    assert problem(complete(stranger, id)) == (404, "request.not_found")
    taken = announce(stranger, id)
    assert problem(taken) == (409, "conflict.same_id")
    assert "digests" not in taken.json()


def test_two_people_who_announce_one_id_never_share_a_place(s3: S3Store, officer: Api, api: Api, cast: Cast) -> None:
    id, stranger = ids.new(), api.as_(cast.officer_b)
    mine, theirs = announce(officer, id).json(), announce(stranger, id).json()
    assert mine["fields"]["key"] != theirs["fields"]["key"]
    upload(theirs, drawn(seed=2))
    assert problem(complete(officer, id)) == (409, "photo.not_arrived")
    assert complete(stranger, id).json()["sha256"] == sha(drawn(seed=2))
    upload(mine, drawn())
    reply = complete(officer, id)
    assert problem(reply) == (409, "conflict.same_id")
    assert "digests" not in reply.json()
    assert incoming(s3) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", (422, "photo.not_an_image")),
        (b"<!doctype html><script>alert(1)</script>" + bytes(100), (422, "photo.not_an_image")),
        (b"", (422, "photo.not_an_image")),
        (drawn()[:-200], (422, "photo.truncated")),
        (drawn(size=(32, 32)), (422, "photo.too_small")),
        (drawn() + bytes(20 * 1024 * 1024), (413, "photo.too_large")),
    ],
    ids=["svg", "html", "nothing", "truncated", "small", "large"],
)
def test_what_is_no_photo_is_refused_and_removed(s3: S3Store, officer: Api, data: bytes, code: tuple[int, str]) -> None:
    id = ids.new()
    assert problem(sent(officer, data, id)) == code
    assert (incoming(s3), list(s3.keys("originals/")), Photo.objects.count(), Incoming.objects.count()) == ([], [], 0, 0)
    assert problem(complete(officer, id)) == (404, "request.not_found")


@pytest.mark.parametrize("said", [{"sha256": sha(drawn(seed=2))}, {"bytes": 4711}], ids=["digest", "length"])
def test_other_bytes_than_announced_are_refused_and_removed(s3: S3Store, officer: Api, said: dict[str, Any]) -> None:
    id = ids.new()
    offer = announce(officer, id, **said).json()
    plain = {name: value for name, value in offer["fields"].items() if "checksum" not in name}
    upload({**offer, "fields": plain}, drawn())
    assert problem(complete(officer, id)) == (422, "photo.digest_mismatch")
    assert (incoming(s3), Photo.objects.count()) == ([], 0)


def test_the_digest_may_be_told_with_complete(s3: S3Store, officer: Api) -> None:
    first, second = ids.new(), ids.new()
    for id in (first, second):
        upload(announce(officer, id).json(), drawn())
    assert problem(complete(officer, first, sha256=sha(b"else"))) == (422, "photo.digest_mismatch")
    assert complete(officer, second, sha256=sha(drawn())).status_code == 201
    assert problem(complete(officer, second, more=1)) == (422, "request.invalid")


def test_a_slot_that_names_other_bytes_refuses_them(s3: S3Store, officer: Api, cast: Cast) -> None:
    ref = PhotoRef(ids.new(), sha256=sha(drawn(seed=2)))
    slot(cast.actor("officer_a"), ref)
    assert problem(sent(officer, drawn(), ref.id)) == (409, "photo.other_bytes")
    assert (incoming(s3), Photo.objects.count()) == ([], 0)


def test_more_than_the_day_allows_is_neither_announced_nor_received(s3: S3Store, officer: Api, settings: Any) -> None:
    settings.RATE_SCALE = 1
    two = {"per_person_per_day": 2}
    PolicyVersion.objects.create(id=ids.new(), kind="photos", version=1, effective_from=clock.now() - DAY, document=two)
    first, second = ids.new(), ids.new()
    offers = [announce(officer, id).json() for id in (first, second)]
    assert problem(announce(officer, ids.new())) == (429, "limit.exceeded")
    assert announce(officer, first).status_code == 201
    for offer in offers:
        upload(offer, drawn())
    assert put(officer, drawn(seed=3)).status_code == 201
    assert complete(officer, first).status_code == 201
    assert problem(complete(officer, second)) == (429, "limit.exceeded")
    # nothing speaks against the bytes: they wait for tomorrow
    assert (len(incoming(s3)), Incoming.objects.count()) == (1, 1)


# ---- taken


def test_a_photo_that_was_uploaded_directly_is_received_like_every_other(s3: S3Store, officer: Api, cast: Cast) -> None:
    id, data = ids.new(), drawn()
    where = {"latitude": 28.0363, "longitude": 120.6603, "accuracy_m": 12.5, "crs": "gcj02"}
    reply = announce(officer, id, sha256=sha(data), bytes=len(data), taken_at="2026-09-16T12:00:00+08:00", **where)
    offer = reply.json()
    assert (reply.status_code, offer["id"]) == (201, str(id))
    upload(offer, data)
    done = complete(officer, id)
    body = done.json()
    assert (done.status_code, body["status"], body["sha256"], body["bytes"]) == (201, "received", sha(data), len(data))
    assert (body["receipt"]["id"], body["receipt"]["digest"]) == (str(id), sha(data))
    assert body["taken_at"] == "2026-09-16T04:00:00Z"
    assert 0.001 < abs(body["location"]["latitude"] - 28.0363) < 0.01
    assert [entry.kind for entry in ledger.of(id)] == ["photo.received"]
    assert s3.open(original_key(sha(data))).read() == data
    assert (incoming(s3), Incoming.objects.count()) == ([], 0)
    for again in (
        complete(officer, id),
        announce(officer, id),
        announce(officer, id, sha256=sha(data)),
        put(officer, data, id=id),
    ):
        assert (again.status_code, again["Idempotency-Replayed"], again.json()["receipt"]) == (200, "true", body["receipt"])
    other = announce(officer, id, sha256=sha(b"else"))
    assert problem(other) == (409, "conflict.same_id")
    assert other.json()["digests"] == {"first": sha(data), "this": sha(b"else")}


def test_an_answer_that_was_lost_is_given_again_although_the_object_came_twice(s3: S3Store, officer: Api) -> None:
    id = ids.new()
    offer = announce(officer, id).json()
    upload(offer, drawn())
    row = Incoming.objects.get()
    first = complete(officer, id)
    # as if the server had been killed between its commit and the removal, and the phone had posted once more
    row.save(force_insert=True)
    upload(offer, drawn())
    again = complete(officer, id)
    assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
    row.save(force_insert=True)
    upload(offer, drawn(seed=2))
    assert problem(complete(officer, id)) == (409, "conflict.same_id")
    assert (incoming(s3), Photo.objects.count(), Incoming.objects.count()) == ([], 1, 0)


def test_without_an_id_the_server_makes_one_and_a_key_makes_it_the_same(s3: S3Store, officer: Api) -> None:
    assert announce(officer).json()["id"] != announce(officer).json()["id"]
    keyed = [officer.post("/photos/presign", {}, Idempotency_Key="k1").json() for _ in range(2)]
    assert keyed[0]["id"] == keyed[1]["id"]
    upload(keyed[1], drawn())
    assert complete(officer, keyed[0]["id"]).status_code == 201
    for path in ("/photos/presign", f"/photos/{keyed[0]['id']}/complete"):
        assert problem(officer.post(path, {}, Idempotency_Key="")) == (422, "request.invalid")


def test_while_the_store_is_away_the_phone_is_told_to_take_another_door(s3: S3Store, wire: Cable, officer: Api) -> None:
    id = ids.new()
    upload(announce(officer, id).json(), drawn())
    wire.cut()
    assert problem(complete(officer, id)) == (503, "server.unavailable")
    assert problem(announce(officer, ids.new())) == (503, "server.unavailable")
    assert put(officer, drawn(seed=2)).status_code == 201
    assert (Incoming.objects.count(), Photo.objects.count()) == (2, 1)


# ---- the form, before a store that believes nothing


@pytest.fixture
def offer(s3: S3Store, officer: Api) -> dict[str, Any]:
    return dict(announce(officer, ids.new(), content_type="image/png").json())


def judged(s3: S3Store, fields: dict[str, str], data: bytes = b"x", *, at: datetime | None = None, secret: str = "secret") -> str:
    return admit(fields, data, bucket=s3.bucket.name, secret=secret, at=at or clock.now())


def test_the_form_is_signed_for_one_private_key_and_expires_soon(s3: S3Store, offer: dict[str, Any]) -> None:
    key = judged(s3, offer["fields"])
    assert key == f"incoming/{Incoming.objects.get().id}"
    assert judged(s3, {**offer["fields"], "Content-Type": "image/heic"}) == key
    expires = datetime.fromisoformat(offer["expires_at"])
    assert timedelta(minutes=5) < expires - clock.now() <= timedelta(minutes=15)
    policy = json.loads(base64.b64decode(offer["fields"]["policy"]))
    assert abs(datetime.fromisoformat(policy["expiration"]) - expires) < timedelta(seconds=2)
    assert len(base64.b64decode(offer["fields"]["policy"])) < 1024


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"key": "originals/aa/bb/x"}, "key"), ({"key": "incoming/"}, "key"), ({"Content-Type": "text/html"}, "content-type"),
        ({"acl": "public-read"}, "not in the policy: ['acl']"), ({"x-amz-signature": "0" * 64}, "signature"),
        ({"success_action_redirect": "http://x"}, "not in the policy: ['success_action_redirect']"),
        ({"x-amz-date": "20260101T000000Z"}, "x-amz-date"), ({"Cache-Control": "public"}, "not in the policy: ['cache-control']"),
    ],
    ids=str,
)  # fmt: skip
def test_a_changed_form_is_worth_nothing(s3: S3Store, offer: dict[str, Any], change: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match="^" + why.replace("[", r"\[").replace("]", r"\]")):
        judged(s3, {**offer["fields"], **change})


def test_a_form_is_worth_nothing_later_for_more_bytes_or_elsewhere(s3: S3Store, offer: dict[str, Any]) -> None:
    fields = offer["fields"]
    with pytest.raises(Refused, match="expired"):
        judged(s3, fields, at=datetime.now(UTC) + timedelta(minutes=15, seconds=1))
    for length in (0, 20 * 1024 * 1024 + 1):
        with pytest.raises(Refused, match="length"):
            judged(s3, fields, bytes(length))
    with pytest.raises(Refused, match="signature"):
        judged(s3, fields, secret="another")
    with pytest.raises(Refused, match="bucket"):
        admit(fields, b"x", bucket="another", secret="secret", at=clock.now())
    assert judged(s3, fields, bytes(20 * 1024 * 1024))


def test_a_digest_that_was_told_is_demanded_by_the_store_itself(s3: S3Store, officer: Api) -> None:
    data = drawn()
    fields = announce(officer, ids.new(), sha256=sha(data), bytes=len(data)).json()["fields"]
    assert judged(s3, fields, data).startswith("incoming/")
    with pytest.raises(Refused, match="digest"):
        judged(s3, fields, drawn(seed=2)[: len(data)].ljust(len(data), b"\0"))
    with pytest.raises(Refused, match="length"):
        judged(s3, fields, data + b"\0")
    without = {name: value for name, value in fields.items() if name != "x-amz-checksum-sha256"}
    with pytest.raises(Refused, match="x-amz-checksum-sha256"):
        judged(s3, without, data)
    assert len(base64.b64decode(fields["policy"])) < 1024


# ---- left lying


def test_what_nobody_completes_is_swept_after_seven_days(s3: S3Store, officer: Api) -> None:
    for _ in range(2):
        upload(announce(officer, ids.new()).json(), drawn())
    announce(officer, ids.new())
    assert sweep.clear_incoming(at=clock.now() + timedelta(days=6)) == 0
    assert (len(incoming(s3)), Incoming.objects.count()) == (2, 3)
    assert sweep.clear_incoming(at=clock.now() + timedelta(days=8)) == 2
    assert (incoming(s3), Incoming.objects.count()) == ([], 0)
