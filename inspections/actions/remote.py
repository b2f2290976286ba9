"""Remote checks (云巡查): asked, answered, refused, expired, judged; each a step of the one row, with its ledger entry."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import Role
from backend.kernel import idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from hazards import queries as hazards
from hazards.policy import phrases
from inspections import errors
from inspections.models import RemoteCheck
from inspections.models.inspection import Taken
from inspections.policy import remote
from inspections.policy.remote import RemoteStatus, RemoteVerb
from inspections.queries import inspections as visits
from inspections.queries import remote_checks as queries
from media import queries as media
from media.actions import attach
from media.policy.uses import PhotoRef, Use

MOST = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What an official wants to see."""

    enterprise_id: UUID
    spot: str
    hazard_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the enterprise sends: photos, the nonce of the app, whether the number is in the picture, a note."""

    photos: tuple[PhotoRef, ...]
    nonce: str | None = None
    number_visible: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken, and its receipt."""

    check: RemoteCheck
    receipt: Receipt


@transaction.atomic
def ask(question: Question, *, received: Received, actor: Actor, at: datetime) -> Step:
    """Ask for a picture of a spot, to come within the minutes of the policy.

    Raises: Replayed, SameId; NotFound for enterprise or hazard; RemoteNotYourMove, RemoteHazardElsewhere, Interested.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.get(question.enterprise_id, actor=actor)
    hazard = hazards.get(question.hazard_id, actor=actor) if question.hazard_id else None
    duty = actor.duty_over(enterprise.place, remote.ASKERS)
    if duty is None:
        raise errors.RemoteNotYourMove
    if hazard is not None and hazard.enterprise_id != enterprise.id:
        raise errors.RemoteHazardElsewhere
    if enterprise.id in actor.interests:
        raise errors.Interested
    lasts = timedelta(minutes=visits.numbers(at).document.remote_minutes)
    taken = _taken(received, RemoteStatus.OPEN, actor, duty, at=at, said={"spot": question.spot, "note": question.note})
    check = RemoteCheck.open(
        taken, enterprise=enterprise, hazard=hazard, spot=question.spot, note=question.note,
        number=_number(enterprise.id), nonce=secrets.token_hex(16), asked_by=actor.id, asked_person=actor.person,
        asked_name=actor.name, asked_role=duty.role, expires_at=at + lasts,
        **enterprise.place.columns(),
    )  # fmt: skip
    return Step(check, receipt)


def _number(enterprise_id: UUID) -> str:
    """Return four digits that no other question to this enterprise waits with."""
    taken = queries.numbers_waiting(enterprise_id)
    while (number := f"{secrets.randbelow(10_000):04d}") in taken:
        pass
    return number


@transaction.atomic
def answer(reply: Reply, *, received: Received, check_id: UUID, actor: Actor, at: datetime) -> Step:
    """Answer with photos. `at` is when it was received: too late is too late.

    Raises: Replayed, SameId, NotFound, RemoteNotYourMove, RemoteExpired, RemoteWrongStatus.
    """
    receipt, check, duty = _begin(received, check_id, actor, remote.ANSWERERS)
    after = remote.next_status(RemoteStatus(check.status), RemoteVerb.ANSWER, expires_at=check.expires_at, at=at)
    found = remote.freshness(nonce=check.nonce, sent=reply.nonce, number_visible=reply.number_visible)
    named = [{"id": str(photo.id), "sha256": photo.sha256} for photo in reply.photos]
    taken = _taken(
        received, after, actor, duty, at=at, said={"note": reply.note}, photos=named,
        facts={"proof": found.proof.value, "flags": list(found.flags)},
    )  # fmt: skip
    check.advance(
        RemoteVerb.ANSWER, taken, reply_id=received.id, replied_by=actor.id, replied_name=actor.name, replied_at=at,
        reply_note=reply.note, reply_salt=taken.salt,
        photo_ids=[str(photo.id) for photo in reply.photos], proof=found.proof, flags=list(found.flags),
    )  # fmt: skip
    attach.attach(reply.photos, use=_use(check, actor, duty, act_id=received.id), at=at)
    return Step(check, receipt)


@transaction.atomic
def refuse(*, reason: str, received: Received, check_id: UUID, actor: Actor, at: datetime) -> Step:
    """Refuse to show the spot, with a reason.

    Raises: Replayed, SameId, NotFound, RemoteNotYourMove, RemoteExpired, RemoteWrongStatus.
    """
    receipt, check, duty = _begin(received, check_id, actor, remote.REFUSERS)
    after = remote.next_status(RemoteStatus(check.status), RemoteVerb.REFUSE, expires_at=check.expires_at, at=at)
    taken = _taken(received, after, actor, duty, at=at, said={"reason": reason})
    check.advance(
        RemoteVerb.REFUSE, taken, reply_id=received.id, replied_by=actor.id, replied_name=actor.name, replied_at=at,
        reply_note=reason, reply_salt=taken.salt,
    )  # fmt: skip
    return Step(check, receipt)


@transaction.atomic
def judge(*, outcome: str, note: str, received: Received, check_id: UUID, actor: Actor, at: datetime) -> Step:
    """Say what the pictures are worth (`accepted`, `doubtful`): he who asked, once they have arrived.

    Any official there who could have asked, if the enterprise has moved out of his reach.

    Raises: Replayed, SameId, NotFound, RemoteNotYourMove, RemoteWrongStatus, RemotePhotoMissing.
    """
    receipt, check, duty = _begin(received, check_id, actor, remote.ASKERS)
    if check.asked_person != actor.person and queries.asker_reaches(check, at=at):
        raise errors.RemoteNotYourMove
    if check.enterprise_id in actor.interests:
        raise errors.Interested
    after = remote.next_status(RemoteStatus(check.status), RemoteVerb.JUDGE, expires_at=check.expires_at, at=at)
    if outcome == "accepted" and media.blocking(media.slots([check.id])[check.id]):
        raise errors.RemotePhotoMissing
    taken = _taken(received, after, actor, duty, at=at, said={"note": note}, facts={"outcome": outcome})
    check.advance(
        RemoteVerb.JUDGE, taken, judgement_id=received.id, outcome=outcome, judgement_note=note,
        judgement_salt=taken.salt, judged_at=at
    )  # fmt: skip
    return Step(check, receipt)


def sweep(*, at: datetime) -> int:
    """Write down those that nobody answered in time, each in a transaction of its own; return how many."""
    return sum(_expire(check_id, at=at) for check_id in queries.due(at, most=MOST))


@transaction.atomic
def _expire(check_id: UUID, *, at: datetime) -> bool:
    check = queries.lock_due(check_id, at=at)
    if check is None:
        return False
    after = remote.next_status(RemoteStatus(check.status), RemoteVerb.EXPIRE, expires_at=check.expires_at, at=at)
    taken = Taken(status=after, signer=ledger.SYSTEM, at=at, act_id=ids.new(), salt="")
    check.advance(RemoteVerb.EXPIRE, taken, expired_at=check.expires_at)  # whenever the sweep came by
    return True


def _begin(received: Received, check_id: UUID, actor: Actor, roles: Collection[Role]) -> tuple[Receipt, RemoteCheck, Duty]:
    """Claim the act's id and lock the check. Raises: Replayed, SameId, NotFound, RemoteNotYourMove."""
    receipt = idempotency.claim(received, subject_id=check_id)
    check = queries.lock(check_id, actor=actor)
    duty = actor.duty_at(check.enterprise_id, roles) or actor.duty_over(check.place, roles)
    if duty is None:
        raise errors.RemoteNotYourMove
    return receipt, check, duty


def _taken(received: Received, status: RemoteStatus, actor: Actor, duty: Duty, *, at: datetime, **more: Any) -> Taken:
    return Taken(
        status=status, signer=ledger.Signer(actor.id, duty.role.value, duty.id), at=at, act_id=received.id, salt=ledger.salt(),
        request_id=received.request_id, **more,
    )  # fmt: skip


def _use(check: RemoteCheck, actor: Actor, duty: Duty, *, act_id: UUID) -> Use:
    firm = check.enterprise
    spot = None if firm.latitude is None or firm.longitude is None else (firm.latitude, firm.longitude)
    return Use(
        subject_id=check.id, subject_kind="remote_check", act_id=act_id, label="answer", author_id=actor.id,
        author_person=actor.person, enterprise_id=check.enterprise_id, place=check.place, not_before=check.asked_at,
        caption=check.spot, person=phrases.signed(actor.name, duty.role), spot=spot, firm_spot=spot,
    )  # fmt: skip
