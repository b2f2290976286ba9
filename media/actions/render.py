"""A received photo is decoded (解码): outside every transaction, into renditions that the store keeps."""

import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.db.models import F

from media.actions import strips
from media.decode import Decoded, Died, decode
from media.errors import NotAnImage
from media.models import Photo
from media.models.photo import Status
from media.storage import original_key, rendition_key, store

MOST_DEATHS = 3


def render(*, photo_id: UUID) -> Decoded | None:
    """Decode a photo and keep its renditions; None if there is nothing (any more) to decide about it.

    Raises: Died, TooSlow or NoRoom (the job comes back; a picture that killed the decoder three times is refused instead),
    FileNotFoundError if the original is gone, OSError and Unavailable of the store.
    """
    photo = Photo.objects.filter(id=photo_id, status=Status.RECEIVED).first()
    if photo is None:
        return None
    try:
        return rendered(photo)
    except Died:
        Photo.objects.filter(id=photo_id).update(tries=F("tries") + 1)
        if photo.tries + 1 < MOST_DEATHS:
            raise
    return Decoded(code=NotAnImage.code)


def rendered(photo: Photo) -> Decoded:
    """Return what the decoder finds in `photo`, its renditions kept under a key that stands for what their strips say.

    Raises: as `render`.
    """
    caption = strips.caption_of(photo)
    order = strips.order(caption)
    key = strips.key_of(order)
    spool = store().spool
    spool.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=spool, prefix="out-") as made:
        folder, original = Path(made), Path(made) / "original"
        with store().open(original_key(photo.sha256)) as source, original.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        decoded = decode(original, photo.format, folder=folder, order=order)
        for name in () if decoded.code else order.sizes:
            file = folder / f"{name}.jpg"
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            store().put(rendition_key(photo.id, name, key), file, sha256=digest, content_type="image/jpeg")
    return decoded if decoded.code else replace(decoded, drawn={**caption.subject.as_json(), "key": key})
