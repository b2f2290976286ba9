"""The journey: against a live server with a worker beside it, twice, and it says when something is not as it should be."""

import logging
import threading
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connection

from backend.kernel import clock
from backend.kernel.worker import Worker
from backend.wsgi import application
from demo import load, pictures
from demo.cast import CAST, Member
from demo.journey import proof
from demo.journey.codes import SmsFile, one_time
from demo.journey.phone import Phone
from demo.journey.telling import Surprise
from hazards.models import Hazard
from tests.accounts.phone import app_code
from tests.cast import NOON


@pytest.fixture
def server(live_db: None) -> Iterator[str]:
    load.load(at=clock.now(), enterprises=1)
    worker, web = Worker(threads=1, now=clock.now), ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler, ipv6=False)
    web.set_app(application)
    threads = [threading.Thread(target=work) for work in (worker.run, web.serve_forever)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{web.server_port}"
    worker.stop()
    web.shutdown()
    for thread in threads:
        thread.join()
    web.server_close()
    connection.close()
    logging.getLogger("httpx").setLevel(logging.NOTSET)


def journey(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("journey", *arguments, stdout=out)
    return out.getvalue().split("\n")


def test_the_whole_loop_is_told_and_can_be_told_again(server: str, tmp_path: Path) -> None:
    first = journey("--url", server)
    assert any("重大隐患销号" in line for line in first)
    assert first[-2] == "闭环走完,一切如料。"
    (tmp_path / "good.jpg").write_bytes(pictures.draw("good", taken_at=NOON))
    (tmp_path / "tiny.jpg").write_bytes(pictures.draw("tiny", taken_at=NOON, size=(40, 40)))
    (tmp_path / "notes.txt").write_text("no picture")
    second = journey("--url", server, "--lang", "en", "--photos", str(tmp_path))
    assert any("tiny.jpg is left out: photo.too_small" in line for line in second)
    assert not any("good.jpg" in line for line in second)
    assert Hazard.objects.filter(status="closed").count() == 6


@pytest.mark.django_db
def test_a_server_that_is_not_there_is_a_surprise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.journey.phone.PATIENCE_S", 0.0)
    with pytest.raises(CommandError, match="no connection") as ended:
        journey("--url", "http://127.0.0.1:9")
    assert ended.value.returncode == 1


def test_an_unknown_key_or_folder_is_refused() -> None:
    with pytest.raises(CommandError, match="KEY=TOKEN"):
        journey("--token", "nobody=x")
    with pytest.raises(CommandError, match="no such folder"):
        journey("--photos", "/nowhere")


def test_a_forged_receipt_and_a_broken_chain_are_surprises() -> None:
    receipt = {"id": "1", "kind": "hazard", "digest": proof.digest_of(b"x"), "received_at": "t", "key_id": "k", "signature": ""}
    with pytest.raises(Surprise, match="digest"):
        proof.check(receipt, sent=b"y", keys={})
    with pytest.raises(Surprise, match="key"):
        proof.check(receipt, sent=b"x", keys={})
    with pytest.raises(Surprise, match="chain entry 1"):
        proof.check_chain([{"seq": 1, "body": "{}", "hash": "0", "prev": ""}])


def test_one_time_passwords_are_those_of_an_authenticator_app() -> None:
    secret = str(CAST["inspector"].totp_secret)
    assert app_code(secret) in set(islice(one_time(secret), 3))


class Answers(httpx.BaseTransport):
    """A server that gives the answers it was told to, in turn."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.left = list(answers)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(*answers: httpx.Response | Exception, member: Member = CAST["officer_a"]) -> Phone:
    sms = SmsFile("file:///nowhere/sms.jsonl")
    return Phone("http://server", member, read_sms=sms.code, position=sms.position, by=Answers(*answers))


def problem(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code}, headers={"Content-Type": "application/problem+json"})


@pytest.mark.parametrize(
    "first",
    [
        httpx.ConnectError("down"), problem(409, "conflict.in_progress"), problem(409, "hazard.photo_missing"),
        *[httpx.Response(status) for status in (408, 425, 429, 500, 502, 503, 504, 507)],
    ],
)  # fmt: skip
def test_a_phone_tries_again_where_the_contract_says_so(first: httpx.Response, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.journey.phone.BASE_S", 0.0)
    assert told(first, httpx.Response(201, json={"ok": 1})).post("/hazards", {}) == {"ok": 1}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 413, 415, 422])
def test_a_phone_stops_where_the_contract_says_so(status: int) -> None:
    with pytest.raises(Surprise):
        told(problem(status, "x.y")).post("/hazards", {})


def test_retry_after_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("demo.journey.phone.time.sleep", waited.append)
    told(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(201, json={})).post("/hazards", {})
    assert waited[0] >= 7
