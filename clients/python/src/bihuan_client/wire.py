"""One request over a bad network: nothing has a total time limit, only silence has."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bihuan_client.errors import Unreachable
from bihuan_client.rules import Answer

CONNECT_S = 30.0
SILENCE_S = 60.0
# what was handed to the network may still be under way: the answer is waited for as if it crept at two kilobytes a second
SLOWEST = 2000.0
PIECE = 16 * 1024
# a large send buffer would swallow the photo at once and leave us guessing where it is
SEND_BUFFER = 128 * 1024
MOST_ANSWER = 16 * 1024 * 1024
Told = Callable[[int], None]


class Broken(Unreachable):
    """The network failed: no answer, or half of one."""


def transport() -> httpx.HTTPTransport:
    """Return a transport with a small send buffer and one connection."""
    return httpx.HTTPTransport(
        limits=httpx.Limits(max_connections=2, keepalive_expiry=20.0),
        socket_options=[(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER), (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)],
    )


class Wire:
    """The way to one server. `token` is the session; `save_data` asks for small pictures."""

    def __init__(
        self,
        server: str,
        *,
        token: str = "",
        language: str = "zh",
        save_data: bool = False,
        by: httpx.BaseTransport | None = None,
    ) -> None:
        self.server, self.token, self.language, self.save_data = server.rstrip("/"), token, language, save_data
        self.client = httpx.Client(base_url=self.server, follow_redirects=False, transport=by or transport())
        self.rate = 0.0  # bytes a second that the last larger body made
        self.skew_s: float | None = None

    def close(self) -> None:
        """Hang up."""
        self.client.close()

    def ask(
        self, method: str, path: str, *, said: Any = None, body: bytes | None = None, headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None, told: Told | None = None,
    ) -> Answer:  # fmt: skip
        """Send one request and return the answer; `said` is sent as JSON. Raises: Broken."""
        content = json.dumps(said, ensure_ascii=False).encode() if said is not None else body
        size = len(content or b"")
        named = {**self._headers(), **({"Content-Type": "application/json"} if said is not None else {}), **(headers or {})}
        if content is not None:
            named["Content-Length"] = str(size)
        timeout = httpx.Timeout(SILENCE_S, connect=CONNECT_S, read=SILENCE_S + size / SLOWEST)
        began = time.monotonic()
        try:
            with self.client.stream(
                method, path, content=None if content is None else _pieces(content, told), headers=named, params=query,
                timeout=timeout,
            ) as reply:  # fmt: skip
                answer = Answer(reply.status_code, {k.lower(): v for k, v in reply.headers.items()}, _read(reply))
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise Broken(why=f"{type(error).__name__} {error}".strip()) from error
        if size > PIECE:
            self.rate = size / max(0.001, time.monotonic() - began)
        self._compare_clocks(answer)
        return answer

    def _headers(self) -> dict[str, str]:
        said = {"Accept": "application/json", "Accept-Language": "en" if self.language == "en" else "zh-CN"}
        if self.token:
            said["X-Session-Token"] = self.token
        if self.save_data:
            said["Save-Data"] = "on"
        if self.rate:
            # the network classes of the Network Information API, by what we measured on the way up
            kbit = self.rate * 8 / 1000
            said["ECT"] = "slow-2g" if kbit < 50 else "2g" if kbit < 70 else "3g" if kbit < 700 else "4g"
        return said

    def _compare_clocks(self, answer: Answer) -> None:
        with suppress(ValueError):
            theirs = parsedate_to_datetime(answer.headers.get("date", ""))
            self.skew_s = (datetime.now(UTC) - theirs).total_seconds()


def _pieces(content: bytes, told: Told | None) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
        if told:
            told(min(len(content), start + PIECE))


def _read(reply: httpx.Response) -> Any:
    """Return the JSON of an answer, None if it is none; a stream that never ends is not ours. Raises: Broken."""
    whole = bytearray()
    for piece in reply.iter_bytes():
        whole += piece
        if len(whole) > MOST_ANSWER:
            raise Broken(why="an answer without end")
    if "json" not in reply.headers.get("Content-Type", ""):
        return None
    try:
        return json.loads(bytes(whole))
    except ValueError:
        return None
