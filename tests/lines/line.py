"""A poor line in userspace: so many bits a second, so much delay, and now and then the connection is reset. Seeded.

Each line has a port of its own and carries any number of connections, which share its rate. An exchange is what the phone
sends until the server speaks, and what the server says until the phone speaks again; each exchange, and every further 64 KiB
of it, is cut by a reset with probability `resets`, at a byte of chance.
"""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

PIECE = 1460
DOSE = 64 * 1024
WINDOW = 16 * 1024  # what the line holds on its way; the rest waits in the phone
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Quality:
    """`bits` a second each way, `delay_s` ± `jitter_s` for there and back, `resets` as a probability."""

    bits: float = 50_000
    delay_s: float = 0.8
    jitter_s: float = 0.4
    resets: float = 0.05


@dataclass
class Line:
    """One phone's way to the server."""

    target: tuple[str, int]
    quality: Quality
    seed: str
    port: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.free_at = {"up": 0.0, "down": 0.0}

    async def open(self) -> asyncio.Server:
        """Listen."""
        door = socket.create_server(("127.0.0.1", 0))
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        server = await asyncio.start_server(self._carry, sock=door, limit=WINDOW)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self.told["connections"] += 1
        try:
            await asyncio.sleep(self._delay())
            far, on = await asyncio.open_connection(*self.target)
        except OSError:
            back.transport.abort()
            return
        one = Connection(self, back, on)
        ways = [asyncio.create_task(one.pass_on(near, on, "up")), asyncio.create_task(one.pass_on(far, back, "down"))]
        with suppress(OSError):
            await asyncio.gather(*ways)
        for way in ways:
            way.cancel()
        for end in (back, on):
            end.close()

    def _delay(self) -> float:
        """Return the seconds that one way takes now: half of there and back."""
        return max(0.0, self.quality.delay_s + self.rng.uniform(-1, 1) * self.quality.jitter_s) / 2

    def turn(self, way: str, size: int) -> float:
        """Return when a piece has left the line, all before it having left."""
        now = asyncio.get_running_loop().time()
        self.free_at[way] = max(now, self.free_at[way]) + size * 8 / self.quality.bits
        return self.free_at[way]


@dataclass
class Connection:
    """One TCP connection over a line."""

    line: Line
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    speaks: str = ""
    cut_after: float = 0.0
    dose: float = 0.0

    async def pass_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, way: str) -> None:
        """Carry one direction: at the line's rate, each piece after its delay, none before the one before it."""
        loop, pieces = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()
        deliver = asyncio.create_task(self._deliver(pieces, to))
        try:
            last = 0.0
            while piece := await source.read(PIECE):
                if self._is_cut(way, len(piece)):
                    self._reset()
                    return
                self.line.told[way] += len(piece)
                left = self.line.turn(way, len(piece))
                last = max(last, left + self.line._delay())
                pieces.put_nowait((last, piece))
                await asyncio.sleep(max(0.0, left - loop.time()))
            pieces.put_nowait((loop.time() + self.line._delay(), b""))
            await deliver
        finally:
            deliver.cancel()

    async def _deliver(self, pieces: "asyncio.Queue[tuple[float, bytes]]", to: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at, piece = await pieces.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not piece:
                to.close()
                return
            to.write(piece)
            await to.drain()

    def _is_cut(self, way: str, size: int) -> bool:
        """Throw the dice for every exchange and for every further dose of it."""
        rng, resets = self.line.rng, self.line.quality.resets
        if self.speaks != way:
            self.line.told["exchanges"] += way == "up"
            # what was to be cut and ended too soon is cut before the answer gets through
            owed = self.cut_after > 0 and way == "down"
            self.speaks, self.dose = way, 0.0
            if owed:
                return True
            if way == "up":
                self.cut_after = rng.uniform(1, DOSE) if rng.random() < resets else 0.0
        self.dose += size
        if self.dose > DOSE:
            self.dose -= DOSE
            self.cut_after = self.cut_after or (rng.uniform(1, DOSE) if rng.random() < resets else 0.0)
        if self.cut_after > 0:
            self.cut_after -= size
            return self.cut_after <= 0
        return False

    def _reset(self) -> None:
        self.line.told["resets"] += 1
        for end in (self.near, self.far):
            with suppress(OSError):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.transport.abort()


class Lines:
    """Lines in a thread of their own; each has its `port`."""

    def __init__(self, target: tuple[str, int], quality: Quality, *, count: int, seed: str) -> None:
        self.lines = [Line(target, quality, f"{seed}-{n}") for n in range(count)]
        self._open, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._carry()), daemon=True)

    async def _carry(self) -> None:
        servers = [await line.open() for line in self.lines]
        self._open.set()
        while not self._over.is_set():
            await asyncio.sleep(0.05)
        for server in servers:
            server.close()

    def __enter__(self) -> "Lines":
        self._thread.start()
        assert self._open.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def told(self) -> dict[str, int]:
        """Return what happened on all lines together."""
        return dict(sum((line.told for line in self.lines), Counter()))
