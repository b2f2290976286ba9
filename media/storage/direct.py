"""Direct uploads: a form, signed by us, by which a phone writes one object of the private `incoming/` prefix itself."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from backend.kernel.problems import Unavailable
from media.storage.bucket import Bucket
from media.storage.store import Form


class Direct:
    """Signs forms (POST policies, Signature Version 4) and hands over what came by them."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def form(self, key: str, *, bytes: tuple[int, int], content_type: str, sha256: str, life: timedelta) -> Form:
        """Return the form. The policy names bucket, key, length, an image type, and with `sha256` (hex) the digest.

        Raises: Unavailable while the store is known to be away: the phone would wait for nothing.
        """
        if self.bucket.breaker.is_open:
            raise Unavailable(
                detail="对象存储暂不可用,请改用其他上传方式", detail_en="The object store is away, upload by another door"
            )
        fields: dict[str, str] = {"Content-Type": content_type, **self._sealed(), **_digest(sha256)}
        # boto3 adds bucket and key; one store caps the policy at 1024 bytes, so nothing is said twice
        conditions: list[Any] = [["content-length-range", *bytes], ["starts-with", "$Content-Type", "image/"]]
        conditions += [{name: value} for name, value in fields.items() if name != "Content-Type"]
        made = self.bucket.signer.generate_presigned_post(
            self.bucket.name, key, Fields=fields, Conditions=conditions, ExpiresIn=int(life.total_seconds())
        )
        return Form(made["url"], made["fields"])

    def _sealed(self) -> dict[str, str]:
        names = {"ServerSideEncryption": "x-amz-server-side-encryption"}
        names["SSEKMSKeyId"] = "x-amz-server-side-encryption-aws-kms-key-id"
        return {names[name]: value for name, value in self.bucket.sealed.items()}

    def size(self, key: str) -> int | None:
        """Return the length of what has come, or None. Raises: Unavailable."""
        return self.bucket.size(key)

    def read(self, key: str) -> Iterator[bytes]:
        """Yield it piece by piece. Raises: FileNotFoundError, Unavailable."""
        return self.bucket.read(key)

    def discard(self, key: str) -> None:
        """Remove it, however young. Raises: Unavailable."""
        self.bucket.discard(key)


def _digest(sha256: str) -> dict[str, str]:
    if not sha256:
        return {}
    said = base64.b64encode(bytes.fromhex(sha256)).decode()
    return {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": said}
