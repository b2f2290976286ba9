"""A decoded photo is settled (定案): ready or refused, once, and those who wait for it are told by the ledger."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.kernel import ledger
from backend.kernel.ledger import SYSTEM, Head, Step
from media import queries
from media.actions import redraw, strips
from media.decode import Decoded
from media.models import Photo
from media.models.photo import Status


@transaction.atomic
def settle(*, photo_id: UUID, decoded: Decoded, at: datetime) -> None:
    """Make a received photo ready, or refused with the decoder's code; one that is settled already is left alone."""
    photo = Photo.objects.select_for_update().filter(id=photo_id, status=Status.RECEIVED).first()
    if photo is None:
        return
    after = Status.REFUSED if decoded.code else Status.READY
    uses = queries.filled_by(photo)
    subjects = list(dict.fromkeys(str(use.subject_id) for use in uses))
    entry = ledger.append(
        Step(
            kind=f"photo.{after.value}", subject_kind="photo", subject_id=photo.id, signer=SYSTEM, at=at,
            before=photo.status, after=after.value, enterprise_id=photo.enterprise_id,
            facts={"subjects": subjects, **({"code": decoded.code} if decoded.code else {})},
            photos=[{"id": photo.id, "sha256": photo.sha256}],
        ),
        Head(photo.version, photo.ledger_head),
    )  # fmt: skip
    photo.status, photo.code, photo.settled_at, photo.exif = after, decoded.code, at, decoded.facts
    photo.prints, photo.drawn = decoded.prints, decoded.drawn
    photo.version, photo.ledger_head = entry.seq, entry.hash
    photo.save(update_fields=["status", "code", "settled_at", "exif", "prints", "drawn", "version", "ledger_head"])
    if after == Status.READY and not strips.is_drawn(photo, strips.subject_of(uses)):
        redraw.queue([photo.id], cause=entry.id, at=at)  # it was named while it was being decoded
