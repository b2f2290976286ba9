"""What the headers of tus 1.0.0 say (断点续传): version, lengths, offsets, metadata, checksums. Pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from backend.kernel.problems import Invalid
from backend.kernel.web.body import has_control
from media.errors import ChecksumUnknown, ProtocolVersion

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = {"sha256": 32, "sha1": 20}  # name -> bytes of a digest
CHUNK = "application/offset+octet-stream"
MOST_METADATA, MOST_PAIRS = 4096, 40
_KEY = re.compile(r"[!-+\--~]{1,100}", re.ASCII)  # printable, no space and no comma
_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest that the bytes of one body must have, by `algorithm`."""

    algorithm: str
    digest: bytes


def require_version(headers: Headers) -> None:
    """Refuse a request that does not say the version we speak. Raises: ProtocolVersion."""
    if headers.get("Tus-Resumable") != VERSION:
        raise ProtocolVersion


def whole(headers: Headers, name: str) -> int:
    """Return the count of bytes in a header. Raises: Invalid."""
    text = headers.get(name, "").strip()
    if not _WHOLE.fullmatch(text):
        raise _invalid(name, "int_parsing" if text else "missing", "a count of bytes")
    return int(text)


def checksum(headers: Headers) -> Checksum | None:
    """Return what Upload-Checksum says, None without one. Raises: ChecksumUnknown (also for what is no such digest)."""
    told = headers.get("Upload-Checksum")
    if told is None:
        return None
    algorithm, _, text = told.strip().partition(" ")
    digest = _decoded(text.strip())
    if digest is None or len(digest) != ALGORITHMS.get(algorithm):
        raise ChecksumUnknown
    return Checksum(algorithm, digest)


def metadata(header: str) -> dict[str, str]:
    """Return the pairs of Upload-Metadata, values decoded; a key without value has "". Raises: Invalid."""
    if len(header) > MOST_METADATA:
        raise _invalid("Upload-Metadata", "metadata.too_long", f"at most {MOST_METADATA} bytes")
    pairs = header.split(",") if header.strip() else []
    if len(pairs) > MOST_PAIRS:
        raise _invalid("Upload-Metadata", "too_many", f"at most {MOST_PAIRS} pairs")
    found: dict[str, str] = {}
    for pair in pairs:
        key, _, value = pair.strip().partition(" ")
        text = _text(value.strip())
        if not _KEY.fullmatch(key) or key in found or text is None:
            raise _invalid("Upload-Metadata", "metadata.malformed", "pairs of a key, once, and its value in base64")
        found[key] = text
    return found


def _text(value: str) -> str | None:
    raw = _decoded(value)
    try:
        return None if raw is None else raw.decode()
    except UnicodeDecodeError:
        return None


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def known(pairs: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """Return those pairs that have a name of ours. Raises: Invalid for one with characters that no field takes."""
    ours = {name: value for name, value in pairs.items() if name in names}
    for name, value in ours.items():
        if has_control(value):
            raise _invalid(f"Upload-Metadata.{name}", "text.control_character", "control character")
    return ours


def _invalid(field: str, code: str, message: str) -> Invalid:
    return Invalid(errors=[{"field": field, "code": code, "message": message}])
