"""The ledger (台账): append-only, one chain of hashes per subject. The audit trail is the queue.

An entry that somebody listens to brings one job per listener in the same transaction. Free text and names never stand
in an entry: they enter as a salted commitment (`said_h`), the salt and the words live in the erasable row of the act.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from backend.kernel import canonical, clock, ids, jobs
from backend.kernel.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class Head:
    """Where a subject's chain stands: the sequence number and hash of its last entry; (0, "") before the first."""

    seq: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who takes a step, and under which duty; `id` None is the system itself."""

    id: UUID | None
    role: str = "system"
    duty_id: UUID | None = None


SYSTEM = Signer(None)


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry records. `facts` are plain JSON without personal data; `said` is committed to, not stored."""

    kind: str
    subject_kind: str
    subject_id: UUID
    signer: Signer
    at: datetime
    before: str = ""
    after: str = ""
    place: str = ""
    enterprise_id: UUID | None = None
    claimed_at: datetime | None = None
    act_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    salt: str = ""
    photos: Sequence[Mapping[str, Any]] = ()
    request_id: str = ""


def salt() -> str:
    """Return a fresh salt (32 hex digits) for the words of one act; erasing it keeps the ledger valid."""
    return secrets.token_hex(16)


def commitment(said: Mapping[str, Any], salt: str) -> str:
    """Return SHA-256(salt || canonical JSON of `said`), or "" when nothing was said."""
    return hashlib.sha256(salt.encode() + canonical.dumps(dict(said))).hexdigest() if said else ""


def _plain(value: Any) -> Any:
    """Turn instants, days, ids and decimals into JSON, by the same rules by which answers are printed."""
    return orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS))


def append(step: Step, head: Head | None = None) -> LedgerEntry:
    """Append one entry and its jobs inside the caller's transaction, and return it; its `hash` is the new head.

    `head` is known to a caller that keeps it on a locked row; without it the last entry is read.
    Raises: django.db.IntegrityError if somebody else took the same step of the same subject first.
    """
    head = head if head is not None else head_of(step.subject_id)
    entry = _entry(step, head)
    entry.save(force_insert=True)
    jobs.enqueue_listeners(*_kinds(step), entry_id=entry.id, at=step.at)
    return entry


def append_many(steps: Iterable[tuple[Step, Head]]) -> list[LedgerEntry]:
    """Append entries of as many subjects in one statement, and their jobs in another."""
    pairs = list(steps)
    entries = LedgerEntry.objects.bulk_create([_entry(step, head) for step, head in pairs])
    told = zip(pairs, entries, strict=True)
    jobs.enqueue(work for (step, _), entry in told for work in jobs.of_listeners(*_kinds(step), entry_id=entry.id, at=step.at))
    return entries


def _kinds(step: Step) -> tuple[str, ...]:
    return (step.kind, f"{step.kind}+photos") if step.photos else (step.kind,)


def _entry(step: Step, head: Head) -> LedgerEntry:
    entry_id = ids.new()
    body = canonical.dumps(_plain(_body(step, head, entry_id)))
    return LedgerEntry(
        id=entry_id,
        subject_id=step.subject_id,
        subject_kind=step.subject_kind,
        seq=head.seq + 1,
        kind=step.kind,
        actor_id=step.signer.id,
        enterprise_id=step.enterprise_id,
        place=step.place,
        at=step.at,
        body=body.decode(),
        prev=head.hash,
        hash=hashlib.sha256(body).hexdigest(),
    )


def _body(step: Step, head: Head, entry_id: UUID) -> dict[str, Any]:
    return {
        "v": 1,
        "alg": "sha256",
        "id": entry_id,
        "seq": head.seq + 1,
        "ts": clock.text(step.at),
        "actor": {"id": step.signer.id, "role": step.signer.role, "duty": step.signer.duty_id},
        "act": step.kind,
        "act_id": step.act_id,
        "obj": {"type": step.subject_kind, "id": step.subject_id},
        "enterprise_id": step.enterprise_id,
        "place": step.place,
        "before": step.before,
        "after": step.after,
        "facts": dict(step.facts),
        "said_h": commitment(_plain(dict(step.said)), step.salt),
        "media": [dict(photo) for photo in step.photos],
        "claimed_at": clock.text(step.claimed_at) if step.claimed_at else None,
        "req": step.request_id,
        "prev": head.hash,
    }


def head_of(subject_id: UUID) -> Head:
    """Return where the chain of `subject_id` stands, by reading its last entry."""
    last = LedgerEntry.objects.filter(subject_id=subject_id).order_by("-seq").values_list("seq", "hash").first()
    return Head(*last) if last else Head()


def subject_of(entry_id: UUID) -> UUID:
    """Return the subject of an entry, for listeners that are handed the entry's id."""
    return LedgerEntry.objects.values_list("subject_id", flat=True).get(id=entry_id)


def photos_of(entry_id: UUID) -> list[UUID]:
    """Return the photos that an entry names."""
    return [UUID(photo["id"]) for photo in read(LedgerEntry.objects.get(id=entry_id))["media"]]


def of(subject_id: UUID) -> list[LedgerEntry]:
    """Return every entry of one subject, oldest first."""
    return list(LedgerEntry.objects.filter(subject_id=subject_id).order_by("seq"))


def read(entry: LedgerEntry) -> dict[str, Any]:
    """Return the members of an entry as they were hashed."""
    body: dict[str, Any] = orjson.loads(entry.body)
    return body


def broken_at(subject_id: UUID) -> int | None:
    """Return the sequence number of the first entry whose hash or link is wrong, or None for a sound chain."""
    head = Head()
    for entry in of(subject_id):
        sound = hashlib.sha256(entry.body.encode()).hexdigest() == entry.hash and entry.prev == head.hash
        if not sound or entry.seq != head.seq + 1 or read(entry)["prev"] != head.hash:
            return entry.seq
        head = Head(entry.seq, entry.hash)
    return None
