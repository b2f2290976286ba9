"""A whole upload becomes a photo (续传完成): its parts in order, through the door that every photo comes by."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts import queries as accounts
from accounts.policy.actor import Actor
from backend.kernel import idempotency
from backend.kernel.idempotency import Received, Replayed
from backend.kernel.problems import Problem, Unavailable
from backend.kernel.receipts import Receipt
from media.actions import discard
from media.actions.receive import receive
from media.errors import DigestMismatch
from media.models import Upload
from media.models.upload import LIFE, State
from media.policy.told import Told
from media.storage import store
from media.storage.spool import Spool, spooling

log = logging.getLogger("bihuan.uploads")
PIECE = 64 * 1024
PAUSE = timedelta(minutes=2)
MOST = 1000


def finish(upload: Upload, *, actor: Actor, at: datetime) -> Receipt:
    """Hand a whole upload to `receive` and return the photo's receipt; done twice it is a replay.

    What is refused for good closes the upload; what is refused for now (a quota, a store that does not answer) leaves it.
    Raises: whatever `receive` refuses but Replayed, DigestMismatch, Unavailable if a part is not to be had.
    """
    try:
        with spooling() as spool:
            _assemble(upload, spool)
            receipt = _received(upload, spool, actor=actor, at=at)
    except Problem as error:
        if error.retry_after is None:
            _close(upload, State.REFUSED, at=at, code=error.code)
        raise
    _close(upload, State.RECEIVED, at=at)
    return receipt


def _assemble(upload: Upload, spool: Spool) -> None:
    for part in upload.parts.order_by("start"):
        try:
            with store().open(part.key) as file:
                while part.start <= spool.bytes < part.start + part.bytes and (piece := file.read(PIECE)):
                    spool.write(piece)
        except FileNotFoundError:
            break
    if spool.bytes != upload.length:
        # another process has just finished it, or a part lies parked on another host: not for ever, so not the end of it
        log.warning("upload %s has %s of %s bytes at hand", upload.id, spool.bytes, upload.length)
        raise Unavailable


def _received(upload: Upload, spool: Spool, *, actor: Actor, at: datetime) -> Receipt:
    if upload.sha256 not in ("", spool.sha256):
        raise DigestMismatch
    got: Received = idempotency.received_bytes(id=upload.photo_id, kind="photo", digest=spool.sha256, actor_id=actor.id, at=at)
    try:
        _, receipt = receive(spool=spool, got=got, told=Told.again(upload.told), actor=actor, at=at)
    except Replayed as again:
        return Receipt(**again.claim.receipt)
    return receipt


def _close(upload: Upload, state: State, *, at: datetime, code: str = "") -> None:
    with transaction.atomic():
        row = Upload.objects.filter(id=upload.id, state=State.OPEN)
        keys = discard.forget_parts(upload) if row.update(state=state, code=code, expires_at=at + LIFE) else []
    discard.drop(keys)
    upload.state, upload.code, upload.expires_at = state, code, at + LIFE


def finish_whole(*, at: datetime) -> int:
    """Finish uploads whose last byte came just before a crash, or when there was no room; return how many became photos.

    Only those that nobody has touched for two minutes. A phone that never asks again has then not sent in vain.
    """
    left = Upload.objects.filter(state=State.OPEN, offset=F("length"), expires_at__gt=at, expires_at__lte=at + LIFE - PAUSE)
    return sum(_finished(upload, at) for upload in left.select_related("uploader").order_by("expires_at")[:MOST])


def _finished(upload: Upload, at: datetime) -> bool:
    try:
        finish(upload, actor=accounts.actor_of(upload.uploader, at=at), at=at)
    except (Problem, OSError) as error:
        log.warning("upload %s stays whole and unfinished: %s", upload.id, error)
        return False
    return True
