"""What stands before the threads: slow senders and slow readers hold none of them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backend.kernel.front.bodies import Bodies, Broken, Limits
from backend.kernel.front.front import Front, environ
from backend.kernel.problems import Problem, Stalled, Unavailable

LONG_S = 20.0


class Wire:
    """A connection: `pieces` come one by one, each after its pause; with `hangs` the end never comes."""

    def __init__(self, *pieces: bytes, pause: float = 0.0, hangs: bool = False) -> None:
        self.pieces, self.pause, self.hangs = pieces, pause, hangs
        self.answered: list[tuple[int, bytes]] = []
        self.sent: list[bytes] = []
        self.reads = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await asyncio.sleep(self.pause)
            yield piece
        if self.hangs:
            await asyncio.sleep(3600)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answered.append((status, body))

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Wire":
        return self

    async def send_bytes(self, piece: bytes) -> None:
        if self.hangs:
            await self.reads.wait()
        self.sent.append(piece)


def request(length: int | str = 0, kind: str = "application/json", **more: Any) -> SimpleNamespace:
    headers = {"content-length": str(length), "content-type": kind, "host": "here"}
    said = {
        "method": "POST", "path": "/a/难", "query_string": "x=1", "scheme": "http", "client": "10.0.0.1:5", "server": "me:80",
        "http_version": "1.1", "authority": None, "headers": headers,
    }  # fmt: skip
    return SimpleNamespace(**{**said, **more})


def received(wire: Wire, *, length: int, kind: str = "image/jpeg", folder: Path, **limits: Any) -> Any:
    return asyncio.run(Bodies(folder, Limits(**limits)).received(wire, length=length, kind=kind))


def reading(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [])
    return [body]


def test_a_body_that_stalls_is_given_up_and_whoever_reads_it_is_told(tmp_path: Path) -> None:
    body = received(Wire(b"ab", hangs=True), length=10, folder=tmp_path, stall_s=1.0)
    with pytest.raises(Stalled):
        body.read(5)


def test_of_a_piece_of_an_upload_that_stalls_what_came_is_handed_on(tmp_path: Path) -> None:
    body = received(Wire(b"ab", hangs=True), length=10, kind="application/offset+octet-stream", folder=tmp_path, stall_s=0.05)
    assert body.read() == b"ab"


def test_a_body_that_drips_has_stalled_too(tmp_path: Path) -> None:
    drips = Wire(*[b"x"] * 1000, pause=0.01)
    assert isinstance(received(drips, length=1000, folder=tmp_path, stall_s=0.1), Broken)


def test_a_body_that_keeps_coming_may_take_its_time(tmp_path: Path) -> None:
    steady = Wire(*[b"x" * 2048] * 8, pause=0.4)
    body = received(steady, length=16384, folder=tmp_path, stall_s=3.0)
    assert len(body.read()) == 16384


def test_what_is_too_large_for_its_kind_is_not_read_at_all(tmp_path: Path) -> None:
    wire = Wire(b"x" * 100)
    assert received(wire, length=101, kind="application/json", folder=tmp_path, small=100).read() == b""
    assert received(wire, length=101, kind="image/png", folder=tmp_path, small=100, large=200).read() == b"x" * 100


def test_a_body_that_breaks_off_is_handed_on_as_it_is(tmp_path: Path) -> None:
    assert received(Wire(b"abc"), length=10, folder=tmp_path).read() == b"abc"


def test_large_bodies_lie_in_the_folder_and_are_gone_when_closed(tmp_path: Path) -> None:
    body = received(Wire(*[b"x" * 65536] * 8), length=8 * 65536, folder=tmp_path)
    assert len(body.read()) == 8 * 65536
    body.close()
    assert list(tmp_path.iterdir()) == []


def test_beyond_the_bodies_there_may_be_people_are_told_to_come_back(tmp_path: Path) -> None:
    async def two() -> list[Any]:
        bodies = Bodies(tmp_path, Limits(stall_s=2.0, bodies=1))
        first = asyncio.create_task(bodies.received(Wire(b"a", hangs=True), length=5, kind=""))
        await asyncio.sleep(0.01)
        refused = await bodies.received(Wire(b"hello"), length=5, kind="")
        await first
        return [refused, await bodies.received(Wire(b"hello"), length=5, kind="")]

    refused, later = asyncio.run(two())
    with pytest.raises(Unavailable) as told:
        refused.read()
    assert 5 <= (told.value.retry_after or 0) <= 30
    assert later.read() == b"hello"


def test_slow_senders_hold_no_thread(tmp_path: Path) -> None:
    async def crowd() -> list[tuple[int, bytes]]:
        front = Front(reading, threads=1, bodies=Bodies(tmp_path, Limits(stall_s=LONG_S)))
        slow = [asyncio.create_task(front.__rsgi__(request(9), Wire(b"a", hangs=True))) for _ in range(20)]
        await asyncio.sleep(0.01)
        quick = Wire(b"hello")
        await asyncio.wait_for(front.__rsgi__(request(5), quick), LONG_S / 2)
        for task in slow:
            task.cancel()
        return quick.answered

    assert asyncio.run(crowd()) == [(200, b"hello")]


class Streamed:
    """An answer that comes piece by piece, as a file does."""

    streaming = True

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Any:
        return iter([b"a", b"b"])

    def close(self) -> None:
        self.closed.set()


@pytest.mark.django_db
def test_slow_readers_hold_no_thread_and_are_given_up(tmp_path: Path) -> None:
    shown: list[Streamed] = []

    def showing(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        if environ["PATH_INFO"] == "/quick":
            return [b"quick"]
        shown.append(Streamed())
        return shown[-1]

    async def crowd() -> tuple[Wire, Wire]:
        front = Front(showing, threads=1, bodies=Bodies(tmp_path, Limits(stall_s=0.3)))
        stuck, reader, quick = Wire(hangs=True), Wire(), Wire()
        waiting = asyncio.create_task(front.__rsgi__(request(), stuck))
        await front.__rsgi__(request(path="/quick"), quick)
        await front.__rsgi__(request(), reader)
        assert quick.answered == [(200, b"quick")]
        await waiting
        return stuck, reader

    stuck, reader = asyncio.run(crowd())
    assert (stuck.sent, reader.sent) == ([], [b"a", b"b"])
    assert all(one.closed.is_set() for one in shown)


def test_an_application_that_fails_is_answered_500(tmp_path: Path) -> None:
    def failing(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raise ZeroDivisionError

    wire = Wire()
    asyncio.run(Front(failing, threads=1, bodies=Bodies(tmp_path, Limits())).__rsgi__(request(), wire))
    assert wire.answered == [(500, b"")]


def test_a_broken_body_is_a_problem_at_the_moment_it_is_read(tmp_path: Path) -> None:
    def judging(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        try:
            environ["wsgi.input"].read()
        except Problem as problem:
            start(f"{problem.status} x", [])
        return [b""]

    wire = Wire(b"a", hangs=True)
    asyncio.run(Front(judging, threads=1, bodies=Bodies(tmp_path, Limits(stall_s=0.05))).__rsgi__(request(5), wire))
    assert wire.answered == [(408, b"")]


@pytest.mark.parametrize("length", ["", "x", "-1", "９", "9" * 30])
def test_a_length_that_is_no_number_is_no_body(length: str, tmp_path: Path) -> None:
    wire = Wire(b"hello")
    asyncio.run(Front(reading, threads=1, bodies=Bodies(tmp_path, Limits())).__rsgi__(request(length), wire))
    assert wire.answered == [(200, b"")]


def test_a_request_is_told_as_wsgi_has_it() -> None:
    said = environ(request(7, headers={"content-type": "a/b", "x-a": "1", "cookie": "c=1"}), None)
    assert said["PATH_INFO"].encode("latin-1").decode() == "/a/难"
    assert (said["REMOTE_ADDR"], said["SERVER_NAME"], said["SERVER_PORT"]) == ("10.0.0.1", "me", "80")
    assert (said["CONTENT_TYPE"], said["HTTP_X_A"], said["HTTP_COOKIE"]) == ("a/b", "1", "c=1")
