"""A bad line: a TCP proxy that understands just enough HTTP to cut a connection at a chosen point of an exchange."""

import random
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

# the points of an exchange, in the order in which they come
POINTS = (
    "before the head", "in the head", "after the head", "in the body", "before the last byte", "after the body",
    "in the answer", "after the answer",
)  # fmt: skip
PIECE = 16 * 1024
PATIENCE_S = 60.0


@dataclass
class Exchange:
    """One request as the line saw it; `sent` bytes of its body came from the client, `offset` is what it said of them."""

    method: str
    length: int
    offset: int
    sent: int = 0
    cut: str = ""
    answered: int = 0
    acknowledged: int = -1


class Cut(Exception):
    """The line goes dead here."""


@dataclass
class Line:
    """Passes exchanges on to `port`; `choose` says for each request at which point to cut it, "" for not at all."""

    port: int
    choose: Callable[[Exchange], str] = lambda exchange: ""
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    seen: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.entrance = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop taking connections."""
        self._door.close()

    def cuts(self) -> Counter[str]:
        """Return how often it was cut at which point."""
        return Counter(exchange.cut for exchange in self.seen if exchange.cut)

    def again(self, length: int) -> int:
        """Return how many bytes of bodies the client sent beyond the `length` of its photo."""
        return sum(one.sent for one in self.seen) - length

    def broken(self) -> int:
        """Return how many exchanges were cut, or ended in "come back later"."""
        return sum(1 for one in self.seen if one.cut or one.answered in (0, 408, 429, 503, 507))

    def repeated(self) -> bool:
        """Return whether a byte was sent again in a PATCH that an answer had acknowledged."""
        acknowledged = 0
        for one in self.seen:
            if one.method == "PATCH" and one.sent and one.offset < acknowledged:
                return True
            acknowledged = max(acknowledged, one.acknowledged)
        return False

    def resumed(self) -> bool:
        """Return whether a HEAD was followed by a PATCH that went on in the middle."""
        methods = [one.method for one in self.seen]
        return "HEAD" in methods and any(one.offset for one in self.seen[methods.index("HEAD") :] if one.method == "PATCH")

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        near.settimeout(PATIENCE_S)
        far: socket.socket | None = None
        try:
            with suppress(OSError, Cut):
                far = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
                while self._pass_on(near, far):
                    pass
        finally:
            for end in (near, far):
                self._hang_up(end)

    def _hang_up(self, end: socket.socket | None) -> None:
        """Close one end, in one case of two with a reset."""
        if end is None:
            return
        with suppress(OSError):
            if self.rng.random() < 0.5:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> bool:
        """Pass one exchange on; return whether another may follow. Raises: Cut, OSError."""
        head, body = _head(near)
        if not head:
            return False
        one = Exchange(head.split(b" ", 1)[0].decode(), _number(head, "content-length", 0), _number(head, "upload-offset", 0))
        self.seen.append(one)
        point = self.choose(one)
        if not one.length and point in ("in the body", "before the last byte"):
            point = "after the head"
        one.cut = point
        self._request(one, head, body, near, far)
        answer, rest = _head(far)
        if not answer:
            raise Cut  # the server went away
        one.answered = int(answer[9:12])
        if point == "after the body":
            raise Cut
        if point == "in the answer":
            near.sendall(answer[: len(answer) // 2])
            raise Cut
        self._answer(one, answer, rest, near, far)
        if 200 <= one.answered < 300:
            one.acknowledged = _number(answer, "upload-offset", -1)
        if point == "after the answer":
            raise Cut
        return b"connection: close" not in answer.lower()

    def _request(self, one: Exchange, head: bytes, body: bytes, near: socket.socket, far: socket.socket) -> None:
        if one.cut == "before the head":
            raise Cut
        if one.cut == "in the head":
            far.sendall(head[: len(head) // 2])
            raise Cut
        far.sendall(head)
        if one.cut == "after the head":
            raise Cut
        last = {"in the body": self.rng.randrange(max(1, one.length)), "before the last byte": one.length - 1}
        until = last.get(one.cut, one.length)
        while one.sent < until:
            piece = (body or near.recv(PIECE))[: until - one.sent]
            body = body[len(piece) :]
            if not piece:
                raise Cut
            one.sent += len(piece)
            far.sendall(piece)
        if one.cut in last:
            raise Cut

    def _answer(self, one: Exchange, head: bytes, rest: bytes, near: socket.socket, far: socket.socket) -> None:
        near.sendall(head)
        bodiless = one.method == "HEAD" or one.answered in (204, 304)
        left = 0 if bodiless else _number(head, "content-length", 0)
        while left:
            piece = (rest or far.recv(PIECE))[:left]
            rest = rest[len(piece) :]
            if not piece:
                raise Cut
            left -= len(piece)
            near.sendall(piece)


def _head(end: socket.socket) -> tuple[bytes, bytes]:
    """Return the head of what comes next and what came of the body with it; nothing at a proper end."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = end.recv(PIECE)
        if not piece:
            return b"", b""
        found += piece
    head, _, rest = found.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def _number(head: bytes, name: str, otherwise: int) -> int:
    found = re.search(rb"(?i)\r\n" + name.encode() + rb": *(\d+)", head)
    return int(found[1]) if found else otherwise
