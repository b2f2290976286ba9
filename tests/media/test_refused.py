"""Photos over HTTP: who and what is refused, by which code, and that nothing is left behind."""

import io
from pathlib import Path

import pytest

from backend.kernel import ids
from backend.kernel.models import Claim
from media.models import Photo
from tests.api import Api, problem
from tests.cast import Cast
from tests.media.pictures import animated, drawn, png
from tests.media.sending import BOUNDARY, part, post, put, send, sha

pytestmark = pytest.mark.django_db


# ---- who


@pytest.mark.parametrize("path", ["put", "post", "get"])
def test_who_is_not_logged_in_is_refused(api: Api, path: str) -> None:
    reply = {"put": lambda: put(api, drawn()), "post": lambda: send(api, drawn()), "get": lambda: api.get(f"/photos/{ids.new()}")}
    assert problem(reply[path]()) == (401, "auth.required")


@pytest.mark.parametrize("who", ["auditor", "admin", "stranger"])
def test_auditors_administrators_and_people_without_duty_have_nothing_to_do_with_photos(api: Api, cast: Cast, who: str) -> None:
    client = api.as_(getattr(cast, who))
    photo = put(api.as_(cast.officer_a), drawn()).json()
    replies = [put(client, drawn()), send(client, drawn()), client.get(f"/photos/{photo['id']}")]
    assert [problem(reply) for reply in replies] == [(403, "auth.no_duty")] * 3


# ---- what

