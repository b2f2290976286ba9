"""What the server still expects from one person (未收到): photos his acts named, and what his held acts wait for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.policy.actor import Actor
from backend.kernel import pages
from media import queries as media
from media.models import Photo, PhotoUse
from media.models.photo import Status

# a slot that lapsed holds nothing up, but its photo may still come; after a month nobody asks for it any more
STILL_ASKED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Expected:
    """A photo that an act of this person named and that is not here, or was refused by the decoder (`code` says why)."""

    use: PhotoUse
    status: str
    code: str
    lapses_at: datetime | None


def photos(*, actor: Actor, at: datetime, limit: int | None, cursor: str | None) -> tuple[list[Expected], str | None]:
    """Return a page of what is awaited, the oldest first, and the cursor of the next; a page may be short (≤ 4 queries)."""
    page = pages.page(_open(actor, at), order=pages.Order("named_at", descending=False), limit=limit, cursor=cursor)
    days = timedelta(days=media.numbers(at).document.slot_days)
    found = []
    for use, photo in zip(page.items, media.fillers(page.items, Photo.objects.all()), strict=True):
        if photo is not None and photo.status != Status.REFUSED:
            continue  # a colleague has sent it
        lapses_at = None if use.lapsed_at else use.named_at + days
        found.append(Expected(use, photo.status if photo else "expected", photo.code if photo else "", lapses_at))
    return found, page.next_cursor


def _open(actor: Actor, at: datetime) -> QuerySet[PhotoUse]:
    """Return the slots of this person that his own photos do not fill; whether a colleague's does is looked at later."""
    mine = Photo.objects.filter(id=OuterRef("photo_id"), identity=actor.person).exclude(status=Status.REFUSED)
    digest_fits = Q(sha256="") | Exists(mine.filter(sha256=OuterRef("sha256")))
    length_fits = Q(bytes=None) | Exists(mine.filter(bytes=OuterRef("bytes")))
    # a slot that is neither open nor lapsed was found to be filled, for good (media/actions/lapse.py)
    asked = Q(open_since__isnull=False) | Q(lapsed_at__gt=at - STILL_ASKED)
    return PhotoUse.objects.filter(asked, author_person=actor.person).exclude(Exists(mine), digest_fits, length_fits)
