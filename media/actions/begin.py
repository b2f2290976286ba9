"""An upload in pieces begins (开始续传), or is found again under the photo id that the phone keeps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Sum

from accounts.policy.actor import Actor
from backend.kernel.models import Claim
from backend.kernel.problems import DiskFull, InProgress, SameId, TooMany
from media import queries
from media.actions import discard, quota
from media.models import Photo, Upload
from media.models.upload import LIFE, State
from media.policy.told import Told


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be sent: the photo's id, its bytes in all, its digest if it was said (hex), and the claims beside it.

    `metadata` is the header as it came, which HEAD gives back.
    """

    photo_id: UUID
    length: int
    sha256: str
    told: Told
    metadata: str


def begin(asked: Asked, *, actor: Actor, at: datetime) -> tuple[Upload, bool]:
    """Return the account's upload for this photo, and whether it is new; a received photo of equal digest is a whole one.

    An upload that was refused or has expired gives way to a new one. Without a digest a received photo does, too: only its
    bytes can say whether they are the same.
    Raises: SameId (the id stands for something else), TooMany, DiskFull, InProgress (the same is being begun).
    """
    if photo := _received(asked, actor):
        return Upload.of(photo), False
    row = Upload.objects.filter(uploader_id=actor.id, photo_id=asked.photo_id).first()
    if row is not None and row.state == State.OPEN and row.expires_at > at:
        _same(asked, row)
        return row, False
    _room(asked, actor, at)
    if row is not None:
        discard.discard(row, only=Q(state=row.state, offset=row.offset))
    return _made(asked, actor, at), True


def _received(asked: Asked, actor: Actor) -> Photo | None:
    claim = Claim.objects.filter(id=asked.photo_id).first()
    if claim is None:
        return None
    if claim.actor_id != actor.id:
        raise SameId
    digests = {"first": claim.receipt["digest"], "this": asked.sha256}
    if claim.kind != "photo" or asked.sha256 not in ("", digests["first"]):
        raise SameId(digests=digests)
    return Photo.objects.filter(id=asked.photo_id).first() if asked.sha256 else None


def _same(asked: Asked, row: Upload) -> None:
    if (row.length, row.sha256) != (asked.length, asked.sha256):
        raise SameId(digests={"first": row.sha256, "this": asked.sha256})


def _room(asked: Asked, actor: Actor, at: datetime) -> None:
    """Refuse more than the person may send, may leave unfinished, or than all unfinished ones may come to."""
    limits = queries.numbers(at).document
    unfinished = Upload.objects.filter(state=State.OPEN)
    # a phone that went over to another door has not left anything unfinished
    came = Photo.objects.filter(id=OuterRef("photo_id"), uploader=OuterRef("uploader"))
    own = unfinished.filter(~Exists(came), uploader_id=actor.id, expires_at__gt=at).count()
    quota.check(actor=actor, bytes=asked.length, at=at, announced=own)
    if own >= max(1, int(limits.unfinished_uploads * settings.RATE_SCALE)):
        raise TooMany(detail="未完成的续传过多,请先传完或撤销", detail_en="Too many unfinished uploads, finish or end some first")
    if (unfinished.aggregate(sum=Sum("length"))["sum"] or 0) + asked.length > limits.unfinished_bytes:
        raise DiskFull


def _made(asked: Asked, actor: Actor, at: datetime) -> Upload:
    try:
        with transaction.atomic():
            return Upload.objects.create(
                photo_id=asked.photo_id, uploader_id=actor.id, length=asked.length, sha256=asked.sha256,
                told=asked.told.kept(), metadata=asked.metadata, created_at=at, expires_at=at + LIFE,
            )  # fmt: skip
    except IntegrityError as error:
        raise InProgress from error
