"""What a photo's strip says (水印), from its row and its uses, and how its words become an order to the decoder."""

import hashlib
from typing import Any

import segno
from django.conf import settings

from accounts import queries as accounts
from media import queries
from media.decode import Order
from media.decode.lettering import legible
from media.models import Photo, PhotoUse
from media.policy import captions
from media.policy.captions import Caption, Items, Named, Taken

LONGEST = {"large": 120, "middle": 120, "thumb": 60}


def subject_of(uses: list[PhotoUse]) -> dict[str, Any]:
    """Return for what the strip of a photo that fills `uses` (oldest first) has to stand, as `Photo.drawn` keeps it."""
    return captions.subject(_named(uses)).as_json()


def is_drawn(photo: Photo, subject: dict[str, Any]) -> bool:
    """Return whether the renditions of `photo` stand for `subject` already."""
    return all(photo.drawn.get(name) == value for name, value in subject.items())


def caption_of(photo: Photo) -> Caption:
    """Return what the strip of `photo` has to say now."""
    taken = Taken(
        id=photo.id, received_at=photo.received_at, sender=accounts.names([photo.uploader_id]).get(photo.uploader_id, ""),
        sender_person=photo.identity, taken_at=photo.taken_at, latitude=photo.latitude, longitude=photo.longitude,
        accuracy_m=photo.accuracy_m,
    )  # fmt: skip
    return captions.caption(taken, _named(queries.filled_by(photo)))


def _named(uses: list[PhotoUse]) -> list[Named]:
    return [
        Named(use.subject_id, use.subject_kind, use.enterprise_id, use.author_person, use.caption, use.person)
        for use in uses
        if use.label not in captions.UNTOLD
    ]


def order(caption: Caption) -> Order:
    """Return what the decoder is told to make and to draw."""
    full, brief = captions.in_full(caption), captions.in_brief(caption)
    texts = {"large": full, "middle": full, "thumb": brief}
    items = {name: _legible(told, most=LONGEST[name]) for name, told in texts.items()}
    return Order(items=items, qr=squares(f"{settings.PUBLIC_URL}/api/v1{caption.record}"))


def _legible(items: Items, *, most: int) -> Items:
    return [(label, legible(text, most=most)) for label, text in items]


def squares(address: str) -> list[str]:
    """Return the QR code of `address` as rows of "0" and "1"."""
    # one mask for all: trying the eight of them takes five times as long, and every reader reads each
    code = segno.make(address, error="m", micro=False, mask=4)
    return ["".join("1" if dark else "0" for dark in row) for row in code.matrix]


def key_of(order: Order) -> str:
    """Return the name under which renditions with these strips are kept: the same words, the same name."""
    return hashlib.sha256(order.as_json().encode()).hexdigest()[:16]
