"""From the event loop to the threads of the application and back.

The server could call the application in a thread at once, but then whoever sends or reads slowly holds that thread: eight
phones on a poor line stop everybody. Here a request waits for its body, and an answer for its reader, in the event loop;
a thread is taken for the time that the application works. See docs/adr/0018.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import close_old_connections

from backend.kernel.front.bodies import Bodies, Broken, Pieces

log = logging.getLogger("bihuan.serve")
Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_BARE = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_LOST = [("content-type", "text/plain"), ("cache-control", "no-store")]
MOST_DIGITS = 12


class Scope(Protocol):
    """What the web server says of a request (RSGI)."""

    method: str
    path: str
    query_string: str
    scheme: str
    client: str
    server: str
    http_version: str
    authority: str | None
    headers: Any


class Wire(Pieces, Protocol):
    """The connection on which a request came (RSGI)."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...

    def response_stream(self, status: int, headers: Headers) -> Any: ...


@dataclass(slots=True)
class Answer:
    """`pieces` is given instead of `body` where the application answers piece by piece; it is to be closed."""

    status: int
    headers: Headers
    body: bytes = b""
    pieces: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Front:
    """The application as the web server calls it; `threads` of it work at the same time."""

    def __init__(self, application: Application, *, threads: int, bodies: Bodies) -> None:
        self.application, self.bodies = application, bodies
        self.workers = ThreadPoolExecutor(threads, thread_name_prefix="request")
        # files are read beside the application: a slow reader is none of its business
        self.readers = ThreadPoolExecutor(2, thread_name_prefix="file")

    async def __rsgi__(self, scope: Scope, wire: Wire) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        length, kind = _length(scope.headers.get("content-length")), (scope.headers.get("content-type") or "").lower()
        body = await self.bodies.received(wire, length=length, kind=kind)
        try:
            answer = await loop.run_in_executor(self.workers, self._answer, environ(scope, body))
        except Exception:
            # the last line before the wire: whatever it was, the phone gets an answer and the log the reason
            log.exception("the application failed")
            wire.response_bytes(500, _LOST, b"")
            return
        finally:
            if not isinstance(body, Broken):
                body.close()
        if answer.pieces is None:
            wire.response_bytes(answer.status, answer.headers, answer.body)
        else:
            await self._stream(wire, answer, answer.pieces)

    def _answer(self, said: dict[str, Any]) -> Answer:
        """Run the application; called in one of its threads."""
        answer = Answer(500, [])

        def start(status: str, headers: Headers, exc_info: object = None) -> None:
            answer.status, answer.headers = int(status[:3]), headers

        result: Any = self.application(said, start)
        if getattr(result, "streaming", False):
            # its bytes come later and elsewhere; this thread is done with the database
            close_old_connections()
            answer.pieces, answer.close = iter(result), result.close
            return answer
        try:
            answer.body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return answer

    async def _stream(self, wire: Wire, answer: Answer, pieces: Iterator[bytes]) -> None:
        loop, stall_s = asyncio.get_running_loop(), self.bodies.limits.stall_s
        try:
            to = wire.response_stream(answer.status, answer.headers)
            while piece := await loop.run_in_executor(self.readers, lambda: next(pieces, b"")):
                async with asyncio.timeout(stall_s):
                    await to.send_bytes(piece)
        except (TimeoutError, RuntimeError):
            log.info("a reader went away")  # or reads nothing any more
        finally:
            if answer.close:
                await loop.run_in_executor(self.readers, answer.close)


def environ(scope: Scope, body: object) -> dict[str, Any]:
    """Return the request as WSGI has it."""
    host, _, port = scope.server.rpartition(":")
    said: dict[str, Any] = {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string, "SERVER_NAME": host, "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}", "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme, "wsgi.input": body, "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    if scope.authority:
        said["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        key = _BARE.get(name) or "HTTP_" + name.upper().replace("-", "_")
        said[key] = f"{said[key]}{'; ' if name == 'cookie' else ','}{value}" if key in said and name != "host" else value
    return said


def _length(said: str | None) -> int:
    """Return the announced length; what is no number is refused later by its name, and has no body until then."""
    return int(said) if said and said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else 0
