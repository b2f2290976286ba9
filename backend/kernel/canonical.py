"""RFC 8785 canonical JSON and the digests made over it."""

import hashlib
from typing import Any

import rfc8785

JSON = Any  # what orjson.loads may return: dict, list, str, int, float, bool or None


def dumps(value: JSON) -> bytes:
    """Return `value` as canonical JSON (RFC 8785) in UTF-8.

    Raises: rfc8785.CanonicalizationError for what JSON cannot carry (NaN, integers beyond 2**53).
    """
    return rfc8785.dumps(value)


def digest(value: JSON) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(dumps(value)).hexdigest()
