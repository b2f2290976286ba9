"""One bucket of an S3-compatible object store: every call with bounded patience, every write checked, nothing else."""

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError

from backend.kernel.problems import Unavailable
from media.storage.breaker import Breaker
from media.storage.store import Stored

MISSING_BUCKET = "NoSuchBucket"
MISSING = {"404", "NoSuchKey", "NotFound"}
PIECE, IN_MEMORY = 256 * 1024, 1024 * 1024


@dataclass
class Bucket:
    """`client` talks to the store, `signer` signs addresses under the name by which phones reach it.

    `sealed` are the arguments of a write that ask the store to encrypt (SSE-S3 or SSE-KMS).
    """

    client: Any
    signer: Any
    name: str
    sealed: dict[str, str] = field(default_factory=dict)
    breaker: Breaker = field(default_factory=Breaker)

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Turn what the client raises into Unavailable, and remember whether the store answered."""
        self.breaker.admit()
        try:
            yield
        except ClientError as error:
            down = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
            (self.breaker.failed if down else self.breaker.answered)()
            raise Unavailable from error
        except BotoCoreError as error:
            self.breaker.failed()
            raise Unavailable from error
        except FileNotFoundError:
            self.breaker.answered()
            raise
        else:
            self.breaker.answered()

    def complaint(self) -> str:
        """Return what is wrong in one word of the store (`NoSuchBucket`, `AccessDenied` …), "" if the bucket is there."""
        try:
            with self.reached():
                self.client.list_objects_v2(Bucket=self.name, MaxKeys=1)
        except Unavailable as error:
            told = error.__cause__
            return str(told.response["Error"]["Code"]) if isinstance(told, ClientError) else "Unavailable"
        return ""

    def put(self, key: str, path: Path, *, sha256: str, content_type: str) -> None:
        """Upload `path` with its digest (hex) and ask what arrived. Raises: Unavailable."""
        length, digest = path.stat().st_size, base64.b64encode(bytes.fromhex(sha256)).decode()
        with self.reached(), path.open("rb") as body:
            self.client.put_object(
                Bucket=self.name, Key=key, Body=body, ContentLength=length, ContentType=content_type,
                ChecksumSHA256=digest, **self.sealed,
            )  # fmt: skip
        if not self._arrived(key, length, digest):
            raise Unavailable(detail="对象存储返回的内容与上传不符")

    def _arrived(self, key: str, length: int, digest: str) -> bool:
        found = self.head(key)
        if found is None or found["ContentLength"] != length:
            return False
        said = found.get("ChecksumSHA256")
        return bool((said or self._digest(key)) == digest)

    def _digest(self, key: str) -> str:
        """Return the digest (base64) of what a store that keeps no checksums gives back."""
        sum_ = hashlib.sha256()
        for piece in self.read(key):
            sum_.update(piece)
        return base64.b64encode(sum_.digest()).decode()

    def head(self, key: str) -> dict[str, Any] | None:
        """Return what the store knows of an object, None if it is not there. Raises: Unavailable."""
        with self.reached():
            try:
                return dict(self.client.head_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED"))
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in MISSING:
                    return None
                raise

    def size(self, key: str) -> int | None:
        """Return an object's length in bytes, or None. Raises: Unavailable."""
        found = self.head(key)
        return int(found["ContentLength"]) if found else None

    def read(self, key: str) -> Iterator[bytes]:
        """Yield an object piece by piece. Raises: FileNotFoundError, Unavailable."""
        with self.reached():
            try:
                body = self.client.get_object(Bucket=self.name, Key=key)["Body"]
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in MISSING:
                    raise FileNotFoundError(key) from error
                raise
            with closing(body):
                yield from body.iter_chunks(PIECE)

    def open(self, key: str, *, folder: Path) -> BinaryIO:
        """Return an object as a file without a name in `folder`, small ones in memory. Raises: FileNotFoundError, Unavailable."""
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder))  # noqa: SIM115 - the caller closes it
        try:
            for piece in self.read(key):
                file.write(piece)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return cast(BinaryIO, file)

    def delete(self, key: str, *, before: datetime) -> bool:
        """Remove an object unless it is younger: every `put` uploads anew and so renews it. Raises: Unavailable."""
        found = self.head(key)
        if found is None or found["LastModified"] >= before:
            return False
        self.discard(key)
        return True

    def discard(self, key: str) -> None:
        """Remove an object, however young. Raises: Unavailable."""
        with self.reached():
            self.client.delete_object(Bucket=self.name, Key=key)

    def keys(self, prefix: str) -> Iterator[Stored]:
        """Yield every object below `prefix`, a page at a time. Raises: Unavailable."""
        with self.reached():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                for found in page.get("Contents", ()):
                    yield Stored(found["Key"], found["Size"], found["LastModified"])

    def address(self, key: str, *, filename: str, content_type: str, inline: bool, life: timedelta) -> str:
        """Return a presigned address that answers with our type, name and disposition; nothing is asked of the store."""
        asked = {
            "Bucket": self.name, "Key": key, "ResponseContentType": content_type,
            "ResponseContentDisposition": f'{"inline" if inline else "attachment"}; filename="{filename}"',
            "ResponseCacheControl": "private, no-store",
        }  # fmt: skip
        return str(self.signer.generate_presigned_url("get_object", Params=asked, ExpiresIn=int(life.total_seconds())))
