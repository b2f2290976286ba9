"""Permanent-id idempotency (幂等): the id is the key, for ever, and a unique constraint decides, never a read."""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import IntegrityError, OperationalError, connection

from backend.kernel import canonical, ids, receipts
from backend.kernel.models import Claim, KeyClaim
from backend.kernel.problems import InProgress, KeyReused, SameId

WAIT_MS = 2000
KEY_LIFE = timedelta(days=90)
# later steps of a chain are taken under a lock: only a first one can meet another, on an id that had a chain before
CHAIN, CHAIN_COLUMNS = "ledger_one_entry_per_step", "kernel_ledgerentry.subject_id, kernel_ledgerentry.seq"
HELD = "held"  # the kind of a claim whose act is committed and waits to be judged (sync); then it takes the act's own


@dataclass(frozen=True, slots=True)
class Received:
    """What a phone sent: the id (its own or made here), the digests, and who sent it when.

    `digest` is the content's (RFC 8785 of the body, or the photo's bytes); `sameness` also covers route and path ids.
    `kept`: it has its id and receipt since it was held, and is judged now.
    """

    id: UUID
    kind: str
    digest: str
    sameness: str
    actor_id: UUID | None
    at: datetime
    key: str = ""
    subject_id: UUID | None = None
    request_id: str = ""
    claimed_at: datetime | None = field(default=None)
    kept: bool = False


class Replayed(Exception):
    """Not a failure: this id was received before, by the same person, with equal content."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(str(claim.id))
        self.claim = claim


def sameness(route: str, path_ids: dict[str, str], digest: str) -> str:
    """Return what decides equality: SHA-256 over route, path ids and the content's digest."""
    return canonical.digest({"route": route, "path": path_ids, "content": digest})


def received(
    *,
    id: UUID | None,
    kind: str,
    route: str,
    path_ids: dict[str, str],
    content: object,
    actor_id: UUID | None,
    at: datetime,
    key: str = "",
) -> Received:
    """Return the description of a received JSON body; without an id (and with no key) the server makes one."""
    digest = canonical.digest(content)
    same = sameness(route, path_ids, digest)
    own_key = _own_key(id, actor_id, key)
    return Received(id=id or ids.new(), kind=kind, digest=digest, sameness=same, actor_id=actor_id, at=at, key=own_key)


def received_bytes(*, id: UUID | None, kind: str, digest: str, actor_id: UUID | None, at: datetime, key: str = "") -> Received:
    """Return the description of received bytes with their SHA-256: the same by every transport, whatever came beside them."""
    same = canonical.digest({"kind": kind, "content": digest})
    own_key = _own_key(id, actor_id, key)
    return Received(id=id or ids.new(), kind=kind, digest=digest, sameness=same, actor_id=actor_id, at=at, key=own_key)


def _own_key(id: UUID | None, actor_id: UUID | None, key: str) -> str:
    return "" if id or not key else hashlib.sha256(f"{actor_id}|{key}".encode()).hexdigest()


def claim(got: Received, *, subject_id: UUID | None = None) -> receipts.Receipt:
    """Insert the id first, inside the caller's transaction, and return the receipt for it.

    Raises: Replayed (same person, same content), SameId (anything else under this id), KeyReused, InProgress (somebody
    else's transaction has held the same id for two seconds).
    """
    subject = subject_id or got.subject_id or got.id
    return _take(got, subject) if got.kept else _claim(got, subject, kind=got.kind)


def claim_many(many: Sequence[Received]) -> dict[UUID, receipts.Receipt]:
    """Insert the ids of many acts in one statement, inside the caller's transaction, and return their receipts by id.

    Always in the order of the ids, so that two who insert the same wait for one another and never in a circle.
    Raises: django.db.IntegrityError if one of them is known; OperationalError. Each is then to be claimed alone.
    """
    made = {got.id: receipts.issue(id=got.id, kind=got.kind, digest=got.digest, received_at=got.at) for got in many}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(WAIT_MS)])
    Claim.objects.bulk_create(
        Claim(
            id=got.id, kind=got.kind, actor_id=got.actor_id, digest=got.sameness, receipt=made[got.id].as_dict(),
            subject_id=got.subject_id or got.id, created_at=got.at,
        )
        for got in sorted(many, key=lambda got: got.id)
    )  # fmt: skip
    return made


