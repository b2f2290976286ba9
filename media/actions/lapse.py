"""Slots lapse (失效): one that is still empty or refused seven days after it was named holds nothing up any longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from backend.kernel import ledger
from backend.kernel.ledger import SYSTEM, Head, Step
from media import queries
from media.models import Photo, PhotoUse
from media.models.photo import Status

AGAIN = timedelta(hours=1)
BATCH = 200


def lapse_due(*, at: datetime) -> int:
    """Look once at every slot that has been open for the days of the policy; return how many lapsed."""
    oldest = at - timedelta(days=queries.numbers(at).document.slot_days)
    lapsed = 0
    while batch := _batch(oldest=oldest, at=at):
        lapsed += sum(use.lapsed_at is not None for use in batch)
    return lapsed


@transaction.atomic
def _batch(*, oldest: datetime, at: datetime) -> Sequence[PhotoUse]:
    due = PhotoUse.objects.filter(open_since__lte=oldest).order_by("open_since")
    uses = list(due.select_for_update(skip_locked=True)[:BATCH])
    for use, photo in zip(uses, queries.fillers(uses, Photo.objects.all()), strict=True):
        _decide(use, photo, oldest=oldest, at=at)
    PhotoUse.objects.bulk_update(uses, ["open_since", "lapsed_at"])
    ledger.append_many((_step(use, at), Head()) for use in uses if use.lapsed_at == at)
    return uses


def _decide(use: PhotoUse, photo: Photo | None, *, oldest: datetime, at: datetime) -> None:
    if photo is not None and photo.status == Status.RECEIVED:
        use.open_since = oldest + AGAIN  # it is here and being decoded: no slot lapses over our own slowness
        return
    use.open_since = None
    if photo is None or photo.status == Status.REFUSED:
        use.lapsed_at = at


def _step(use: PhotoUse, at: datetime) -> Step:
    return Step(
        kind="photo.lapsed", subject_kind="photo_slot", subject_id=use.id, signer=SYSTEM, at=at, before="open", after="lapsed",
        place=use.place.code, enterprise_id=use.enterprise_id, act_id=use.act_id,
        facts={"subject": str(use.subject_id), "photo_id": str(use.photo_id)},
    )  # fmt: skip
