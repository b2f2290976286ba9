"""The parking place: blobs that the object store could not take, kept durably on this disk until it can.

A key is a directory, and the file in it says in its name what the object store will be told: `{sha256}.{type}`. There is
no second file and no index that could disagree with the bytes. Whoever is killed leaves either the parked file or the
verified object, never neither: the file goes only after the store has shown that it holds the same digest.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from backend.kernel import files, ids
from media.storage.local import LocalStore
from media.storage.store import Stored

DAMAGED, LEAST_FREE = "damaged", 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Parked:
    """A blob that waits for its store: `sha256` hex, `at` when it was parked (aware)."""

    key: str
    path: Path
    sha256: str
    content_type: str
    bytes: int
    at: datetime

    def is_whole(self) -> bool:
        """Return whether the disk gives back what was parked."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


class Parking:
    """One parking place; every process that shares the directory shares it."""

    def __init__(self, root: Path) -> None:
        self.root, self.files = root, LocalStore(root / "blobs")

    @cached_property
    def place(self) -> UUID:
        """Return the id of this place, made once: containers that share a disk share it, host names would not tell."""
        file = self.root / "place"
        files.write_once(file, str(ids.new()).encode())
        return UUID(file.read_text())

    def put(self, key: str, path: Path, *, sha256: str, content_type: str) -> None:
        """Move `path` here durably; of several contents of one key the last one counts. Raises: OSError on a full disk.

        The last 256 MiB are left to the database and the logs: an outage must not become a second one.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < LEAST_FREE:
            raise OSError(errno.ENOSPC, "too little room to park photos")
        with self._held(fcntl.LOCK_SH):
            self.files.put(f"{key}/{sha256}.{content_type.replace('/', '_')}", path, sha256=sha256, content_type=content_type)
        with self._held(fcntl.LOCK_EX):
            for old in self._files(key)[1:]:
                old.unlink()

    def find(self, key: str) -> Parked | None:
        """Return what is parked under `key`, or None."""
        for path in self._files(key)[:1]:
            return self._parked(path)
        return None

    def open(self, key: str) -> BinaryIO:
        """Return the parked bytes. Raises: FileNotFoundError."""
        while files := self._files(key):
            try:
                return files[0].open("rb")
            except FileNotFoundError:  # it was replaced or left meanwhile: look again
                continue
        raise FileNotFoundError(key)

    def entries(self, prefix: str = "") -> Iterator[Parked]:
        """Yield what is parked below `prefix` (whole folders), each key once."""
        for folder, _, names in os.walk(self.files.root / prefix):
            if names and Path(folder) != self.files.root and (found := self.find(self._key(Path(folder)))):
                yield found

    def keys(self, prefix: str) -> Iterator[Stored]:
        """Yield the same as a store does."""
        for parked in self.entries(prefix):
            yield Stored(parked.key, parked.bytes, parked.at)

    def leave(self, parked: Parked) -> None:
        """Remove what the store holds now; if other bytes were parked under the key meanwhile, those stay."""
        with self._held(fcntl.LOCK_EX):
            if self._files(parked.key)[:1] == [parked.path]:
                self._remove(parked.key)

    def delete(self, key: str, *, before: datetime) -> bool:
        """Remove a blob unless it was parked since `before`; return whether it is gone by this call."""
        with self._held(fcntl.LOCK_EX):
            found = self.find(key)
            if found is None or found.at >= before:
                return False
            self._remove(key)
            return True

    def set_aside(self, parked: Parked) -> None:
        """Keep bytes that the disk has damaged for a human, where no reader takes them for the photo."""
        aside = self.root / DAMAGED / parked.key.replace("/", "~")
        aside.parent.mkdir(parents=True, exist_ok=True)
        with self._held(fcntl.LOCK_EX):
            parked.path.replace(aside)

    def damaged(self) -> int:
        """Return how many blobs were set aside."""
        folder = self.root / DAMAGED
        return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Give whether this process is the only one that empties the place; nobody waits for another."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".drain").open("ab") as lock:
            yield _locked(lock)

    def _files(self, key: str) -> list[Path]:
        """Return the contents of a key, the newest first; those that vanish meanwhile are left out."""
        folder, found = self.files.root / key, []
        with suppress(FileNotFoundError, NotADirectoryError):
            for path in folder.iterdir():
                with suppress(FileNotFoundError):
                    found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found, reverse=True) if path.is_file()]

    def _parked(self, path: Path) -> Parked | None:
        sha256, _, kind = path.name.partition(".")
        try:
            told = path.stat()
        except FileNotFoundError:
            return None
        at = datetime.fromtimestamp(told.st_mtime, UTC)
        return Parked(self._key(path.parent), path, sha256, kind.replace("_", "/", 1), told.st_size, at)

    def _key(self, folder: Path) -> str:
        return folder.relative_to(self.files.root).as_posix()

    def _remove(self, key: str) -> None:
        for path in reversed(self._files(key)):
            path.unlink()
        (self.files.root / key).rmdir()

    @contextmanager
    def _held(self, kind: int) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as lock:
            fcntl.flock(lock, kind)
            yield


def _locked(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