def known(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these ids that stand for something already."""
    return set(Claim.objects.filter(id__in=list(ids)).values_list("id", flat=True))


def hold(got: Received) -> receipts.Receipt:
    """Insert the id of an act that is committed but not judged yet, inside the caller's transaction; return its receipt.

    Raises: as `claim`.
    """
    return _claim(got, got.id, kind=HELD)


def _claim(got: Received, subject_id: UUID, *, kind: str) -> receipts.Receipt:
    receipt = receipts.issue(id=got.id, kind=got.kind, digest=got.digest, received_at=got.at)
    try:
        if got.key:
            _claim_key(got)
        inserted = _insert(got, receipt, subject_id, kind)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "55P03":
            raise InProgress from error
        raise
    if not inserted:
        raise _known(Claim.objects.get(id=got.id), got, SameId)
    return receipt


def _take(got: Received, subject_id: UUID) -> receipts.Receipt:
    """Give a held id to the act that is judged now, and return the receipt it had from the beginning."""
    held = Claim.objects.filter(id=got.id, actor_id=got.actor_id, kind=HELD)
    if not held.update(kind=got.kind, digest=got.sameness, subject_id=subject_id):
        raise _known(Claim.objects.get(id=got.id), got, SameId)
    return receipts.Receipt(**Claim.objects.values_list("receipt", flat=True).get(id=got.id))


def _claim_key(got: Received) -> None:
    row = KeyClaim(key=got.key, claim_id=got.id, digest=got.sameness, created_at=got.at)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(WAIT_MS)])
    KeyClaim.objects.filter(key=got.key, created_at__lt=got.at - KEY_LIFE).delete()
    if (
        KeyClaim.objects.bulk_create([row], ignore_conflicts=True)
        and (kept := KeyClaim.objects.get(key=got.key)).claim_id != got.id
    ):
        raise _known(Claim.objects.get(id=kept.claim_id), got, KeyReused)


def _known(claim: Claim, got: Received, other: type[SameId] | type[KeyReused]) -> Exception:
    mine = claim.actor_id == got.actor_id
    if mine and claim.digest == got.sameness and claim.kind in (got.kind, HELD):
        return Replayed(claim)
    if mine:
        return other(digests={"first": claim.receipt["digest"], "this": got.digest})
    return other()


_POSTGRESQL = (
    # the wait for a competing insert ends after two seconds; set in the same statement to spare a round trip
    "WITH patience AS (SELECT set_config('lock_timeout', %s, true)) "
    "INSERT INTO kernel_claim (id, kind, actor_id, digest, receipt, subject_id, created_at) "
    "SELECT %s, %s, %s, %s, %s::jsonb, %s, %s FROM patience "
    "ON CONFLICT (id) DO NOTHING"
)


def _insert(got: Received, receipt: receipts.Receipt, subject_id: UUID, kind: str) -> bool:
    if connection.vendor != "postgresql":
        row = Claim(
            id=got.id, kind=kind, actor_id=got.actor_id, digest=got.sameness, receipt=receipt.as_dict(),
            subject_id=subject_id, created_at=got.at,
        )  # fmt: skip
        # IMMEDIATE transactions are already serial here, so looking first is not a race
        if Claim.objects.filter(id=got.id).exists():
            return False
        row.save(force_insert=True)
        return True
    body = orjson.dumps(receipt.as_dict()).decode()
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL, [str(WAIT_MS), got.id, kind, got.actor_id, got.sameness, body, subject_id, got.at])
        return bool(cursor.rowcount == 1)


def is_taken_id(error: IntegrityError) -> bool:
    """Return whether an insert failed over its id: that of a row or chain that was made here and not received, so unclaimed."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    chain = constraint == CHAIN or CHAIN_COLUMNS in str(error)
    return chain or constraint.endswith("_pkey") or code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY


def attach_subject(claim_id: UUID, subject_id: UUID) -> None:
    """Say which object an act's claim belongs to, when that was not known as the id was claimed."""
    Claim.objects.filter(id=claim_id).update(subject_id=subject_id)


def receipt_of(id: UUID, *, actor_id: UUID) -> dict[str, str] | None:
    """Return the receipt for `id` if this person is its author, else None."""
    return Claim.objects.filter(id=id, actor_id=actor_id).values_list("receipt", flat=True).first()


def forget_keys(at: datetime) -> int:
    """Delete idempotency keys older than 90 days; ids are never forgotten."""
    deleted, _ = KeyClaim.objects.filter(created_at__lt=at - KEY_LIFE).delete()
    return deleted
