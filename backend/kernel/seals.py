"""Seals (签章): a list signed with the key of this installation, short enough for a QR, to be checked without a network.

A seal is two parts in base64url without padding, joined by a point: canonical JSON (RFC 8785) of the list
`[purpose, version, key_id, …]`, and its Ed25519 signature by the key of that name at `/keys`. A receipt is signed over an
object and a seal over a list that begins with its purpose, so none ever passes for another.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.kernel import canonical, receipts
from backend.kernel.models import PublishedKey

Head = tuple[str, int]
KeyOf = Callable[[object], Ed25519PublicKey | None]
_FORM = re.compile(r"[A-Za-z0-9_-]{20,1100}\.[A-Za-z0-9_-]{86}")


def sealed(head: Head, said: Sequence[str | int]) -> str:
    """Return `said` under its purpose and version, signed with the key of this installation."""
    return signed(head, said, receipts.key())


def signed(head: Head, said: Sequence[str | int], signer: receipts.SigningKey) -> str:
    """Return the same signed with a key."""
    told = canonical.dumps([*head, signer.key_id, *said])
    return f"{_text(told)}.{_text(signer.private.sign(told))}"


def opened(token: str, head: Head, *, members: int) -> list[Any] | None:
    """Return the `members` that a seal of this purpose says if one of our published keys signed it, else None."""
    return _opened(token, head, members, _published)


def opened_by_own_key(token: str, head: Head, *, members: int) -> list[Any] | None:
    """Return the same for what lives for minutes only: a key that was rotated opens nothing any more."""
    return _opened(token, head, members, _own)


def _opened(token: str, head: Head, members: int, key_of: KeyOf) -> list[Any] | None:
    if not _FORM.fullmatch(token):
        return None
    try:
        parts = [_bytes(part) for part in token.split(".")]
        told: Any = orjson.loads(parts[0])
        if not isinstance(told, list) or len(told) != 3 + members or tuple(told[:2]) != head:
            return None
        key = key_of(told[2])
        if key is None:
            return None
        key.verify(parts[1], parts[0])
    except (ValueError, binascii.Error, InvalidSignature):
        return None
    # of the spellings that mean the same bytes only ours is one
    return told[3:] if token == ".".join(_text(part) for part in parts) else None


def _own(key_id: object) -> Ed25519PublicKey | None:
    own = receipts.key()
    return Ed25519PublicKey.from_public_bytes(own.public_bytes) if key_id == own.key_id else None


def _published(key_id: object) -> Ed25519PublicKey | None:
    if own := _own(key_id):
        return own
    row = PublishedKey.objects.filter(key_id=key_id).first() if isinstance(key_id, str) and len(key_id) == 16 else None
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(row.public_key)) if row else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
