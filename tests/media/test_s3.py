"""The object store, against a real HTTP server that speaks S3, and the product with it."""

import http.server
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from backend.kernel import ids
from backend.kernel.problems import Unavailable
from media.models import Photo
from media.storage import original_key, store
from media.storage.bucket import Bucket
from media.storage.s3 import S3Store, make
from tests.api import Api
from tests.cast import SECOND
from tests.media.pictures import drawn
from tests.media.sending import put, sha

LIFE = timedelta(minutes=5)


def given(bucket: S3Store | Bucket, data: bytes, folder: Path, key: str = "originals/aa/bb/x") -> str:
    file = folder / "in-kept"
    file.write_bytes(data)
    bucket.put(key, file, sha256=sha(data), content_type="image/jpeg")
    file.unlink(missing_ok=True)
    return key


def test_what_was_put_is_there_whole(s3: S3Store, tmp_path: Path) -> None:
    key = given(s3, b"picture", tmp_path)
    assert (s3.size(key), s3.open(key).read()) == (7, b"picture")
    assert [(found.key, found.bytes) for found in s3.keys("originals/")] == [(key, 7)]
    assert (s3.size("none"), list(s3.keys("renditions/")), s3.is_parked(key)) == (None, [], False)
    with pytest.raises(FileNotFoundError):
        s3.open("none")


def test_a_large_blob_is_read_from_the_disk_and_not_from_memory(s3: S3Store, tmp_path: Path) -> None:
    data = bytes(3_000_000)
    with s3.open(given(s3, data, tmp_path)) as file:
        assert file.fileno() > 0
        assert file.read() == data
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_presigned_address_serves_with_our_type_and_name(s3: S3Store, tmp_path: Path) -> None:
    url = s3.url(given(s3, b"picture", tmp_path), filename="p.jpg", content_type="image/jpeg", inline=False, life=LIFE)
    assert url is not None
    with urllib.request.urlopen(url) as reply:
        assert reply.read() == b"picture"
        assert reply.headers["Content-Disposition"] == 'attachment; filename="p.jpg"'
        assert reply.headers["Content-Type"] == "image/jpeg"
    assert "X-Amz-Expires=300" in url


def test_addresses_are_signed_for_the_name_by_which_phones_reach_the_store(tmp_path: Path) -> None:
    private = "s3://key:secret@storage:8333/photos?region=local"
    for url, host in ((private, "storage:8333"), (f"{private}&public=https://photos.example.cn", "photos.example.cn")):
        made = make(url, tmp_path)
        address = made.url("k", filename="p", content_type="image/jpeg", inline=True, life=LIFE)
        assert urlparse(address).netloc == host
        form = made.direct.form("incoming/x", bytes=(1, 9), content_type="image/png", sha256="", life=LIFE)
        assert urlparse(form.url).netloc == host


def test_what_was_put_again_is_not_swept(s3: S3Store, tmp_path: Path) -> None:
    key = given(s3, b"picture", tmp_path)
    now = datetime.now(UTC)
    assert s3.delete(key, before=now - timedelta(days=7)) is False
    assert s3.delete(key, before=now + timedelta(days=1)) is True
    assert s3.delete(key, before=now + timedelta(days=1)) is False


def test_what_is_kept_is_encrypted_by_the_store_where_the_address_asks_for_it(s3_url: str, tmp_path: Path) -> None:
    sealed = make(f"{s3_url}&sse=AES256", tmp_path)
    key = given(sealed, b"picture", tmp_path)
    assert sealed.bucket.head(key)["ServerSideEncryption"] == "AES256"
    fields = sealed.direct.form("incoming/x", bytes=(1, 9), content_type="image/png", sha256="", life=LIFE).fields
    assert fields["x-amz-server-side-encryption"] == "AES256"
    by_key = make(f"{s3_url}&sse=aws:kms&kms=k1", tmp_path).direct.form("k", bytes=(1, 9), content_type="x", sha256="", life=LIFE)
    assert by_key.fields["x-amz-server-side-encryption-aws-kms-key-id"] == "k1"


# ---- a store that is wrong, or away


class Liar(http.server.BaseHTTPRequestHandler):
    """An object store that takes everything and keeps something else."""

    protocol_version = "HTTP/1.1"
    shown: dict[str, str] = {}
    kept = b"pictur"

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"Content-Length": "0"})

    def do_HEAD(self) -> None:
        self._answer({"Last-Modified": "Wed, 16 Sep 2026 04:00:00 GMT", **self.shown})

    def do_GET(self) -> None:
        self._answer({"Content-Length": str(len(self.kept))})
        self.wfile.write(self.kept)

    def _answer(self, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def liar() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"s3://key:secret@127.0.0.1:{server.server_address[1]}/photos"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ({"Content-Length": "6"}, b"picture"),
        ({"Content-Length": "7", "x-amz-checksum-sha256": "AAAA"}, b"picture"),
        ({"Content-Length": "7"}, b"pictur3"),
    ],
)
def test_bytes_that_arrive_otherwise_than_sent_are_not_accepted(
    liar: str, tmp_path: Path, shown: dict[str, str], kept: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Liar, "shown", shown)
    monkeypatch.setattr(Liar, "kept", kept)
    with pytest.raises(Unavailable):
        given(make(liar, tmp_path).bucket, b"picture", tmp_path)


def test_a_store_that_keeps_no_checksums_is_read_back(liar: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Liar, "shown", {"Content-Length": "7"})
    monkeypatch.setattr(Liar, "kept", b"picture")
    made = make(liar, tmp_path)
    assert made.is_parked(given(made, b"picture", tmp_path)) is False


def test_a_store_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    nobody = make("s3://key:secret@127.0.0.1:9/photos?region=us-east-1", tmp_path)
    with pytest.raises(Unavailable):
        nobody.size("k")


# ---- the product with it


@pytest.mark.django_db
def test_a_photo_goes_in_and_out_by_the_object_store(s3: S3Store, api: Api, officer: Api, drain: Any, tmp_path: Path) -> None:
    id = ids.new()
    assert put(officer, drawn(), id=id).status_code == 201
    assert store().size(original_key(sha(drawn()))) == len(drawn())
    assert Photo.objects.get().parked_in is None
    drain(Photo.objects.get().received_at + SECOND)
    urls = officer.get(f"/photos/{id}").json()["urls"]
    for name, data in (("thumb", None), ("large", None), ("original", drawn())):
        reply = api.get(urls[name].removeprefix("http://testserver"))
        assert (reply.status_code, reply["Cache-Control"]) == (302, "private, no-store")
        # our own link lives for five minutes: what it leads to does not make ten of them
        assert int(parse_qs(urlparse(reply["Location"]).query)["X-Amz-Expires"][0]) <= 60
        with urllib.request.urlopen(reply["Location"]) as served:
            got = served.read()
            assert got.startswith(b"\xff\xd8\xff")
            assert data in (None, got)
            assert served.headers["Content-Disposition"].startswith("attachment" if name == "original" else "inline")
    assert list((tmp_path / "spool").iterdir()) == []
