"""The same counting over Redis, and what happens when it goes away."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from accounts.login import limits
from accounts.login.limits import Limit
from backend.kernel.cache import Cache
from tests import surroundings

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give a Redis: the one that the run found, else one that speaks its protocol."""
    if found := os.environ.get("TEST_REDIS_URL", ""):
        yield found
        return
    if surroundings._answers(6379):
        yield "redis://127.0.0.1:6379/15"
        return
    port = surroundings.free_port()
    script = f"from fakeredis import TcpFakeServer as S; S(('127.0.0.1', {port})).serve_forever()"
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL) as server:
        assert surroundings._wait(port)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.fixture(autouse=True)
def _scale(settings: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_SCALE, settings.REDIS_URL = 1.0, url
    monkeypatch.setattr(limits, "_apart_until", 0.0)


def test_a_window_that_began_with_its_first() -> None:
    limit = Limit(uuid4().hex, 3, 60)
    assert [limits.take(limit, "me").ok for _ in range(4)] == [True, True, True, False]
    assert limits.take(limit, "you").left == 2
    assert 1 <= limits.state(limit, "me").reset_s <= 60
    assert limits._apart_until == 0.0  # it was Redis that counted


def test_a_window_that_ends_now() -> None:
    limit = Limit(uuid4().hex, 2, 60)
    assert [limits.take_exactly(limit, "me") for _ in range(3)] == [True, True, False]
    if not (os.environ.get("TEST_REDIS_URL") or surroundings._answers(6379)):
        return  # fakeredis closes the connection on the script that only looks
    assert 1 <= limits.wait_exactly(limit, "me") <= 60
    limits.forget_exactly(limit, "me")
    assert limits.wait_exactly(limit, "me") == 0
    assert limits._apart_until == 0.0


def test_many_at_once_get_exactly_what_there_is() -> None:
    limit, got = Limit(uuid4().hex, 50, 60), []
    threads = [threading.Thread(target=lambda: got.extend(limits.take(limit, "me").ok for _ in range(20))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got.count(True), len(got)) == (50, 160)
    assert limits._apart_until == 0.0


def test_without_redis_a_process_counts_by_itself_and_waits_for_nobody(settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    limit, start = Limit(uuid4().hex, 1, 60), time.monotonic()
    assert [limits.take(limit, "me").ok, limits.take(limit, "me").ok, limits.take_exactly(limit, "x")] == [True, False, True]
    assert time.monotonic() - start < 1


def test_a_redis_that_never_answers_costs_less_than_a_second(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        limit, start = Limit(uuid4().hex, 1, 60), time.monotonic()
        assert [limits.take(limit, "me").ok, limits.take(limit, "me").ok] == [True, False]
        cache = Cache(settings.REDIS_URL, {})
        assert [cache.add("a", 1, 60), cache.add("a", 1, 60)] == [True, False]
        assert time.monotonic() - start < 1


def test_the_cache_without_redis_keeps_to_itself() -> None:
    cache, start = Cache(NOWHERE, {}), time.monotonic()
    key = uuid4().hex
    assert [cache.add(key, 1, 60), cache.add(key, 2, 60), cache.get(key)] == [True, False, 1]
    assert time.monotonic() - start < 1


def test_the_cache_with_redis_is_shared(url: str) -> None:
    key = uuid4().hex
    assert Cache(url, {}).add(key, 1, 60)
    assert not Cache(url, {}).add(key, 2, 60)
