"""Stopping in peace and doing without a broker: an upload half-way is finished or never was, and nobody waits for Redis."""

import hashlib
import random
import shutil
import signal
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection

from backend.kernel import clock
from tests.faults import processes
from tests.faults.installation import MANAGE, Installation
from tests.faults.phone import picture
from tests.surroundings import free_port

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """Return the folder of an installation with its world loaded, to be copied, and the world."""
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite: these servers bring it themselves, once is enough")
    folder = tmp_path_factory.mktemp("installation")
    return folder, Installation(folder).call("tests.faults.world")


@pytest.fixture
def person(prepared: tuple[Path, dict]) -> dict[str, str]:
    return prepared[1]["people"][0]


@pytest.fixture
def house(prepared: tuple[Path, dict], tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "here")
    shutil.copytree(prepared[0], installation.folder)
    yield installation
    installation.stop()


def _head(photo: str, token: str, size: int) -> bytes:
    lines = [
        f"PUT /api/v1/photos/{photo} HTTP/1.1", "Host: 127.0.0.1", f"X-Session-Token: {token}", "Content-Type: image/jpeg",
        f"Content-Length: {size}", "Connection: close", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def _rest(line: socket.socket) -> bytes:
    said = b""
    while piece := line.recv(65536):
        said += piece
    return said


def _put(url: str, photo: str, token: str, body: bytes) -> httpx.Response:
    headers = {"X-Session-Token": token, "Content-Type": "image/jpeg"}
    return httpx.put(f"{url}/api/v1/photos/{photo}", content=body, headers=headers, trust_env=False, timeout=20)


def test_an_upload_that_is_under_way_when_the_server_is_stopped_is_finished_and_kept(house, person):
    token = person["token"]
    photo, body = str(uuid.uuid4()), picture(random.Random(1))
    house.start()
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        line.sendall(_head(photo, token, len(body)) + body[: len(body) // 2])
        time.sleep(0.5)
        house.running["serve"].send_signal(signal.SIGTERM)
        time.sleep(1)
        line.sendall(body[len(body) // 2 :])
        said = _rest(line)
    assert said.startswith(b"HTTP/1.1 201"), said[:300]
    house.running["serve"].wait(40)
    assert not house.listens()
    house.start()
    again = _put(house.url, photo, token, body)
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (200, "true")
    assert again.json()["receipt"]["digest"] == hashlib.sha256(body).hexdigest()
    assert again.json()["receipt"]["signature"].encode() in said
    assert list((house.media / "spool").iterdir()) == []


def test_half_an_upload_of_a_killed_server_was_never_received(house, person):
    token = person["token"]
    photo, body = str(uuid.uuid4()), picture(random.Random(2))
    house.start()
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        line.sendall(_head(photo, token, len(body)) + body[: len(body) // 2])
        time.sleep(0.5)
        how, pids = house.aim("web", random.Random(3))
        house.kill(pids)
        assert how
    house.wait()
    headers = {"X-Session-Token": token}
    unknown = httpx.get(f"{house.url}/api/v1/photos/{photo}", headers=headers, trust_env=False, timeout=20)
    assert unknown.status_code == 404
    assert _put(house.url, photo, token, body).status_code == 201


def test_without_a_broker_reports_are_acknowledged_at_once(house, person):
    house.mode, house.broker = "broker", f"redis://127.0.0.1:{free_port()}/0"
    house.commands = lambda: {"web": [*MANAGE, "web"]}
    house.start()
    took = []
    for n in range(6):
        since = time.monotonic()
        reply = _put(house.url, str(uuid.uuid4()), person["token"], picture(random.Random(n)))
        took.append(time.monotonic() - since)
        assert reply.status_code == 201, reply.text
    assert sum(took) < 12


def _ask(house: Installation, person: dict[str, str], method: str, path: str, body: object = None) -> httpx.Response:
    headers = {"X-Session-Token": person["token"]}
    return httpx.request(method, f"{house.url}/api/v1{path}", json=body, headers=headers, trust_env=False, timeout=30)


def test_what_a_killed_server_had_held_is_judged_when_its_hazard_comes(house, person, prepared):
    """A 202 is as good as a 201: committed before it was said, whatever is killed the moment after."""
    report = {
        "id": str(uuid.uuid4()), "enterprise_id": person["enterprise"], "source": person["source"], "place": "一号车间",
        "category": prepared[1]["categories"][0], "description": "配电箱门缺失", "found_at": clock.text(clock.now()),
    }  # fmt: skip
    early = {"kind": "withdrawal", "path": f"/hazards/{report['id']}/withdrawals", "body": {"id": str(uuid.uuid4())}}
    old = {"kind": "act", "path": "/telepathies", "body": {"id": str(uuid.uuid4())}}
    house.start()
    said = _ask(house, person, "POST", "/sync/acts", [early, old]).json()
    house.kill([house.running["serve"].pid, *processes.below(house.running["serve"].pid)])
    assert [answer["status"] for answer in said] == [202, 202]
    house.wait()
    again = _ask(house, person, "POST", "/sync/acts", [early, old]).json()
    assert [answer["body"]["receipt"] for answer in again] == [answer["body"]["receipt"] for answer in said]
    assert _ask(house, person, "POST", "/hazards", report).status_code == 201
    deadline = time.monotonic() + 120
    while (kept := _ask(house, person, "GET", f"/sync/acts/{early['body']['id']}").json())["state"] == "held":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert (kept["state"], kept["receipt"]) == ("taken", said[0]["body"]["receipt"])
    assert _ask(house, person, "GET", f"/hazards/{report['id']}").json()["status"] == "void"
    assert [row["id"] for row in _ask(house, person, "GET", "/sync/quarantine").json()["items"]] == [old["body"]["id"]]
