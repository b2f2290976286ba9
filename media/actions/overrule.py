"""A finding is overruled (更正核验结论): an official has looked, and says why it means nothing here. It stays to be seen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import OFFICIALS
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.ledger import Head, Signer, Step
from backend.kernel.problems import NotFound
from backend.kernel.receipts import Receipt
from media import queries
from media.errors import NothingToOverrule, NotYourMove
from media.models import Finding, Overruling, Photo, PhotoUse
from media.policy.evidence import Code


@dataclass(frozen=True, slots=True)
class Overruled:
    """An overruling that was taken, with the photo after it and the receipt."""

    overruling: Overruling
    photo: Photo
    receipt: Receipt


@transaction.atomic
def overrule(*, received: Received, photo_id: UUID, code: Code, note: str, actor: Actor, at: datetime) -> Overruled:
    """Overrule every standing finding of `code` that lies in the official's scope.

    Raises: Replayed, SameId; NotFound; NotYourMove for whoever sent the photo, works at the enterprise, or is no official
    there; NothingToOverrule.
    """
    receipt = idempotency.claim(received, subject_id=photo_id)
    photo = queries.lock(photo_id, actor=actor)
    uses, duty = _in_charge(photo, actor)
    rows = [row for row in queries.standing(photo, code) if row.use_id is None or row.use_id in uses]
    if not rows:
        raise NothingToOverrule
    overruling = Overruling.objects.create(
        id=received.id, photo=photo, code=code.value, note=note, actor_id=actor.id, actor_name=actor.name,
        person=actor.person, role=duty.role.value, duty_id=duty.id, salt=ledger.salt(), at=at,
    )  # fmt: skip
    Finding.objects.filter(id__in=[row.id for row in rows]).update(overruling=overruling)
    _enter(photo, overruling, rows, subjects=[uses[row.use_id] for row in rows if row.use_id], request_id=received.request_id)
    return Overruled(overruling, photo, receipt)


def get(overruling_id: UUID) -> Overruling:
    """Return an overruling by its id; the photo it is shown with authorises. Raises: NotFound."""
    row = Overruling.objects.filter(id=overruling_id).first()
    if row is None:
        raise NotFound
    return row


def _in_charge(photo: Photo, actor: Actor) -> tuple[dict[UUID, UUID], Duty]:
    """Return the uses (with their subjects) the actor is an official over without an interest, and the duty he is it by."""
    found: dict[UUID, UUID] = {}
    duties: list[Duty] = []
    for use in queries.filled_by(photo) if photo.identity != actor.person else ():
        duty = _over(use, actor)
        if duty is not None:
            found[use.id] = use.subject_id
            duties.append(duty)
    if not duties:
        raise NotYourMove
    return found, duties[0]


def _over(use: PhotoUse, actor: Actor) -> Duty | None:
    return None if use.enterprise_id in actor.interests else actor.duty_over(use.place, OFFICIALS)


def _enter(photo: Photo, overruling: Overruling, rows: list[Finding], *, subjects: list[UUID], request_id: str) -> None:
    entry = ledger.append(
        Step(
            kind="photo.overruled", subject_kind="photo", subject_id=photo.id, at=overruling.at, before=photo.status,
            after=photo.status, signer=Signer(overruling.actor_id, overruling.role, overruling.duty_id),
            enterprise_id=photo.enterprise_id, act_id=overruling.id, said={"note": overruling.note}, salt=overruling.salt,
            facts={
                "code": overruling.code, "findings": [row.id for row in rows],
                "subjects": list(dict.fromkeys(str(subject) for subject in subjects)),
            },
            photos=[{"id": photo.id, "sha256": photo.sha256}], request_id=request_id,
        ),
        Head(photo.version, photo.ledger_head),
    )  # fmt: skip
    photo.version, photo.ledger_head = entry.seq, entry.hash
    photo.save(update_fields=["version", "ledger_head"])
