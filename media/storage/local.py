"""Blobs on a disk: temp file, fsync, rename, fsync of the directory, so that a name is never there without its bytes."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlparse

from media.storage.store import Stored, Waiting


def make(url: str, var: Path) -> "LocalStore":
    """Return the store below the path of a file:// address."""
    return LocalStore(Path(unquote(urlparse(url).path)))


class LocalStore:
    """Keeps blobs below one directory."""

    place, direct = None, None

    def __init__(self, root: Path) -> None:
        self.root, self.spool = root, root / "spool"

    def put(self, key: str, path: Path, *, sha256: str, content_type: str) -> None:
        """Move `path` to `key` durably; an equal one is only marked as fresh, so that no sweep takes it for an orphan."""
        target = self.root / key
        with self._held(fcntl.LOCK_SH):
            if self.size(key) == path.stat().st_size:
                os.utime(target)
                path.unlink()
                return
        with path.open("rb") as file:
            os.fsync(file.fileno())
        self._make(target.parent)
        path.replace(target)
        _sync(target.parent)

    def open(self, key: str) -> BinaryIO:
        """Return the file for reading. Raises: FileNotFoundError."""
        return (self.root / key).open("rb")

    def size(self, key: str) -> int | None:
        """Return the file's length, or None."""
        try:
            return (self.root / key).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, key: str, *, before: datetime) -> bool:
        """Remove the file unless it is younger; a `put` of equal bytes waits meanwhile and then writes them anew."""
        path = self.root / key
        with self._held(fcntl.LOCK_EX):
            if not path.exists() or path.stat().st_mtime >= before.timestamp():
                return False
            path.unlink()
            return True

    @contextmanager
    def _held(self, kind: int) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as lock:
            fcntl.flock(lock, kind)
            yield

    def keys(self, prefix: str) -> Iterator[Stored]:
        """Yield every file below `prefix`."""
        for folder, _, names in os.walk(self.root / prefix):
            for name in names:
                path = Path(folder) / name
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue
                at = datetime.fromtimestamp(found.st_mtime, UTC)
                yield Stored(path.relative_to(self.root).as_posix(), found.st_size, at)

    def url(self, key: str, *, filename: str, content_type: str, inline: bool, life: timedelta) -> str | None:
        """Return None: the application serves what lies on its own disk."""
        return None

    def prepare(self) -> None:
        """Make nothing: every directory is made when it is needed."""

    def waiting(self) -> Waiting:
        """Return that nothing waits."""
        return Waiting()

    def is_parked(self, key: str) -> bool:
        """Return False: a disk is where things are at home."""
        return False

    def drain(self, *, go_on: Callable[[], bool]) -> bool:
        """Return True: nothing is ever parked."""
        return True

    def _make(self, folder: Path) -> None:
        """Make `folder`; every directory that gets a new member is synced, or the path might not survive a power cut."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
