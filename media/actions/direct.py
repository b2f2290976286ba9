"""Direct uploads (直传): a phone writes to the object store itself, and the server believes nothing until it has read it.

What counts is what the server reads: the bytes are hashed, judged and kept from its own copy, so that whoever writes the
object anew meanwhile changes nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Replayed
from backend.kernel.models import Claim
from backend.kernel.problems import InProgress, NotFound, Problem, SameId, TooMany, Unavailable
from media.actions import quota
from media.errors import DigestMismatch, NoDirectUpload, NotArrived, TooLarge
from media.models import Incoming
from media.policy.intake.source import MOST_BYTES
from media.policy.told import Told
from media.storage import Form, incoming_key, store
from media.storage.spool import Spool
from media.storage.store import DirectUploads

log = logging.getLogger("bihuan.media")
FORM_LIFE = timedelta(minutes=15)
# what says nothing against the bytes: they stay where they are and the phone asks again
NOT_THE_BYTES = (TooMany, InProgress, NotArrived, Unavailable)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is going to be uploaded; `sha256` (hex, "" if not told) and `bytes` are then demanded of what comes."""

    photo_id: UUID
    content_type: str
    sha256: str
    bytes: int | None
    told: Told


@dataclass(frozen=True, slots=True)
class Offer:
    """A form and the instant (aware) until which the object store takes it."""

    photo_id: UUID
    form: Form
    expires_at: datetime


def offer(*, wanted: Wanted, actor: Actor, at: datetime) -> Offer:
    """Write down what is announced and return a form for it; announced again, it is a new form for the same place.

    Raises: NoDirectUpload, TooLarge, Replayed, SameId, TooMany, Unavailable.
    """
    direct = _direct()
    if wanted.bytes is not None and wanted.bytes > MOST_BYTES:
        raise TooLarge
    _ask_claim(wanted.photo_id, wanted.sha256, actor)
    waiting = Incoming.objects.filter(uploader_id=actor.id, expires_at__gt=at).exclude(photo_id=wanted.photo_id)
    quota.check(actor=actor, bytes=wanted.bytes or 0, at=at, announced=waiting.count())
    expires_at = at + FORM_LIFE
    said = {"sha256": wanted.sha256, "bytes": wanted.bytes, "told": wanted.told.kept(), "expires_at": expires_at}
    row, _ = Incoming.objects.update_or_create(
        uploader_id=actor.id, photo_id=wanted.photo_id, defaults=said, create_defaults={**said, "created_at": at}
    )
    form = direct.form(
        incoming_key(row.id), bytes=(wanted.bytes or 1, wanted.bytes or MOST_BYTES), content_type=wanted.content_type,
        sha256=wanted.sha256, life=FORM_LIFE,
    )  # fmt: skip
    return Offer(wanted.photo_id, form, expires_at)


def _direct() -> DirectUploads:
    direct = store().direct
    if direct is None:
        raise NoDirectUpload
    return direct


def _ask_claim(photo_id: UUID, sha256: str, actor: Actor) -> None:
    """Raise what the id has come to already: Replayed for a photo of the same person, SameId for everything else."""
    claim = Claim.objects.filter(id=photo_id).first()
    if claim is None:
        return
    if claim.actor_id != actor.id or claim.kind != "photo":
        raise SameId
    if sha256 not in ("", claim.receipt["digest"]):
        raise SameId(digests={"first": claim.receipt["digest"], "this": sha256})
    raise Replayed(claim)


@contextmanager
def collected(*, photo_id: UUID, sha256: str, actor: Actor, spool: Spool) -> Iterator[Told]:
    """Fetch what a phone has uploaded into `spool` and give what it had said of it; `sha256` (hex) may be told once more.

    What was received or refused is removed from the incoming prefix afterwards; after a passing trouble it stays.
    Raises: NoDirectUpload, NotFound, Replayed, NotArrived, TooLarge, DigestMismatch, Unavailable.
    """
    direct = _direct()
    row = Incoming.objects.filter(uploader_id=actor.id, photo_id=photo_id).first()
    if row is None:
        _is_here(photo_id, actor)
        raise NotFound
    try:
        _fetch(row, direct, spool, actor)
        if spool.sha256 != (sha256 or spool.sha256):
            raise DigestMismatch
        yield Told.again(row.told)
    except (Problem, Replayed) as outcome:
        if not isinstance(outcome, NOT_THE_BYTES):
            _forget(row, direct)
        raise
    _forget(row, direct)


def _is_here(photo_id: UUID, actor: Actor) -> None:
    claim = Claim.objects.filter(id=photo_id, actor_id=actor.id, kind="photo").first()
    if claim:
        raise Replayed(claim)


def _fetch(row: Incoming, direct: DirectUploads, spool: Spool, actor: Actor) -> None:
    key = incoming_key(row.id)
    size = direct.size(key)
    if size is None:
        _is_here(row.photo_id, actor)
        raise NotArrived
    if size > MOST_BYTES:
        raise TooLarge
    try:
        for piece in direct.read(key):
            spool.write(piece)
    except FileNotFoundError as error:  # the same call, running twice, has just received it
        raise InProgress from error
    if row.sha256 not in ("", spool.sha256) or row.bytes not in (None, spool.bytes):
        raise DigestMismatch


def _forget(row: Incoming, direct: DirectUploads) -> None:
    try:
        direct.discard(incoming_key(row.id))
    except Unavailable:
        # the row stays with it: asking again ends in a replay, and the sweep takes both away
        log.info("an incoming object stays until the sweep: %s", row.id)
        return
    row.delete()
