"""Uploads end without a photo (撤销、过期): rows first, then their bytes; what a crash leaves behind is swept."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.policy.actor import Actor
from backend.kernel.problems import NotFound, Problem
from media.errors import UploadFinished
from media.models import Photo, Upload, UploadPart
from media.models.upload import State
from media.storage import store

log = logging.getLogger("bihuan.uploads")
EVER = datetime(9999, 1, 1, tzinfo=UTC)
ORPHAN_LIFE = timedelta(days=1)
BATCH, MOST = 500, 5000


def terminate(photo_id: UUID, *, actor: Actor) -> None:
    """End the account's upload of this photo and forget its bytes. Raises: NotFound, UploadFinished for a received photo."""
    row = Upload.objects.filter(uploader_id=actor.id, photo_id=photo_id).first()
    received = row.state == State.RECEIVED if row else Photo.objects.filter(id=photo_id, uploader_id=actor.id).exists()
    if received:
        raise UploadFinished
    if row is None:
        raise NotFound
    discard(row)


def discard(upload: Upload, *, only: Q | None = None) -> bool:
    """Remove an upload with its parts if it (still) is as `only` says; return whether it is gone by this call.

    Whoever is still sending a part finds no row to move, and is refused.
    """
    with transaction.atomic():
        # a writer that holds the row ends first, and what it did is seen here
        row = Upload.objects.select_for_update().filter(only or Q(), id=upload.id).first()
        keys = forget_parts(row) if row else []
        if row:
            row.delete()
    drop(keys)
    return row is not None


def forget_parts(upload: Upload) -> list[str]:
    """Remove the rows of its parts inside the caller's transaction; return the keys, for `drop` after it."""
    keys = list(UploadPart.objects.filter(upload=upload).values_list("key", flat=True))
    UploadPart.objects.filter(upload=upload).delete()
    return keys


def drop(keys: Iterable[str]) -> None:
    """Remove bytes that no row names any more; what the store does not let go of now is swept later."""
    for key in keys:
        try:
            store().delete(key, before=EVER)
        except (Problem, OSError) as error:
            log.warning("a part stays for the sweep: %s", error)


def discard_overtaken() -> int:
    """Remove unfinished uploads whose very photo has come by another door; HEAD answers from the photo. Return how many."""
    same = Photo.objects.filter(id=OuterRef("photo_id"), uploader=OuterRef("uploader"), sha256=OuterRef("sha256"))
    found = Upload.objects.filter(Exists(same), state=State.OPEN).order_by("expires_at")[:MOST]
    return sum(discard(upload, only=Q(state=State.OPEN)) for upload in found)


def discard_expired(*, at: datetime) -> int:
    """Remove uploads whose time is over, whatever became of them; return how many."""
    over = Q(expires_at__lte=at)
    return sum(discard(upload, only=over) for upload in Upload.objects.filter(over).order_by("expires_at")[:MOST])


def clear_orphans(*, at: datetime) -> int:
    """Remove parts older than a day that no row names: of writers that were killed, or that came second; return how many."""
    before, old, removed = at - ORPHAN_LIFE, [], 0
    for blob in store().keys("parts/"):
        if blob.at < before:
            old.append(blob.key)
        if len(old) == BATCH:
            removed, old = removed + _clear(old, before), []
    return removed + _clear(old, before)


def _clear(keys: list[str], before: datetime) -> int:
    named = set(UploadPart.objects.filter(key__in=keys).values_list("key", flat=True))
    return sum(store().delete(key, before=before) for key in keys if key not in named)
