"""Phones that do as they are told (guarantees A.6): they retry with full jitter, honour Retry-After, and never give up."""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from werkzeug.test import Client, EnvironBuilder

from backend.wsgi import application

BASE_S, CAP_S = 2.0, 300.0
# phones of the suite live fast: what they are told to wait is divided by this; the long form may say 1
HASTE = float(os.environ.get("RACE_HASTE", "100"))
RETRIED = {408, 425, 429, 500, 502, 503, 504, 507}
PATIENCE_S = 80.0
# SQLite has one writer and no queue: there, as many requests are let in at once as the web server has threads.
# On PostgreSQL every phone has a thread of the server to itself, and they wait for one another in the database.
_server = threading.BoundedSemaphore(settings.WEB_THREADS)


@dataclass(frozen=True)
class Reply:
    """The last answer, and every status on the way to it."""

    status: int
    body: Any
    headers: dict[str, str]
    tries: tuple[int, ...]

    @property
    def code(self) -> str:
        """Return the problem's code, "" for a success."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


def once(token: str, method: str, path: str, body: Any = None, **headers: str) -> Reply:
    """Send one request to the WSGI application as a server would, and close it as a server would."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body) if body is not None else b""
    named = {"X-Session-Token": token, "Content-Type": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    full = path if path.startswith("/c/") else f"/api/v1{path}"
    builder = EnvironBuilder(method=method, path=full, data=raw, headers=named, base_url="http://127.0.0.1")
    with _server if connection.vendor == "sqlite" else nullcontext():
        answer = Client(application).open(builder, buffered=True)
        answer.close()
    told = json.loads(answer.get_data() or b"{}")
    return Reply(answer.status_code, told, dict(answer.headers), (answer.status_code,))


def told_to_wait(reply: Reply) -> bool:
    """Return whether a phone sends the same again later."""
    return reply.status in RETRIED or reply.code == "conflict.in_progress"


def send(token: str, method: str, path: str, body: Any = None, **headers: str) -> Reply:
    """Send until the answer is one to keep."""
    tries: list[int] = []
    began = time.monotonic()
    while True:
        reply = once(token, method, path, body, **headers)
        tries.append(reply.status)
        if not told_to_wait(reply) or time.monotonic() - began > PATIENCE_S:
            return Reply(reply.status, reply.body, reply.headers, tuple(tries))
        jitter = random.uniform(0, min(CAP_S, BASE_S * 2 ** len(tries)))
        time.sleep(max(float(reply.headers.get("Retry-After", 0)), jitter) / HASTE)


def together(works: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """Do all of it at the same moment, each in a thread of its own; a thread that raises fails the test."""
    replies: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Reply]) -> None:
        try:
            start.wait()
            replies[place] = work()
        except BaseException as error:  # noqa: BLE001 - told to the test below, whatever it is
            replies[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S + 30)
    failed = [reply for reply in replies if not isinstance(reply, Reply)]
    assert not failed, failed[:3]
    return replies
