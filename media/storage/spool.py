"""The way in: bytes go to a temp file piece by piece and are hashed on the way; nothing large stands in memory."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from media.errors import TooLarge
from media.policy.intake.source import MOST_BYTES
from media.storage.store import store


class Spool:
    """One file on its way in."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.file, self.path, self.bytes = file, path, 0
        self._hash = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Append `piece`. Raises: TooLarge, OSError when the disk is full."""
        self.bytes += len(piece)
        if self.bytes > MOST_BYTES:
            raise TooLarge
        self._hash.update(piece)
        rest = memoryview(piece)
        while rest:
            rest = rest[self.file.write(rest) :]

    @property
    def sha256(self) -> str:
        """Return the digest (hex) of what has been written."""
        return self._hash.hexdigest()


@contextmanager
def spooling() -> Iterator[Spool]:
    """Give a new spool; its file is gone afterwards, whatever happened, unless the store has taken it."""
    folder = store().spool
    folder.mkdir(parents=True, exist_ok=True)
    # unbuffered: a full disk is told at the write that hit it and not at some later flush
    with tempfile.NamedTemporaryFile(dir=folder, prefix="in-", buffering=0, delete=False) as file:
        path = Path(file.name)
        try:
            yield Spool(cast(BinaryIO, file), path)
        finally:
            path.unlink(missing_ok=True)
