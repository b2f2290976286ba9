"""A photo is received (收件): bytes first and durable, then row, ledger entry, claim and jobs in one transaction."""

from datetime import datetime

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.ledger import Head, Signer, Step
from backend.kernel.models import Claim
from backend.kernel.problems import SameId
from backend.kernel.receipts import Receipt
from media import queries
from media.actions import quota
from media.errors import OtherBytes
from media.models import Photo, PhotoUse
from media.policy import uses as rules
from media.policy.intake import Judged, judge
from media.policy.told import Told
from media.storage import original_key, store
from media.storage.spool import Spool


def receive(*, spool: Spool, got: Received, told: Told, actor: Actor, at: datetime) -> tuple[Photo, Receipt]:
    """Keep the spooled bytes as photo `got.id` and return it with its receipt.

    Raises: what `intake.judge` refuses; Replayed, SameId, KeyReused, InProgress; TooMany; OtherBytes; OSError (disk full).
    """
    with spool.path.open("rb") as file:
        judged = judge(file, size=spool.bytes)
    # asked before the bytes are kept, so that refusals leave nothing behind, and again where it counts
    if not Claim.objects.filter(id=got.id).exists():
        quota.check(actor=actor, bytes=spool.bytes, at=at)
        _fillable(got, spool, actor)
        store().put(original_key(spool.sha256), spool.path, sha256=spool.sha256, content_type=f"image/{judged.format}")
    return _record(spool=spool, judged=judged, got=got, told=told, actor=actor, at=at)


@transaction.atomic
def _record(*, spool: Spool, judged: Judged, got: Received, told: Told, actor: Actor, at: datetime) -> tuple[Photo, Receipt]:
    receipt = idempotency.claim(got)
    quota.check(actor=actor, bytes=spool.bytes, at=at)
    subjects = list(dict.fromkeys(str(use.subject_id) for use in _fillable(got, spool, actor)))
    duty = actor.duties[0] if actor.duties else None
    firm = quota.charged(actor)
    # the entry says so for ever, the column until the object store has the bytes
    place = store().place if store().is_parked(original_key(spool.sha256)) else None
    entry = ledger.append(
        Step(
            kind="photo.received", subject_kind="photo", subject_id=got.id, at=at, after="received", enterprise_id=firm,
            signer=Signer(actor.id, duty.role if duty else "", duty.id if duty else None), claimed_at=told.taken_at,
            facts={"bytes": spool.bytes, "format": judged.format, "subjects": subjects, **({"parked": True} if place else {})},
            photos=[{"id": got.id, "sha256": spool.sha256}], request_id=got.request_id,
        ),
        Head(),
    )  # fmt: skip
    photo = Photo(
        id=got.id, uploader_id=actor.id, identity=actor.person, enterprise_id=firm, sha256=spool.sha256, bytes=spool.bytes,
        format=judged.format, width=judged.width, height=judged.height, received_at=at,
        parked_in=place, version=entry.seq, ledger_head=entry.hash, **told.columns(),
    )  # fmt: skip
    photo.save(force_insert=True)
    return photo, receipt


def _fillable(got: Received, spool: Spool, actor: Actor) -> list[PhotoUse]:
    """Return the slots that wait for this photo from this sender.

    Raises: OtherBytes if one of them names other bytes; SameId for somebody who reads the id in a report and may not fill
    it: he must not be able to use it up. Who may not read it learns nothing, his photo is one of his own.
    """
    arrival = rules.Arrival(person=actor.person, at=got.at, sha256=spool.sha256, bytes=spool.bytes)
    uses = list(PhotoUse.objects.filter(photo_id=got.id))
    known = queries.memberships_for([(use, actor.person) for use in uses])
    mine = [use for use in uses if queries.may_fill(use, arrival, known)]
    if uses and not mine and queries.uses_in_scope(actor).filter(photo_id=got.id).exists():
        raise SameId
    if any(not rules.is_named(arrival, sha256=use.sha256, bytes=use.bytes) for use in mine):
        raise OtherBytes
    return mine