REFUSED = {
    "photo.not_an_image": lambda: b"GIF89a" + b"\0" * 500, "photo.truncated": lambda: drawn()[:-2],
    "photo.too_many_pixels": lambda: png(60_000, 60_000), "photo.too_small": lambda: drawn(size=(63, 90)),
    "photo.animated": lambda: animated("WEBP"),
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_no_sound_photo_is_refused_by_both_doors_and_leaves_nothing(officer: Api, store: Path, code: str) -> None:
    data, id = REFUSED[code](), ids.new()
    assert problem(put(officer, data, id=id)) == (422, code)
    assert problem(send(officer, data, id=str(id))) == (422, code)
    assert (Photo.objects.count(), Claim.objects.filter(kind="photo").count(), list((store / "originals").rglob("*"))) == (
        0,
        0,
        [],
    )
    assert put(officer, drawn(), id=id).status_code == 201


def test_what_is_too_large_is_refused_before_it_is_read(officer: Api) -> None:
    data = drawn() + b"\0" * (20 * 1024 * 1024)
    assert problem(put(officer, data)) == (413, "photo.too_large")
    assert problem(send(officer, data)) == (413, "photo.too_large")
    assert problem(send(officer, data + b"\0" * 200_000)) == (413, "photo.too_large")


def test_a_body_that_ends_early_is_never_accepted(officer: Api) -> None:
    data = drawn() + b"tail"
    body = part("file", data, filename="p.jpg") + f"--{BOUNDARY}--\r\n".encode()
    head = {"HTTP_X_SESSION_TOKEN": officer.token, "wsgi.input": io.BytesIO(data[:-2])}
    path = f"/api/v1/photos/{ids.new()}"
    reply = officer._client.generic("PUT", path, data, content_type="image/jpeg", **head)
    assert problem(reply) == (422, "photo.truncated")
    head["wsgi.input"] = io.BytesIO(body[:3000])
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    assert officer._client.generic("POST", "/api/v1/photos", body, content_type=kind, **head).status_code in (400, 422)
    assert Photo.objects.count() == 0


def test_a_wrong_digest_is_refused(officer: Api) -> None:
    assert problem(put(officer, drawn(), query=f"?sha256={'a' * 64}")) == (422, "photo.digest_mismatch")
    assert problem(send(officer, drawn(), sha256="a" * 64)) == (422, "photo.digest_mismatch")
    assert put(officer, drawn(), query=f"?sha256={sha(drawn())}").status_code == 201


@pytest.mark.parametrize("kind", ["application/json", "text/html", "multipart/form-data; boundary=x", "application/octet-stream"])
def test_a_put_of_another_content_type_is_refused(officer: Api, kind: str) -> None:
    assert problem(put(officer, drawn(), kind=kind)) == (415, "request.unsupported_media")


@pytest.mark.parametrize("kind", ["application/json", "image/jpeg", "application/x-www-form-urlencoded"])
def test_a_post_of_another_content_type_is_refused(officer: Api, kind: str) -> None:
    assert problem(officer.post("/photos", drawn(), Content_Type=kind)) == (415, "request.unsupported_media")


FIELDS = [
    "taken_at=yesterday", "taken_at=2026-09-16T12:00:00", "taken_at=0001-01-01T00:00:00Z", "taken_at=9999-01-01T00:00:00Z",
    "latitude=91&longitude=0", "latitude=nan&longitude=0", "latitude=inf&longitude=0", "latitude=1e400&longitude=0",
    "latitude=28", "longitude=120", "latitude=&longitude=", "latitude=28,5&longitude=120", "latitude=28&longitude=181",
    "accuracy_m=-1", "accuracy_m=1e9", "mock_location=yes", "mock_location=1", "crs=wgs72", "sha256=abc", "sha256=", "colour=red",
    "latitude=%D9%A3&longitude=1", "taken_at=%00", "crs=" + "w" * 1_000,
]  # fmt: skip


@pytest.mark.parametrize("query", FIELDS)
def test_hostile_fields_are_refused_by_both_doors(officer: Api, query: str) -> None:
    from urllib.parse import parse_qsl

    assert problem(put(officer, drawn(), query=f"?{query}")) == (422, "request.invalid")
    assert problem(send(officer, drawn(), **dict(parse_qsl(query, keep_blank_values=True)))) == (422, "request.invalid")


@pytest.mark.parametrize(
    "id", ["x", "00000000-0000-0000-0000-00000000000g", "00000000-0000-9000-0000-000000000000", "..", "%00", "1" * 300]
)
def test_an_id_that_is_no_uuid_is_refused(officer: Api, id: str) -> None:
    assert officer.put(f"/photos/{id}", drawn(), Content_Type="image/jpeg").status_code in (404, 422)
    assert problem(send(officer, drawn(), id=id)) == (422, "request.invalid")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", ".", "a\\b\\c.exe", "照片.php", "x" * 800, "nul\\0.jpg", "%2e%2e%2f", '";.jpg']
)
def test_what_a_file_is_called_is_ignored(officer: Api, store: Path, name: str) -> None:
    data = drawn(seed=len(name) + 7)
    reply = send(officer, data, filename=name)
    if name == '";.jpg':
        assert reply.status_code in (201, 422)
        return
    assert reply.status_code == 201
    assert [path.name for path in (store / "originals").rglob("*") if path.is_file()] == [sha(data)]


def test_a_form_takes_one_file_and_each_field_once(officer: Api) -> None:
    file = part("file", drawn(), filename="a.jpg")
    wrong = [
        (file, file), (part("photo", drawn(), filename="a.jpg"),), (part("crs", b"wgs84"),), (), (file, part("extra", b"1")),
        (file, part("crs", b"wgs84"), part("crs", b"bd09")), (part("file", drawn()),), (file, part("crs", b"\xff\xfe")),
        (file, *(part(f"f{n}", b"1") for n in range(20))), (file, part("crs", b"a" * 1_000_000)),
    ]  # fmt: skip
    for parts in wrong:
        assert problem(post(officer, *parts)) == (422, "request.invalid")
    many = (part(f"f{n}", b"1") for n in range(80))
    assert post(officer, file, *many).status_code in (400, 413)


def test_a_malformed_form_is_refused(officer: Api) -> None:
    for body in (b"\r\n", b"garbage", b"--x\r\n\r\n", f"--{BOUNDARY}\r\n".encode() * 5):
        reply = officer.post("/photos", body, Content_Type=f"multipart/form-data; boundary={BOUNDARY}")
        assert problem(reply)[0] in (400, 422)
    reply = officer.post("/photos", b"x", Content_Type="multipart/form-data")
    assert problem(reply) == (400, "request.malformed")
