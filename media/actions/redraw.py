"""A photo that is used for something new gets its strip anew (重绘水印): with the number under which it is evidence."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from backend.kernel import jobs
from backend.kernel.jobs import Work
from media import queries
from media.actions import park, strips
from media.actions.render import rendered
from media.decode import SIZES
from media.models import Photo
from media.models.photo import Status
from media.storage import rendition_key, store

# longer than the life of the last address that was given to the renditions before
KEPT = timedelta(minutes=15)


def queue(photo_ids: list[UUID], *, cause: UUID, at: datetime) -> None:
    """Queue a redrawing of each photo, once per `cause`, in the caller's transaction."""
    jobs.enqueue(Work("media.tasks.redraw", f"redraw:{id}:{cause}", {"photo_id": str(id)}, at) for id in photo_ids)


def redraw(*, photo_id: UUID, at: datetime) -> None:
    """Make the renditions of a ready photo anew if its uses ask for another strip; safe to run twice.

    Raises: as `render`.
    """
    photo = Photo.objects.filter(id=photo_id, status=Status.READY).first()
    if photo is None or strips.is_drawn(photo, strips.subject_of(queries.filled_by(photo))):
        return
    decoded = rendered(photo)
    if not decoded.code:
        park.note(photo_id=photo_id, drawn=decoded.drawn)
        _replace(photo_id, drawn=decoded.drawn, at=at)


@transaction.atomic
def _replace(photo_id: UUID, *, drawn: dict[str, object], at: datetime) -> None:
    photo = Photo.objects.select_for_update().get(id=photo_id)
    subject = strips.subject_of(queries.filled_by(photo))
    before = str(photo.drawn.get("key", ""))
    if before == drawn["key"] or any(drawn[name] != value for name, value in subject.items()):
        return  # drawn by somebody else meanwhile, or for uses that are no longer all: their own job draws it
    photo.drawn = drawn
    photo.save(update_fields=["drawn"])
    told = {"photo_id": str(photo_id), "key": before}
    jobs.enqueue([Work("media.tasks.drop_drawing", f"drop_drawing:{photo_id}:{before}", told, at + KEPT)])


def drop(*, photo_id: UUID, key: str, at: datetime) -> None:
    """Remove the renditions of a photo that were kept under `key`, unless they are the ones in use."""
    photo = Photo.objects.filter(id=photo_id).first()
    if photo is None or photo.drawn.get("key", "") != key:
        for name in SIZES:
            store().delete(rendition_key(photo_id, name, key), before=at)
