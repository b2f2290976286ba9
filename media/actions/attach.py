"""Photos are named by an act (挂接): one slot each, whether they have arrived or not."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from media.models import PhotoUse
from media.policy.uses import PhotoRef, Use


def attach(photos: Sequence[PhotoRef], *, use: Use, at: datetime) -> None:
    """Write a slot for each of `photos` in one INSERT of the caller's transaction; nothing is read and nothing refused.

    Raises: django.db.IntegrityError if one act names a photo twice (its schema refuses that).
    """
    attach_all([(photos, use)], at=at)


def attach_all(named: Iterable[tuple[Sequence[PhotoRef], Use]], *, at: datetime) -> None:
    """Write the slots of the photos that many acts name, in one INSERT of the caller's transaction. Raises: as `attach`."""
    PhotoUse.objects.bulk_create(
        PhotoUse(
            photo_id=photo.id, subject_id=use.subject_id, subject_kind=use.subject_kind, act_id=use.act_id, label=use.label,
            author_id=use.author_id, author_person=use.author_person, enterprise_id=use.enterprise_id,
            not_before=use.not_before, caption=use.caption[:300], person=use.person[:100], sha256=photo.sha256 or "",
            bytes=photo.bytes,
            named_at=at, open_since=at, **use.place.columns(), **_spots(use),
        )
        for photos, use in named
        for photo in photos
    )  # fmt: skip


def _spots(use: Use) -> dict[str, float | None]:
    spot, firm = use.spot or (None, None), use.firm_spot or (None, None)
    return {"latitude": spot[0], "longitude": spot[1], "firm_latitude": firm[0], "firm_longitude": firm[1]}
