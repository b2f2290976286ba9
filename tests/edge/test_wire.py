"""What only a real server meets: bytes that are no HTTP, bodies that never end, a broker, a disk or a database that is gone."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.db import connection

from tests.edge.server import Web, in_folder
from tests.kernel.test_outage import Cable
from tests.media.pictures import drawn

PHOTO = "/photos/01890000-0000-7000-8000-0000000000aa"
REPORTS_S = 1.5
NAMES = (
    b"X-Session-Token", b"Authorization", b"Accept-Language", b"Cookie", b"X-Request-Id", b"Idempotency-Key", b"If-Match",
    b"Content-Type", b"X-Forwarded-For", b"Origin", b"Accept",
)  # fmt: skip
PATHS = (
    b"/api/v1/\xff", b"/api/v1/hazards/\xe9\x9a\xbe", b"/api/v1/hazards?q=\xff", b"http://elsewhere/api/v1/me", b"*", b"/",
    b"/api/v1/me#x", b"//api/v1/me", b"/api/v1/%", b"/api/v1/me?%", b"/" + b"a" * 70_000, b"/api/v1/me\x00",
)  # fmt: skip


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Give a healthy server, whose broker is nowhere to be found."""
    server = in_folder(tmp_path_factory.mktemp("web"), REDIS_URL="redis://127.0.0.1:1/0", DEMO="1")
    server.start()
    yield server
    server.stop()


def asked(line: bytes, *headers: bytes, token: str = "", body: bytes = b"") -> bytes:
    named = [b"Host: 127.0.0.1", b"Connection: close", *headers]
    if token:
        named.append(b"X-Session-Token: " + token.encode())
    return b"\r\n".join([line + b" HTTP/1.1", *named, b"", body])


def strange_requests(token: str) -> Iterator[bytes]:
    """Yield requests that no client library would send."""
    values = (b"\xff\xfe", b"\xe9\x9a\xbe", b"\x7f", b"\x01", b"a" * 9000, b"\t", b"a\x00b")
    for name in NAMES:
        own = "" if name in (b"X-Session-Token", b"Authorization") else token
        for value in values:
            yield asked(b"GET /api/v1/me", name + b": " + value, token=own)
            yield asked(b"POST /api/v1/hazards", name + b": " + value, b"Content-Length: 2", token=own, body=b"{}")
    for path in PATHS:
        yield asked(b"GET " + path, token=token)
    for method in (b"TRACE", b"PROPFIND", b"BREW", b"get", b"OPTIONS"):
        yield asked(method + b" /api/v1/hazards", token=token)
    json = b"Content-Type: application/json"
    for headers, body in (
        ((b"Transfer-Encoding: chunked", json), b"2\r\n{}\r\n0\r\n\r\n"),
        ((b"Transfer-Encoding: chunked", json), b"80000\r\n" + b"x" * 0x80000 + b"\r\n0\r\n\r\n"),
        ((b"Transfer-Encoding: chunked", json), b"zz\r\n{}\r\n0\r\n\r\n"),
        ((b"Transfer-Encoding: chunked", b"Content-Length: 3", json), b"2\r\n{}\r\n0\r\n\r\n"),
        ((b"Content-Length: 3", b"Content-Length: 2", json), b"{}"),
        ((b"Content-Length: -1", json), b"{}"),
        ((b"Content-Length: 99999999999999999999", json), b"{}"),
        ((b"Content-Length: 1000000000", json), b"{}"),
        ((b"Content-Encoding: gzip", b"Content-Length: 2", json), b"{}"),
    ):
        yield asked(b"POST /api/v1/hazards", *headers, token=token, body=body)
    yield asked(b"GET /api/v1/me", *[b"X-%d: y" % n for n in range(2000)], token=token)
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100


def test_strange_bytes_are_refused_and_the_server_lives(web: Web) -> None:
    answers = Counter[str]()
    for request in strange_requests(web.people[0]["token"]):
        reply = web.raw(request, wait=2)
        line = reply.split(b"\r\n")[0]
        answers[line.decode(errors="replace")[:30]] += 1
        assert not line.startswith((b"HTTP/1.1 5", b"HTTP/1.0 5")), (request[:200], reply[:300])
        assert b"Traceback" not in reply
    assert web.answers()
    assert sum(answers.values()) > 150
    assert answers["HTTP/1.1 400 Bad Request"] > 20, answers


def test_a_body_that_breaks_off_costs_nothing(web: Web) -> None:
    token = web.people[0]["token"]
    for line, kind in ((b"POST /api/v1/hazards", b"application/json"), (b"PUT /api/v1" + PHOTO.encode(), b"image/jpeg"),
                       (b"POST /api/v1/photos", b"multipart/form-data; boundary=x")):  # fmt: skip
        for _ in range(5):  # more than half of the threads there are
            request = asked(line, b"Content-Length: 300", b"Content-Type: " + kind, token=token, body=b"--x\r\n")
            reply = web.raw(request, wait=0.3)
            assert b" 5" not in reply.split(b"\r\n")[0][:13]
    assert web.answers()
    assert web.send("GET", PHOTO).status_code == 404


