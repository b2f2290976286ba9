"""Blobs in an S3-compatible object store, parked on this disk while it is away; loaded only where STORAGE_URL asks for it."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlparse
from uuid import UUID

import boto3
from botocore.config import Config

from backend.kernel.problems import Unavailable
from media.storage.bucket import MISSING_BUCKET, Bucket
from media.storage.direct import Direct
from media.storage.parking import Parked, Parking
from media.storage.store import Stored, Waiting

log = logging.getLogger("bihuan.storage")
# three attempts of four seconds: what a phone waits at most before its photo is parked instead
CONNECT_S, READ_S, ATTEMPTS = 2, 4, 3


def make(url: str, var: Path) -> "S3Store":
    """Return the store of `s3://key:secret@host:port/bucket`.

    Options behind `?`: `region`; `secure` (1: https); `style` (path, virtual); `public`, the address by which phones reach
    the same store; `sse` (AES256 or aws:kms) and `kms` (a key id), which have it encrypt what it keeps.
    """
    parts = urlparse(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    scheme = "https" if asked.get("secure", "0") == "1" else "http"
    endpoint = f"{scheme}://{parts.hostname}:{parts.port or (443 if scheme == 'https' else 80)}"
    options = {
        "aws_access_key_id": unquote(parts.username or ""), "aws_secret_access_key": unquote(parts.password or ""),
        "region_name": asked.get("region", "us-east-1"), "config": _config(asked.get("style", "path")),
    }  # fmt: skip
    client = boto3.client("s3", endpoint_url=endpoint, **options)
    public = asked.get("public", "")
    signer = boto3.client("s3", endpoint_url=public, **options) if public else client
    sealed = {"ServerSideEncryption": asked["sse"]} if asked.get("sse") else {}
    sealed |= {"SSEKMSKeyId": asked["kms"]} if asked.get("kms") else {}
    return S3Store(Bucket(client, signer, parts.path.strip("/"), sealed), Parking(var / "parked"), var / "spool")


def _config(style: str) -> Any:
    return Config(
        signature_version="s3v4", s3={"addressing_style": style}, connect_timeout=CONNECT_S, read_timeout=READ_S,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"}, max_pool_connections=32,
        # the default CRC32 headers break many compatible stores; the SHA-256 of a write is asked for by name
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
    )  # fmt: skip


class S3Store:
    """A bucket, and the parking place for what it could not take."""

    def __init__(self, bucket: Bucket, parking: Parking, spool: Path) -> None:
        self.bucket, self.parking, self.spool = bucket, parking, spool
        self.direct = Direct(bucket)

    @property
    def client(self) -> Any:
        """Return the client of the bucket."""
        return self.bucket.client

    @property
    def place(self) -> UUID:
        """Return the id of the parking place of this disk."""
        return self.parking.place

    def put(self, key: str, path: Path, *, sha256: str, content_type: str) -> None:
        """Upload `path`, or park it if the store does not take it, then remove the file. Raises: OSError on a full disk."""
        # behind what waits already under this key, or an older content would overtake it
        if not self.is_parked(key):
            try:
                self.bucket.put(key, path, sha256=sha256, content_type=content_type)
            except Unavailable as error:
                log.warning("parked: %s (%s)", key, error.__cause__ or "the store was away a moment ago")
            else:
                path.unlink(missing_ok=True)
                return
        self.parking.put(key, path, sha256=sha256, content_type=content_type)

    def open(self, key: str) -> BinaryIO:
        """Return the blob, wherever it is. Raises: FileNotFoundError, Unavailable."""
        try:
            return self.parking.open(key)
        except FileNotFoundError:
            return self.bucket.open(key, folder=self.spool)

    def size(self, key: str) -> int | None:
        """Return its length, or None. Raises: Unavailable."""
        parked = self.parking.find(key)
        return parked.bytes if parked else self.bucket.size(key)

    def delete(self, key: str, *, before: datetime) -> bool:
        """Remove the blob from both places unless it is younger. Raises: Unavailable."""
        parked = self.parking.find(key)
        if parked and not self.parking.delete(key, before=before):
            return False
        return self.bucket.delete(key, before=before) or parked is not None

    def keys(self, prefix: str) -> Iterator[Stored]:
        """Yield every blob below `prefix`, each once. Raises: Unavailable."""
        seen = set()
        for found in self.parking.keys(prefix):
            seen.add(found.key)
            yield found
        yield from (found for found in self.bucket.keys(prefix) if found.key not in seen)

    def url(self, key: str, *, filename: str, content_type: str, inline: bool, life: timedelta) -> str | None:
        """Return a presigned address, None while the blob is parked or the store is away: then the application serves it."""
        if self.bucket.breaker.is_open or self.is_parked(key):
            return None
        return self.bucket.address(key, filename=filename, content_type=content_type, inline=inline, life=life)

    def prepare(self) -> None:
        """Make the bucket unless it is there. Raises: Unavailable."""
        complaint = self.bucket.complaint()
        if complaint not in ("", MISSING_BUCKET):
            raise Unavailable(detail=complaint)
        if complaint:
            with self.bucket.reached():
                self.client.create_bucket(Bucket=self.bucket.name)

    def waiting(self) -> Waiting:
        """Return what is parked here, and what is wrong with the bucket."""
        parked = list(self.parking.entries())
        return Waiting(
            blobs=len(parked), bytes=sum(each.bytes for each in parked), oldest=min((each.at for each in parked), default=None),
            damaged=self.parking.damaged(), complaint=self.bucket.complaint(),
        )  # fmt: skip

    def is_parked(self, key: str) -> bool:
        """Return whether the blob waits on this disk."""
        return self.parking.find(key) is not None

    def drain(self, *, go_on: Callable[[], bool]) -> bool:
        """Move what is parked here into the bucket while `go_on`; one process at a time. Raises: Unavailable.

        A file leaves only after the bucket has shown that it holds the same digest: a kill at any point repeats, never loses.
        """
        with self.parking.alone() as first:
            for parked in self.parking.entries() if first else ():
                if not go_on():
                    return False
                self._move(parked)
        return True

    def _move(self, parked: Parked) -> None:
        try:
            if not parked.is_whole():
                log.error("alarm: %s was damaged by the disk and set aside", parked.key)
                self.parking.set_aside(parked)
                return
            self.bucket.put(parked.key, parked.path, sha256=parked.sha256, content_type=parked.content_type)
        except FileNotFoundError:  # replaced or deleted meanwhile: the next round sees what there is
            return
        self.parking.leave(parked)
