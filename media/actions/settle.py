"""A decoded photo is settled (定案): ready or refused, once, and those who wait for it are told by the ledger."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.kernel import ledger
from backend.kernel.ledger import SYSTEM, Head, Step
from media import queries
from media.actions import redraw, strips
from media.decode import Decoded
from media.models import Photo, Print
from media.models.photo import Status

LEAST_QUALITY = 3


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
    photo.prints, photo.drawn = _kept(photo, decoded.prints), decoded.drawn
    if decoded.lies is not None and decoded.lies != (photo.width > photo.height):
        # the header told the picture as the sensor lay; people and clients lay it out as it stands
        photo.width, photo.height = photo.height, photo.width
    photo.version, photo.ledger_head = entry.seq, entry.hash
    photo.save()
    if after == Status.READY and not strips.is_drawn(photo, strips.subject_of(uses)):
        redraw.queue([photo.id], cause=entry.id, at=at)  # it was named while it was being decoded


def _kept(photo: Photo, prints: dict[str, Any]) -> dict[str, Any]:
    """Write the prints as rows of their own, and return what stays with the photo: how much there was to see."""
    whole = prints.get("whole")
    if not whole:
        return prints
    # a picture of nothing is like every picture of nothing, and one sent without a name is compared with none
    if not photo.anonymous:
        parts = [(inner, prints.get(name)) for name, inner in (("whole", False), ("inner", True))]
        Print.objects.bulk_create(
            Print(
                photo=photo, inner=inner, bits=bytes.fromhex(part["bits"]), sketch=bytes.fromhex(part["sketch"]),
                received_at=photo.received_at,
            )
            for inner, part in parts if part and part["quality"] >= LEAST_QUALITY
        )  # fmt: skip
    return {"v": prints.get("v"), "side": prints.get("side"), "quality": whole["quality"], "inner": "inner" in prints}
