"""Receipts and chains checked as anybody outside can: only what was sent, what came back, and the published keys."""

import base64
import hashlib
import json
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from demo.journey.telling import Surprise

SIGNED = ("id", "kind", "digest", "received_at", "key_id")


def digest_of(sent: bytes | dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of bytes, or of the RFC 8785 canonical JSON of a body."""
    return hashlib.sha256(sent if isinstance(sent, bytes) else rfc8785.dumps(sent)).hexdigest()


def check(receipt: dict[str, str], *, sent: bytes | dict[str, Any], keys: dict[str, bytes]) -> None:
    """Check that a receipt is for what was `sent` and signed by a published key. Raises: Surprise."""
    if receipt["digest"] != digest_of(sent):
        raise Surprise("receipt digest", expected=digest_of(sent), came=receipt)
    if receipt["key_id"] not in keys:
        raise Surprise("receipt key", expected=sorted(keys), came=receipt)
    signed = rfc8785.dumps({name: receipt[name] for name in SIGNED})
    try:
        Ed25519PublicKey.from_public_bytes(keys[receipt["key_id"]]).verify(base64.b64decode(receipt["signature"]), signed)
    except InvalidSignature as error:
        raise Surprise("receipt signature", expected="a valid Ed25519 signature", came=receipt) from error


def check_chain(events: list[dict[str, Any]]) -> None:
    """Check that every entry's hash is that of its body, and that each names the one before it. Raises: Surprise."""
    before = ""
    for number, event in enumerate(events, start=1):
        whole = hashlib.sha256(event["body"].encode()).hexdigest()
        if (
            event["hash"] != whole
            or event["seq"] != number
            or event["prev"] != before
            or json.loads(event["body"])["prev"] != before
        ):
            raise Surprise(f"chain entry {number}", expected={"hash": whole, "prev": before, "seq": number}, came=event)
        before = event["hash"]
