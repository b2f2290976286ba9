"""Receipts (回执): a signed promise that something was received, which a phone can check without trusting the network."""

import base64
import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings

from backend.kernel import canonical, clock, files


@dataclass(frozen=True, slots=True)
class Receipt:
    """`digest` is SHA-256 (hex) of what was received; `signature` is base64 Ed25519 over the other five members."""

    id: str
    kind: str
    digest: str
    received_at: str
    key_id: str
    signature: str

    def as_dict(self) -> dict[str, str]:
        """Return the six members as they stand in an answer."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key and the name under which its public half is published."""

    private: Ed25519PrivateKey
    key_id: str

    @property
    def public_bytes(self) -> bytes:
        """Return the raw 32 bytes of the public key."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def make_key_file(path: Path) -> None:
    """Write a new private key to `path` (mode 0600) unless one is there; two starters at once end with one key."""
    if not path.exists():
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        files.write_once(path, base64.b64encode(raw) + b"\n")


@lru_cache(maxsize=4)
def key(path: Path | None = None) -> SigningKey:
    """Return the signing key of this installation, read once from `RECEIPT_KEY_FILE`, made if there is none."""
    file = path or settings.RECEIPT_KEY_FILE
    make_key_file(file)
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(file.read_bytes()))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SigningKey(private, hashlib.sha256(public).hexdigest()[:16])


def issue(*, id: UUID, kind: str, digest: str, received_at: datetime) -> Receipt:
    """Return a signed receipt for `digest` (hex SHA-256) received at `received_at` (aware)."""
    signer = key()
    body = {
        "id": str(id),
        "kind": kind,
        "digest": digest,
        "received_at": clock.text(received_at),
        "key_id": signer.key_id,
    }
    signature = base64.b64encode(signer.private.sign(canonical.dumps(body))).decode()
    return Receipt(**body, signature=signature)
