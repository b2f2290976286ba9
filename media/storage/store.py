"""The one protocol of blob stores, and which of them this installation uses."""

import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Stored:
    """A blob that is there: its key, its length in bytes, and when it was last written (aware)."""

    key: str
    bytes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Form:
    """What a phone posts to the object store: every one of `fields`, then the picture as the last field `file`."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a parking place holds: blobs, their bytes, the oldest one's instant (aware), and how many the disk damaged.

    `complaint` says what is wrong with the store itself, "" if it answers as it should.
    """

    blobs: int = 0
    bytes: int = 0
    oldest: datetime | None = None
    damaged: int = 0
    complaint: str = ""


class DirectUploads(Protocol):
    """Lets a phone write one object of the private `incoming/` prefix, and hands over what has come."""

    def form(self, key: str, *, bytes: tuple[int, int], content_type: str, sha256: str, life: timedelta) -> Form:
        """Return a signed form for exactly this key and a length in this range. Raises: Unavailable while the store is away."""

    def size(self, key: str) -> int | None:
        """Return the length of what has come, or None. Raises: Unavailable."""

    def read(self, key: str) -> Iterator[builtins.bytes]:
        """Yield it piece by piece. Raises: FileNotFoundError, Unavailable."""

    def discard(self, key: str) -> None:
        """Remove it, however young. Raises: Unavailable."""


class BlobStore(Protocol):
    """Keeps bytes by key. Raises: OSError on a full disk, Unavailable when an object store does not answer.

    An object store that is away takes no write away from a phone: what is put is parked on this disk and read from there.
    """

    spool: Path  # where files are written before they are put; on the same disk if the store is one
    place: UUID | None  # the parking place of this disk, None for a store that needs none
    direct: "DirectUploads | None"  # how phones write to it themselves, None where they cannot

    def put(self, key: str, path: Path, *, sha256: str, content_type: str) -> None:
        """Move the file at `path` (already whole) to `key`, durably; what is there already with that length stays."""

    def open(self, key: str) -> BinaryIO:
        """Return the blob for reading. Raises: FileNotFoundError."""

    def size(self, key: str) -> int | None:
        """Return its length in bytes, or None if it is not there."""

    def delete(self, key: str, *, before: datetime) -> bool:
        """Remove the blob unless it was put again since `before` (aware); return whether it is gone by this call."""

    def keys(self, prefix: str) -> Iterator[Stored]:
        """Yield what is stored below `prefix`."""

    def url(self, key: str, *, filename: str, content_type: str, inline: bool, life: timedelta) -> str | None:
        """Return a signed address at which the store serves the blob itself, or None if the application has to."""

    def prepare(self) -> None:
        """Make what has to be there before the first write. Raises: Unavailable."""

    def waiting(self) -> "Waiting":
        """Return what lies on this disk because the store could not take it, and what is wrong with the store now."""

    def is_parked(self, key: str) -> bool:
        """Return whether the blob waits on this disk for its store to come back."""

    def drain(self, *, go_on: Callable[[], bool]) -> bool:
        """Move what is parked here into the store while `go_on`; return whether all was looked at. Raises: Unavailable."""


def original_key(sha256: str) -> str:
    """Return where the original of this digest (hex) is kept: equal bytes once."""
    return f"originals/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def incoming_key(ticket_id: UUID) -> str:
    """Return where a phone may write the photo of this ticket itself."""
    return f"incoming/{ticket_id}"


def rendition_key(photo_id: UUID, name: str, drawn: str) -> str:
    """Return where a rendition (`thumb`, `middle`, `large`) of a photo is kept whose strip is called `drawn`; "" for none."""
    return f"renditions/{str(photo_id)[-2:]}/{photo_id}-{name}{'-' if drawn else ''}{drawn}.jpg"


def part_key(upload_id: UUID, start: int, nonce: UUID) -> str:
    """Return where the part of an upload from byte `start` is kept; with `nonce` two writers never meet in one key."""
    return f"parts/{str(upload_id)[-2:]}/{upload_id}-{start:012d}-{nonce.hex}"


def store() -> BlobStore:
    """Return the store that STORAGE_URL names."""
    return _made(settings.STORAGE_URL, settings.VAR_DIR)


@lru_cache(maxsize=8)
def _made(url: str, var: Path) -> BlobStore:
    # by name, so that a disk installation never pays for loading boto3
    module = import_module("media.storage.s3" if url.startswith("s3://") else "media.storage.local")
    return cast(BlobStore, module.make(url, var))
