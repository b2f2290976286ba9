"""What stands in the QR of an enterprise (安全码): the printed code, the live one, and what a scan is good for. Pure.

A printed code is an opaque id of 100 random bits, written in Crockford's base 32, so that it can also be typed. A live code,
the pass for a check-in, and the proof of a colour are seals of the kernel (backend/kernel/seals.py):

- `["bihuan-code", 1, key_id, id, enterprise id, issued, expires]`
- `["bihuan-check-in", 1, key_id, id, enterprise id, account id, "live"|"printed", issued, expires]`
- `["bihuan-colour", 1, key_id, enterprise's name, colour, as of, valid until]`

Ids are 32 hexadecimal digits, instants whole seconds since 1970.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

LIVE, PASS, COLOUR = ("bihuan-code", 1), ("bihuan-check-in", 1), ("bihuan-colour", 1)
LIVE_MEMBERS, PASS_MEMBERS = 4, 6
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LETTERS = 20
LONGEST = 400
_PRINTED = re.compile(f"[{ALPHABET}]{{{LETTERS}}}")
_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None})


class Kind(StrEnum):
    """What was scanned: a live code proves that somebody stood before it, a printed one can be photographed."""

    LIVE = "live"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when (aware, whole seconds) something is good."""

    issued_at: datetime
    expires_at: datetime

    def late(self, claimed_at: datetime | None, *, at: datetime, most: timedelta, skew: timedelta) -> bool:
        """Return whether it was good when a phone without a network says it scanned it, not longer than `most` ago."""
        if claimed_at is None or at - self.expires_at > most:
            return False
        return self.issued_at - skew <= claimed_at <= self.expires_at + skew


@dataclass(frozen=True, slots=True)
class LiveCode:
    """A live code (动态码) that the app of the enterprise shows."""

    id: UUID
    enterprise_id: UUID
    span: Span

    def said(self) -> list[str | int]:
        """Return what is signed."""
        return [self.id.hex, self.enterprise_id.hex, *_seconds(self.span)]


@dataclass(frozen=True, slots=True)
class CheckInPass:
    """What somebody who goes there is given for having scanned a code of `kind`: his alone, good for one check-in."""

    id: UUID
    enterprise_id: UUID
    account_id: UUID
    kind: Kind
    span: Span

    def said(self) -> list[str | int]:
        """Return what is signed."""
        return [self.id.hex, self.enterprise_id.hex, self.account_id.hex, self.kind.value, *_seconds(self.span)]


def span(at: datetime, life: timedelta) -> Span:
    """Return `life` from the second in which `at` (aware) lies."""
    start = at.replace(microsecond=0)
    return Span(start, start + life)


def live_code(said: list[Any]) -> LiveCode:
    """Return the live code that a seal of ours says."""
    return LiveCode(UUID(said[0]), UUID(said[1]), _span(said[2:]))


def check_in_pass(said: list[Any]) -> CheckInPass:
    """Return the pass that a seal of ours says."""
    return CheckInPass(UUID(said[0]), UUID(said[1]), UUID(said[2]), Kind(said[3]), _span(said[4:]))


def colour(name: str, code_colour: str, shown: Span) -> list[str | int]:
    """Return what is signed of a colour that was shown: whose, which, as of when and until when (domain.md 6.2 rule 6)."""
    return [name, code_colour, *_seconds(shown)]


def printed(text: str) -> str:
    """Return the printed code in what was scanned or typed (hyphens, capitals, O for 0, I and L for 1), "" if it is none."""
    plain = text.lower().translate(_ALIKE) if len(text) <= 2 * LETTERS else ""
    return plain if _PRINTED.fullmatch(plain) else ""


def scanned(text: str) -> str:
    """Return the token in what a phone scanned: the last part of an address, or the token alone."""
    return text.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]


def spelled(code: str) -> str:
    """Return a printed code as people read it: five groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _seconds(shown: Span) -> tuple[int, int]:
    return int(shown.issued_at.timestamp()), int(shown.expires_at.timestamp())


def _span(said: list[Any]) -> Span:
    issued, expires = (datetime.fromtimestamp(int(second), UTC) for second in said)
    return Span(issued, expires)
