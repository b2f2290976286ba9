"""Bodies on their way in: read without a thread, kept in memory while small, given up when nothing comes any more."""

import asyncio
import io
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backend.kernel.problems import DiskFull, Problem, Stalled, Unavailable

KEPT_IN_MEMORY = 256 * 1024
MIB = 1024 * 1024
# the kinds that may be large: photos whole, in a form, or a chunk of one; everything else is JSON
PIECE_OF_UPLOAD = "application/offset+octet-stream"
LARGE_KINDS = ("image/", "multipart/form-data", PIECE_OF_UPLOAD)


Body = io.BytesIO | tempfile.SpooledTemporaryFile[bytes]


class Pieces(Protocol):
    """A body as the web server hands it over."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """A body that brings less than `least` bytes in `stall_s` seconds has stalled (guarantees.md A.5).

    `bodies` is how many may be under way in one process, `spooled` how many bytes they may have announced together; what is
    larger than `large` (or `small`, by its kind) is not read at all: the application refuses it by its length.
    """

    stall_s: float = 30.0
    least: int = 1024
    bodies: int = 1024
    spooled: int = 1024 * MIB
    small: int = 2 * MIB
    large: int = 21 * MIB


class Broken:
    """Stands for a body that could not be had: whoever reads it meets the problem, in the order in which things are judged."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def read(self, *_: int) -> bytes:
        """Raise the problem."""
        raise self.problem

    readline = read


class Bodies:
    """The bodies under way in this process."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder, self.limits = folder, limits
        self.under_way = self.announced = 0

    async def received(self, pieces: Pieces, *, length: int, kind: str) -> Body | Broken:
        """Return the body, `length` bytes or fewer if it broke off, to be read and closed; too large ones are left unread."""
        limits = self.limits
        if not 0 < length <= (limits.large if kind.startswith(LARGE_KINDS) else limits.small):
            return io.BytesIO()
        if self.under_way >= limits.bodies or self.announced + length > limits.spooled:
            return Broken(Unavailable(retry_after=_soon()))
        with self._counted(length):
            into = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY, dir=str(self.folder))  # noqa: SIM115 - handed on
            try:
                await self._fill(into, pieces, length)
            except TimeoutError:
                # the part of a piece that came need not come again; half of anything else is of no use
                if not kind.startswith(PIECE_OF_UPLOAD):
                    into.close()
                    return Broken(Stalled())
            except OSError:
                into.close()
                return Broken(DiskFull(retry_after=_soon()))
        into.seek(0)
        return into

    async def _fill(self, into: Body, pieces: Pieces, length: int) -> None:
        got = counted = 0
        clock, stall_s = asyncio.get_running_loop().time, self.limits.stall_s
        async with asyncio.timeout(stall_s) as limit:
            # a phone that hangs up ends the body early: what came is judged as what it is
            with suppress(RuntimeError):
                async for piece in pieces:
                    into.write(piece[: length - got])
                    got += len(piece)
                    if got >= length:
                        return
                    if got - counted >= self.limits.least:
                        counted = got
                        limit.reschedule(clock() + stall_s)

    @contextmanager
    def _counted(self, length: int) -> Iterator[None]:
        self.under_way += 1
        self.announced += length
        try:
            yield
        finally:
            self.under_way -= 1
            self.announced -= length


def _soon() -> int:
    """Return 5 to 30 seconds, so that clients told to wait do not all come back at once."""
    return random.randint(5, 30)  # noqa: S311 - jitter, not a secret
