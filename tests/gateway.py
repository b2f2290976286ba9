"""A real HTTP server in a thread that stands for somebody else's machine and keeps what it was sent."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body parsed."""
        return orjson.loads(self.body)


@dataclass
class RecordingGateway:
    """Answers with `statuses` in turn (then 200), after `delay_s`; `received` is everything that came in, in order.

    `heard` is called with each request taken and not answered yet.
    """

    statuses: list[int] = field(default_factory=list)
    delay_s: float = 0.0
    received: list[Received] = field(default_factory=list)
    heard: Callable[[], None] = lambda: None

    def __enter__(self) -> "RecordingGateway":
        gateway = self
        self._awake = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                gateway.received.append(Received(self.command, self.path, dict(self.headers), body))
                gateway.heard()
                gateway._awake.wait(gateway.delay_s) if gateway.delay_s else None
                status = gateway.statuses.pop(0) if gateway.statuses else 200
                with contextlib.suppress(BrokenPipeError):  # whoever asked may be dead by now
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Keep the test output quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    @property
    def url(self) -> str:
        """Return the address to be set as SMS_URL."""
        return f"http://127.0.0.1:{self._server.server_port}/send"

    def __exit__(self, *_: object) -> None:
        self._awake.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
