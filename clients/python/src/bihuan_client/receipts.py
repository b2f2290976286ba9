"""Receipts (回执): the proof that the server has what we sent. Only against one is a copy given up."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bihuan_client.errors import NotProven, UnknownKey

SIGNED = ("id", "kind", "digest", "received_at", "key_id")
Keys = Mapping[str, str]


def digest_of(sent: bytes | Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of bytes, or of the RFC 8785 canonical JSON of a body."""
    return hashlib.sha256(sent if isinstance(sent, bytes) else rfc8785.dumps(dict(sent))).hexdigest()


def proven(answer: Any, *, id: str, digest: str, keys: Keys) -> dict[str, str]:
    """Return the receipt in `answer` if it proves that the server has `digest` under `id`; `keys`: key id -> base64.

    Raises: UnknownKey, NotProven.
    """
    receipt = answer.get("receipt") if isinstance(answer, dict) else None
    if not isinstance(receipt, dict) or not all(isinstance(receipt.get(name), str) for name in (*SIGNED, "signature")):
        raise NotProven(why="no receipt")
    if receipt["id"] != id:
        raise NotProven(why="receipt of another id")
    if receipt["digest"] != digest:
        raise NotProven(why="receipt of other content")
    if receipt["key_id"] not in keys:
        raise UnknownKey(why=f"unknown key {receipt['key_id'][:64]}")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[receipt["key_id"]], validate=True))
        signature = base64.b64decode(receipt["signature"], validate=True)
        key.verify(signature, rfc8785.dumps({name: receipt[name] for name in SIGNED}))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotProven(why="signature does not hold") from error
    return {name: receipt[name] for name in (*SIGNED, "signature")}
