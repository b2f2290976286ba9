"""The lot of dynamic closure (动态销号抽查): pure, so that anyone can cast it again from what was published."""

import hashlib
import hmac
from fractions import Fraction
from uuid import UUID

WHOLE = 2**256


def commitment(key: str) -> str:
    """Return the SHA-256 (hex) of a day key (64 hex digits, taken as 32 bytes) that is published ahead of its day."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()


def fraction(*, key: str, hazard_id: UUID, received_at: str) -> Fraction:
    """Return the lot of a hazard, 0 to 1: HMAC-SHA256 under the day key over `hazard_id|received_at` in ASCII,
    `received_at` spelled as in the receipt (RFC 3339 in UTC with `Z`).
    """
    text = f"{hazard_id}|{received_at}"
    digest = hmac.new(bytes.fromhex(key), text.encode("ascii"), hashlib.sha256).digest()
    return Fraction(int.from_bytes(digest, "big"), WHOLE)


def drawn(*, key: str, hazard_id: UUID, received_at: str, rate: float) -> bool:
    """Return whether the lot falls below `rate`."""
    return fraction(key=key, hazard_id=hazard_id, received_at=received_at) < Fraction(str(rate))
