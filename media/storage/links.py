"""Signed addresses of photos: the signature is the authorisation, for five minutes, for one rendition and one viewer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core import signing

from media.errors import LinkExpired, LinkInvalid

LIFE = timedelta(minutes=5)
_signer = "media.links"


@dataclass(frozen=True, slots=True)
class Link:
    """Which rendition (`thumb`, `middle`, `large`, `original`) of which photo was opened to whom, and under which role.

    `drawn` is the name of the strip below it: an address goes on showing what it showed when it was given.
    """

    photo_id: UUID
    rendition: str
    viewer_id: UUID
    role: str
    drawn: str = ""


def path(link: Link, *, at: datetime) -> str:
    """Return the address of `link`, good until five minutes after `at`."""
    told = [str(link.photo_id), link.rendition, str(link.viewer_id), link.role, link.drawn, int((at + LIFE).timestamp())]
    signed = signing.Signer(salt=_signer).sign_object(told)
    return f"/api/v1/photos/{link.photo_id}/content?signed={quote(signed, safe='')}"


def read(photo_id: UUID, signed: str, *, at: datetime) -> Link:
    """Return what `signed` opens. Raises: LinkInvalid, LinkExpired."""
    try:
        told: Any = signing.Signer(salt=_signer).unsign_object(signed)
    except signing.BadSignature as error:
        raise LinkInvalid from error
    link = Link(UUID(told[0]), told[1], UUID(told[2]), told[3], told[4])
    if link.photo_id != photo_id:
        raise LinkInvalid
    if at.timestamp() >= told[5]:
        raise LinkExpired
    return link
