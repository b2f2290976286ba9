"""The object store, against a real HTTP server that speaks S3, and the product with it."""

import hashlib
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from backend.kernel import ids
from backend.kernel.problems import Unavailable
from media.models import Photo
from media.storage import original_key, store
from media.storage.s3 import S3Store, make
from tests.api import Api, problem
from tests.cast import SECOND, Cast
from tests.media.pictures import drawn
from tests.media.sending import put, sha

LIFE = timedelta(minutes=5)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"s3://key:secret@{host}:{port}/photos?region=us-east-1"
    moto.stop()


@pytest.fixture
def bucket(server: str, tmp_path: Path) -> S3Store:
    made = make(server, tmp_path)
    made.client.create_bucket(Bucket="photos")
    for found in made.keys(""):
        made.delete(found.key, before=datetime(2100, 1, 1, tzinfo=UTC))
    made.spool.mkdir()
    return made


def given(bucket: S3Store, data: bytes, key: str = "originals/aa/bb/x") -> str:
    file = bucket.spool / "in"
    file.write_bytes(data)
    bucket.put(key, file, sha256=sha(data), content_type="image/jpeg")
    assert not file.exists()
    return key


def test_what_was_put_is_there_whole(bucket: S3Store) -> None:
    key = given(bucket, b"picture")
    assert (bucket.size(key), bucket.open(key).read()) == (7, b"picture")
    assert [(found.key, found.bytes) for found in bucket.keys("originals/")] == [(key, 7)]
    assert (bucket.size("none"), list(bucket.keys("renditions/"))) == (None, [])
    with pytest.raises(FileNotFoundError):
        bucket.open("none")


def test_a_presigned_address_serves_with_our_type_and_name(bucket: S3Store) -> None:
    url = bucket.url(given(bucket, b"picture"), filename="p.jpg", content_type="image/jpeg", inline=False, life=LIFE)
    with urllib.request.urlopen(url) as reply:
        assert reply.read() == b"picture"
        assert reply.headers["Content-Disposition"] == 'attachment; filename="p.jpg"'
        assert reply.headers["Content-Type"] == "image/jpeg"
    assert "X-Amz-Expires=300" in url


def test_what_was_put_again_is_not_swept(bucket: S3Store) -> None:
    key = given(bucket, b"picture")
    now = datetime.now(UTC)
    assert bucket.delete(key, before=now - timedelta(days=7)) is False
    assert bucket.delete(key, before=now + timedelta(days=1)) is True
    assert bucket.delete(key, before=now + timedelta(days=1)) is False


def test_bytes_that_arrive_otherwise_than_sent_are_not_accepted(bucket: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bucket.spool / "in"
    file.write_bytes(b"picture")
    answer = {"ContentLength": 7, "ChecksumSHA256": "AAAA"}
    monkeypatch.setattr(bucket.client, "head_object", lambda **_: answer)
    with pytest.raises(Unavailable):
        bucket.put("k", file, sha256=hashlib.sha256(b"picture").hexdigest(), content_type="image/jpeg")
    answer["ContentLength"], answer["ChecksumSHA256"] = 6, ""
    with pytest.raises(Unavailable):
        bucket.put("k", file, sha256=hashlib.sha256(b"picture").hexdigest(), content_type="image/jpeg")


def test_a_store_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    nobody = make("s3://key:secret@127.0.0.1:9/photos?region=us-east-1", tmp_path)
    with pytest.raises(Unavailable):
        nobody.size("k")


@pytest.mark.django_db
def test_a_photo_goes_in_and_out_by_the_object_store(
    api: Api, cast: Cast, bucket: S3Store, server: str, settings: Any, drain: Any, tmp_path: Path
) -> None:
    settings.STORAGE_URL, settings.VAR_DIR = server, tmp_path
    officer, id = api.as_(cast.officer_a), ids.new()
    assert put(officer, drawn(), id=id).status_code == 201
    assert store().size(original_key(sha(drawn()))) == len(drawn())
    drain(Photo.objects.get().received_at + SECOND)
    urls = officer.get(f"/photos/{id}").json()["urls"]
    for name, data in (("thumb", None), ("large", None), ("original", drawn())):
        reply = api.get(urls[name].removeprefix("http://testserver"))
        assert reply.status_code == 302
        with urllib.request.urlopen(reply["Location"]) as served:
            got = served.read()
            assert got.startswith(b"\xff\xd8\xff")
            assert data in (None, got)
            assert served.headers["Content-Disposition"].startswith("attachment" if name == "original" else "inline")
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.django_db
def test_without_its_object_store_an_upload_is_503_and_nothing_is_kept(
    api: Api, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGE_URL, settings.VAR_DIR = "s3://key:secret@127.0.0.1:9/photos?region=us-east-1", tmp_path
    assert problem(put(api.as_(cast.officer_a), drawn())) == (503, "server.unavailable")
    assert Photo.objects.count() == 0
    assert list((tmp_path / "spool").iterdir()) == []
