"""An original is looked at (调阅原图): every time is an entry, because an original shows more than its rendition."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.kernel import ledger
from backend.kernel.ledger import Head, Signer, Step
from backend.kernel.problems import NotFound
from media.models import Photo


@transaction.atomic
def view_original(*, photo_id: UUID, viewer_id: UUID, role: str, at: datetime) -> Photo:
    """Write down that this account opened the original, and return the photo. Raises: NotFound."""
    photo = Photo.objects.select_for_update().filter(id=photo_id).first()
    if photo is None:
        raise NotFound
    entry = ledger.append(
        Step(
            kind="photo.viewed", subject_kind="photo", subject_id=photo.id, signer=Signer(viewer_id, role), at=at,
            before=photo.status, after=photo.status, enterprise_id=photo.enterprise_id,
            photos=[{"id": photo.id, "sha256": photo.sha256}],
        ),
        Head(photo.version, photo.ledger_head),
    )  # fmt: skip
    photo.version, photo.ledger_head = entry.seq, entry.hash
    photo.save(update_fields=["version", "ledger_head"])
    return photo
