"""The seal in a document's QR (防伪码): what it says, signed, so that a phone can check it without a network.

A token is two parts in base64url without padding, joined by a point: canonical JSON (RFC 8785) of the list
`["bihuan-document", 1, key_id, kind, number, authority, issued_on, digest]`, and its Ed25519 signature by the key of that
name at `/keys`. A receipt is signed over an object and a seal over a list, so neither ever passes for the other.
"""

import base64
import binascii
import re
from dataclasses import astuple, dataclass
from typing import Any

import orjson
import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from backend.kernel import canonical, receipts
from backend.kernel.models import PublishedKey

HEAD = ("bihuan-document", 1)
LONGEST = 1200
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,1100}\.[A-Za-z0-9_-]{86}")


@dataclass(frozen=True, slots=True)
class Seal:
    """What the QR says: kind, number, issuing authority, day of issue, digest (hex SHA-256) of what the document says."""

    kind: str
    number: str
    authority: str
    issued_on: str
    digest: str


def token(seal: Seal) -> str:
    """Return the seal signed with the key of this installation."""
    signer = receipts.key()
    said = canonical.dumps([*HEAD, signer.key_id, *astuple(seal)])
    return f"{_text(said)}.{_text(signer.private.sign(said))}"


def opened(token: str) -> Seal | None:
    """Return what a token says if one of our published keys signed it, else None."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        said, signature = (_bytes(part) for part in token.split("."))
        told: list[Any] = orjson.loads(said)
        if not isinstance(told, list) or len(told) != 8 or tuple(told[:2]) != HEAD:
            return None
        key = _key(told[2])
        if key is None:
            return None
        key.verify(signature, said)
    except (ValueError, binascii.Error, InvalidSignature):
        return None
    return Seal(*told[3:])


def _key(key_id: object) -> Ed25519PublicKey | None:
    own = receipts.key()
    if key_id == own.key_id:
        return Ed25519PublicKey.from_public_bytes(own.public_bytes)
    row = PublishedKey.objects.filter(key_id=key_id).first() if isinstance(key_id, str) and len(key_id) == 16 else None
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(row.public_key)) if row else None


def address(token: str) -> str:
    """Return where anybody may ask whether the document is genuine."""
    return f"{settings.PUBLIC_URL}/api/v1/public/documents/{token}"


def picture(text: str) -> str:
    """Return the QR of `text` as SVG in a data: address."""
    found: str = segno.make(text, error="l", micro=False, boost_error=True).svg_data_uri(border=2, xmldecl=False)
    return found


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
