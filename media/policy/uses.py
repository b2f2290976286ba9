"""What a photo is used for (用途), and which photos may stand in a slot. Pure: rows and rules see the same values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts.policy.places import Place


class Standing(StrEnum):
    """Where a named photo stands: not here yet, here, decoded, or refused by the decoder."""

    EXPECTED = "expected"
    RECEIVED = "received"
    READY = "ready"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo named by an act; with `sha256` (hex) or `bytes` only those very bytes fill the slot."""

    id: UUID
    sha256: str | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What an act uses photos for, frozen as a row: checks, strip and visibility read that row and nothing above it.

    `label` is the act's role for the photo (`report`, `rectification` …), `not_before` the instant before which it cannot
    honestly have been taken, `caption` the place in words and `person` who is named in the strip below the picture: "" where
    nobody may be. `spot` is the place claimed, `firm_spot` where the enterprise stands: latitude and longitude in WGS-84
    degrees.
    """

    subject_id: UUID
    subject_kind: str
    act_id: UUID
    label: str
    author_id: UUID
    author_person: UUID
    enterprise_id: UUID | None
    place: Place
    not_before: datetime | None = None
    caption: str = ""
    person: str = ""
    spot: tuple[float, float] | None = None
    firm_spot: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One named photo of one act as it stands now. `settled_at`: when it was checked, or lapsed; None while open.

    `sha256` is the received photo's, or the named one while the slot is expected. `drawn` names the strip below its
    renditions, which are kept under that name ("" before there is one).
    """

    photo_id: UUID
    act_id: UUID
    label: str
    status: Standing
    lapsed: bool
    sha256: str | None
    settled_at: datetime | None
    code: str = ""
    findings: int = 0
    drawn: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A duty at an enterprise of a natural person, from `since` until before `until` (aware, None: still)."""

    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Return whether it was in force at `at`."""
        return self.since <= at and (self.until is None or at < self.until)


Memberships = Mapping[tuple[UUID, UUID], Sequence[Membership]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A received photo as the slot rules see it: who sent it when, and what it is."""

    person: UUID
    at: datetime
    sha256: str
    bytes: int


def is_named(arrival: Arrival, *, sha256: str, bytes: int | None) -> bool:
    """Return whether these are the bytes the slot named; a slot that named none takes any."""
    return (not sha256 or sha256 == arrival.sha256) and (bytes is None or bytes == arrival.bytes)


def may_fill(arrival: Arrival, *, author: UUID, enterprise_id: UUID | None, named_at: datetime, memberships: Memberships) -> bool:
    """Return whether the sender may fill a slot of `author`: he himself, or a colleague at the same enterprise.

    Both duties are asked for at the moment of the deed (author: naming, sender: sending), so that evidence neither appears
    nor disappears when people later come and go, and so that nobody fills the slot of an official but himself.
    """
    if arrival.person == author:
        return True
    if enterprise_id is None:
        return False
    sender = any(m.holds(arrival.at) for m in memberships.get((arrival.person, enterprise_id), ()))
    return sender and any(m.holds(named_at) for m in memberships.get((author, enterprise_id), ()))


def missing(slots: Iterable[Slot]) -> list[UUID]:
    """Return the ids that are expected or refused, lapsed ones included (`photos_missing`), each once."""
    return list(dict.fromkeys(s.photo_id for s in slots if s.status in (Standing.EXPECTED, Standing.REFUSED)))


def blocking(slots: Iterable[Slot]) -> list[UUID]:
    """Return the ids that still hold up a confirm, a pass or the clock: missing and not lapsed."""
    return missing(s for s in slots if not s.lapsed)


def all_settled_at(slots: Iterable[Slot]) -> datetime | None:
    """Return when the last photo was checked (or its slot lapsed); None while one is open, and for no slots at all."""
    moments = [s.settled_at if s.lapsed or s.status == Standing.READY else None for s in slots]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None