def test_many_slow_senders_stand_in_nobodys_way(web: Web) -> None:
    import socket

    head = asked(
        b"PUT /api/v1" + PHOTO.encode(), b"Content-Length: 300000", b"Content-Type: image/jpeg", token=web.people[0]["token"]
    )
    wires = [socket.create_connection(("127.0.0.1", web.port)) for _ in range(60)]  # far more than there are threads
    try:
        for wire in wires:
            wire.sendall(head + b"x" * 5000)
        time.sleep(0.5)
        for _ in range(3):
            assert web.send("GET", "/hazards").status_code == 200
            assert web.send("POST", "/hazards", web.report()).status_code == 201
    finally:
        for wire in wires:
            wire.close()
    assert web.answers()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")
def test_a_connection_is_asked_whether_anybody_is_there(web: Web) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", web.port)) as wire:
        wire.sendall(asked(b"POST /api/v1/hazards", b"Content-Length: 300", token=web.people[0]["token"], body=b"{"))
        time.sleep(0.5)
        ports = f":{web.port:04X} 0100007F:{wire.getsockname()[1]:04X} 01"
        line = next(line for line in Path("/proc/net/tcp").read_text().splitlines() if ports in line)
    assert line.split()[5].startswith("02:"), line  # a keepalive timer runs


def test_without_its_broker_reports_are_taken_at_once(web: Web) -> None:
    for _ in range(5):
        began = time.monotonic()
        reply = web.send("POST", "/hazards", web.report())
        assert reply.status_code == 201, reply.text
        assert time.monotonic() - began < REPORTS_S
        assert "RateLimit" in reply.headers


@pytest.fixture
def tight(tmp_path: Path) -> Iterator[Web]:
    """Give a server whose folder lies on a disk of its own that is nearly full; needs root on Linux."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    mounted = (
        mounted and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=False).returncode == 0
    )
    if not mounted:
        pytest.skip("no disk of its own without root")
    server = in_folder(disk)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(disk: Path) -> Path:
    """Write until nothing more fits."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as into:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    into.write(b"x" * piece)
            except OSError:
                continue
    return ballast


def refused(reply: Any) -> bool:
    told = reply.json()
    return (reply.status_code, told["code"]) == (507, "server.disk_full") and 5 <= int(reply.headers["Retry-After"]) <= 30


def test_a_full_disk_is_507_reading_goes_on_and_nothing_is_lost(tight: Web) -> None:
    before = tight.send("POST", "/hazards", tight.report()).json()["id"]
    ballast = fill(tight.folder)
    body = tight.report()
    for _ in range(3):
        reply = tight.send("POST", "/hazards", body)
        assert refused(reply), reply.text
        reply = tight.send("PUT", PHOTO, drawn(seed=1), **{"Content-Type": "image/jpeg"})
        assert refused(reply), reply.text
    assert tight.send("GET", f"/hazards/{before}").status_code == 200
    ballast.unlink()
    assert tight.send("POST", "/hazards", body).status_code == 201
    assert tight.send("PUT", PHOTO, drawn(seed=1), **{"Content-Type": "image/jpeg"}).status_code == 201
    assert tight.send("GET", f"/hazards/{before}").status_code == 200


@pytest.fixture
def cabled(on_postgresql: None, db: None, tmp_path: Path) -> Iterator[tuple[Web, Cable]]:
    """Give a server and the wire to its database, which can be cut."""
    with connection.cursor() as cursor:
        info = cursor.connection.info
        wire = Cable(f"{info.host}/.s.PGSQL.{info.port}" if info.host.startswith("/") else (info.host, info.port))
        user, password, host, port = info.user, info.password, info.host, info.port
    name = f"edge_{os.getpid()}"
    admin = {"user": user, "password": password, "host": host, "port": port, "dbname": "postgres", "autocommit": True}
    with psycopg.connect(**admin) as over:
        over.execute(f"CREATE DATABASE {name}")
    server = in_folder(tmp_path, f"postgresql://{user}:{password}@127.0.0.1:{wire.port}/{name}")
    try:
        server.start()
        yield server, wire
    finally:
        server.stop()
        wire.cut()
        with psycopg.connect(**admin) as over:
            over.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_while_the_database_is_away_everybody_is_told_to_come_back(cabled: tuple[Web, Cable]) -> None:
    web, wire = cabled
    body = web.report()
    wire.cut()
    for method, path, sent in (("GET", "/hazards", None), ("POST", "/hazards", body), ("GET", "/health/ready", None),
                               ("GET", "/public/draw-keys", None), ("PUT", PHOTO, drawn(seed=1))):  # fmt: skip
        began = time.monotonic()
        kind = "image/jpeg" if method == "PUT" else "application/json"
        reply = web.send(method, path, sent, **{"Content-Type": kind})
        assert (reply.status_code, reply.json()["code"]) == (503, "server.unavailable"), reply.text
        assert 5 <= int(reply.headers["Retry-After"]) <= 30
        assert time.monotonic() - began < 7
    assert web.send("GET", "/health/live").status_code == 200
    login = httpx.post(f"{web.url}/_allauth/app/v1/auth/code/request", json={"phone": "13800138000"}, timeout=20, trust_env=False)
    assert login.status_code == 503
    wire.join()
    deadline = time.monotonic() + 15
    while (reply := web.send("POST", "/hazards", body)).status_code != 201:
        assert reply.status_code == 503
        assert time.monotonic() < deadline
        time.sleep(0.2)
