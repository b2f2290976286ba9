"""`tuspy`, unmodified, on a line that is cut again and again, and against a server that is killed: every photo arrives whole.

`make test` cuts some dozens of times, `make faults` three hundred times, and kills more often.
"""

import hashlib
import io
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import psycopg
import pytest
from django.db import connection
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from backend.kernel import ids
from tests.cable import Cable
from tests.edge.line import POINTS, Exchange, Line
from tests.edge.server import Web, in_folder
from tests.faults import processes
from tests.media.pictures import noisy
from tests.media.tus import CHUNK as CHUNK_KIND
from tests.media.tus import metadata

# one process, one server
pytestmark = pytest.mark.xdist_group("uploads")
LONG = os.environ.get("LONG_FORM") == "faults"
CUTS, KILLS = (300, 20) if LONG else (40, 2)
CHUNK = 64 * 1024
PATIENCE_S = 300.0
SEED = 20260916


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Give a server of our own on the engine of this run."""
    folder, name = tmp_path_factory.mktemp("uploads"), f"uploads_{os.getpid()}"
    if connection.vendor != "postgresql":
        server = in_folder(folder)
        server.start()
        yield server
        server.stop()
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        info = cursor.connection.info
        admin = {"user": info.user, "password": info.password, "host": info.host, "port": info.port, "autocommit": True}
    wire = Cable(f"{info.host}/.s.PGSQL.{info.port}" if info.host.startswith("/") else (info.host, info.port))
    with psycopg.connect(**admin, dbname="postgres") as over:
        over.execute(f"CREATE DATABASE {name}")
    server = in_folder(folder, f"postgresql://{info.user}:{info.password}@127.0.0.1:{wire.port}/{name}")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        wire.cut()
        with psycopg.connect(**admin, dbname="postgres") as over:
            over.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Phone:
    """One upload by tuspy as it is published, through a line of its own; like any app it begins again when tuspy gives up."""

    def __init__(self, web: Web, line: Line, data: bytes, *, checksums: bool = False) -> None:
        self.web, self.line, self.data, self.id = web, line, data, ids.new()
        self.sha256 = hashlib.sha256(data).hexdigest()
        url = f"http://127.0.0.1:{line.entrance}/api/v1/uploads"
        client = TusClient(url, headers={"X-Session-Token": web.people[1]["token"]})
        self.uploader = client.uploader(
            file_stream=io.BytesIO(data), chunk_size=CHUNK, retries=3, retry_delay=0, upload_checksum=checksums,
            metadata={"id": str(self.id), "sha256": self.sha256, "filename": "照片.jpg"},
        )  # fmt: skip

    def send(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.uploader.upload()
            except (TusCommunicationError, TusUploadFailed, TypeError):
                # TypeError: a refusal without Upload-Offset where tuspy looks for one
                assert time.monotonic() < deadline, "it never arrived"
                time.sleep(0.05)
                with suppress(TusCommunicationError):
                    self.uploader.offset = self.uploader.get_offset() if self.uploader.url else 0
            else:
                return

    def arrived(self) -> None:
        """Check that the photo is here, byte for byte, and that its receipt says so."""
        token = {"X-Session-Token": self.web.people[1]["token"]}
        photo = self.web.send("GET", f"/photos/{self.id}", **token).json()
        assert (photo["sha256"], photo["bytes"]) == (self.sha256, len(self.data)), photo
        assert self.web.send("GET", f"/receipts/{self.id}", **token).json()["digest"] == self.sha256
        kept = self.web.media / "originals" / self.sha256[:2] / self.sha256[2:4] / self.sha256
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == self.sha256

    def economical(self) -> None:
        """Check that no acknowledged byte was sent again, and for every cut (or "come back later") at most one chunk."""
        assert not self.line.repeated(), "an acknowledged byte was sent again"
        again = self.line.again(len(self.data))
        assert again <= CHUNK * self.line.broken(), (again, len(self.data), self.line.seen)


def uploaded(web: Web, data: bytes, choose: Any, *, seed: int, checksums: bool = False) -> Phone:
    line = Line(web.port, choose, random.Random(seed))
    try:
        phone = Phone(web, line, data, checksums=checksums)
        phone.send()
    finally:
        line.close()
    phone.arrived()
    phone.economical()
    return phone


@pytest.mark.parametrize("point", POINTS)
def test_cut_at_every_point_of_every_kind_of_request_a_photo_arrives(web: Web, point: str) -> None:
    done: set[str] = set()

    def once_each(one: Exchange) -> str:
        # the POST, the first PATCH, the HEAD after it, and the last PATCH
        name = "last PATCH" if one.method == "PATCH" and one.offset + one.length == len(data) else one.method
        if name in done:
            return ""
        done.add(name)
        return point

    data = noisy(POINTS.index(point))
    phone = uploaded(web, data, once_each, seed=SEED)
    assert {"POST", "PATCH", "HEAD", "last PATCH"} - done <= ({"HEAD"} if point == "after the answer" else set())
    assert sum(phone.line.cuts().values()) >= 3


@pytest.mark.parametrize("checksums", [False, True], ids=["without checksums", "with checksums"])
def test_cut_at_random_every_photo_arrives(web: Web, checksums: bool) -> None:
    rng, cuts, photos = random.Random(SEED + checksums), 0, 0
    while cuts < CUTS // 2:
        seed, data = rng.randrange(10**9), noisy(photos % 7, size=(480, 300 + photos))
        dice = random.Random(seed)
        phone = uploaded(
            web, data, lambda one, dice=dice: dice.choice(POINTS) if dice.random() < 0.4 else "", seed=seed, checksums=checksums
        )  # fmt: skip
        cuts, photos = cuts + sum(phone.line.cuts().values()), photos + 1
    assert photos > 1


def test_of_a_piece_whose_line_is_cut_the_server_keeps_what_came(web: Web) -> None:
    data, id, token = noisy(5), ids.new(), web.people[1]["token"]
    own = {"X-Session-Token": token, "Tus-Resumable": "1.0.0"}
    begun = web.send("POST", "/uploads", **own, **{"Upload-Length": str(len(data)), "Upload-Metadata": metadata(id=id)})
    assert begun.status_code == 201, begun.text
    head = f"PATCH /api/v1/uploads/{id} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(data)}\r\nUpload-Offset: 0\r\n"
    head += f"Content-Type: {CHUNK_KIND}\r\nTus-Resumable: 1.0.0\r\nX-Session-Token: {token}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", web.port)) as wire:
        wire.sendall(head.encode() + data[:100_000])
    deadline = time.monotonic() + PATIENCE_S
    while web.send("HEAD", f"/uploads/{id}", **own).headers.get("Upload-Offset") != "100000":
        assert time.monotonic() < deadline, "what came was not kept"
        time.sleep(0.1)


def test_a_refusal_has_the_status_of_tus_and_leaves_the_connection_usable(web: Web) -> None:
    own, data = {"X-Session-Token": web.people[1]["token"], "Tus-Resumable": "1.0.0"}, noisy(6)
    with httpx.Client(base_url=f"{web.url}/api/v1", headers=own, timeout=30, trust_env=False) as client:
        assert client.head(f"/uploads/{ids.new()}").status_code == 404
        begun = client.post("/uploads", headers={"Upload-Length": str(len(data))})
        assert begun.status_code == 201, begun.text
        told = {"Upload-Offset": "0", "Content-Type": CHUNK_KIND, "Upload-Checksum": f"sha1 {'A' * 27}="}
        for _ in range(2):
            reply = client.patch(f"/uploads/{begun.json()['id']}", content=data[:1000], headers=told)
            assert (reply.status_code, reply.json()["code"]) == (460, "upload.checksum_mismatch")
        assert client.request("OPTIONS", "/uploads").headers["Tus-Version"] == "1.0.0"
        assert client.delete(f"/uploads/{begun.json()['id']}").status_code == 204
        assert client.get("/me").status_code == 200


def test_a_server_that_is_killed_has_lost_no_acknowledged_byte(web: Web) -> None:
    rng, over = random.Random(SEED), threading.Event()
    phones: list[Phone] = []

    def send_on() -> None:
        n = 0
        while not over.is_set():
            phones.append(phone := Phone(web, Line(web.port), noisy(1000 + n, size=(700, 500))))
            phone.send()
            phone.line.close()
            n += 1

    sender = threading.Thread(target=send_on)
    sender.start()
    try:
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.3, 1.2))
            main = web.running["web"].pid
            processes.kill([main, *processes.below(main)])
            web.running["web"].wait()
            web.wait()
    finally:
        over.set()
        sender.join(PATIENCE_S)
    assert not sender.is_alive()
    assert phones
    for phone in phones:
        phone.arrived()
        assert not phone.line.repeated()
