"""Blobs in an S3-compatible object store; loaded only where STORAGE_URL asks for it."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlparse

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from backend.kernel.problems import Unavailable
from media.storage.store import Stored

MISSING = {"404", "NoSuchKey", "NotFound"}


def make(url: str, var: Path) -> "S3Store":
    """Return the store of `s3://key:secret@host:port/bucket?region=&secure=&style=` (secure 1: https; style path|virtual)."""
    parts = urlparse(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    scheme = "https" if asked.get("secure", "0") == "1" else "http"
    config = Config(
        signature_version="s3v4", s3={"addressing_style": asked.get("style", "path")},
        connect_timeout=3, read_timeout=20, retries={"max_attempts": 2},
        # the default CRC32 headers break many compatible stores; the SHA-256 below is asked for by name
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
    )  # fmt: skip
    client = boto3.client(
        "s3", endpoint_url=f"{scheme}://{parts.hostname}:{parts.port or (443 if scheme == 'https' else 80)}",
        aws_access_key_id=unquote(parts.username or ""), aws_secret_access_key=unquote(parts.password or ""),
        region_name=asked.get("region", "us-east-1"), config=config,
    )  # fmt: skip
    return S3Store(client, parts.path.strip("/"), var / "spool")


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error


class S3Store:
    """Keeps blobs in one bucket."""

    def __init__(self, client: Any, bucket: str, spool: Path) -> None:
        self.client, self.bucket, self.spool = client, bucket, spool

    def put(self, key: str, path: Path, *, sha256: str, content_type: str) -> None:
        """Upload `path` with its digest, ask what arrived, then remove the file. Raises: Unavailable."""
        length = path.stat().st_size
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        with _reached(), path.open("rb") as body:
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentLength=length, ContentType=content_type, ChecksumSHA256=digest
            )
        if not self._arrived(key, length, digest):
            raise Unavailable
        path.unlink(missing_ok=True)

    def _arrived(self, key: str, length: int, digest: str) -> bool:
        with _reached():
            found = self.client.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        return bool(found["ContentLength"] == length and found.get("ChecksumSHA256", digest) == digest)

    def open(self, key: str) -> BinaryIO:
        """Return the blob in memory (at most 20 MB). Raises: FileNotFoundError, Unavailable."""
        if self.size(key) is None:
            raise FileNotFoundError(key)
        with _reached():
            return BytesIO(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def size(self, key: str) -> int | None:
        """Return its length, or None. Raises: Unavailable."""
        with _reached():
            try:
                return int(self.client.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in MISSING:
                    return None
                raise

    def delete(self, key: str, *, before: datetime) -> bool:
        """Remove the blob unless it is younger: every `put` uploads anew and so renews it. Raises: Unavailable."""
        if self.size(key) is None:
            return False
        with _reached():
            if self.client.head_object(Bucket=self.bucket, Key=key)["LastModified"] >= before:
                return False
            self.client.delete_object(Bucket=self.bucket, Key=key)
            return True

    def keys(self, prefix: str) -> Iterator[Stored]:
        """Yield every blob below `prefix`, a page at a time. Raises: Unavailable."""
        with _reached():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", ()):
                    yield Stored(found["Key"], found["Size"], found["LastModified"])

    def url(self, key: str, *, filename: str, content_type: str, inline: bool, life: timedelta) -> str | None:
        """Return a presigned address that answers with our type, name and disposition."""
        disposition = f'{"inline" if inline else "attachment"}; filename="{filename}"'
        asked = {
            "Bucket": self.bucket, "Key": key, "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition, "ResponseCacheControl": "private, no-store",
        }  # fmt: skip
        with _reached():
            return str(self.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=int(life.total_seconds())))
