"""Members of an enterprise (企业成员): owners and officers bring them in, and whoever leaves keeps his name on what he did."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import queries as accounts
from accounts.actions import duties, people
from accounts.models import Duty, Person
from accounts.policy import phones
from accounts.policy.actor import Actor
from accounts.policy.actor import Duty as ActorDuty
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound
from backend.kernel.receipts import Receipt
from enterprises import queries
from enterprises.errors import AlreadyMember, Closed, LastOwner, MemberMismatch, NotYourMove
from enterprises.models import Enterprise
from enterprises.policy.words import Status

# whom a member may bring in and send away; he himself may always leave
MAY_MANAGE = {
    Role.OWNER: frozenset({Role.OFFICER, Role.EMPLOYEE, Role.AGENCY}),
    Role.OFFICER: frozenset({Role.EMPLOYEE}),
}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is brought in, as he was named; the phone in any spelling."""

    phone: str
    name: str
    role: Role


@transaction.atomic
def add(*, enterprise_id: UUID, who: Newcomer, received: Received, actor: Actor, at: datetime) -> tuple[Duty, Receipt]:
    """Give somebody a duty at the enterprise; an unknown mobile number becomes an account without a password.

    Raises: Replayed, SameId, NotFound, NotYourMove, PhoneInvalid, MemberMismatch, AlreadyMember, Closed, DutyExclusive.
    """
    receipt = idempotency.claim(received)
    enterprise = queries.get(enterprise_id, actor=actor)
    signer = _signer(enterprise, actor, who.role)
    if enterprise.status == Status.CLOSED:
        raise Closed
    person = _person(who.phone, who.name, signer=signer, at=at)
    if person.duties.in_force(at).filter(enterprise_id=enterprise.id, role=who.role).exists():
        raise AlreadyMember
    wanted = duties.Grant(person.id, who.role, enterprise_id=enterprise.id)
    duty = duties.grant(wanted=wanted, signer=signer, at=at, id=received.id)
    return duty, receipt


@transaction.atomic
def end(*, enterprise_id: UUID, person_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[list[Duty], Receipt]:
    """End every duty that the person holds at the enterprise and that the actor may end.

    Raises: Replayed, SameId, NotFound (also for a person who is no member), NotYourMove, LastOwner.
    """
    receipt = idempotency.claim(received)
    enterprise = queries.get(enterprise_id, actor=actor)
    held = queries.members(enterprise.id, at=at).filter(person_id=person_id)
    ended = [
        duties.end(duty_id=duty.id, signer=_ending_signer(enterprise, duty, actor, at=at), at=at, act_id=received.id)
        for duty in held.order_by("id")
    ]
    if not ended:
        raise NotFound
    idempotency.attach_subject(received.id, ended[0].id)
    return ended, receipt


def _person(phone: str, name: str, *, signer: ledger.Signer, at: datetime) -> Person:
    """Return the account with this number, locked, made if there is none; nobody learns whose name a number bears."""
    person = accounts.person_by_phone(phones.mobile(phone))
    if person is None:
        return people.enrol(phone=phone, name=name.strip(), signer=signer, at=at)
    if person.name != name.strip():
        raise MemberMismatch
    return Person.objects.select_for_update().get(id=person.id)


def _ending_signer(enterprise: Enterprise, duty: Duty, actor: Actor, *, at: datetime) -> ledger.Signer:
    role = Role(duty.role)
    mine = actor.duty_over(enterprise.place, OFFICIALS) or _managing(enterprise, actor, role)
    if mine is None and duty.person_id == actor.id:
        mine = actor.duty_at(enterprise.id, {role})
        if role is Role.OWNER and len(queries.lock_owners(enterprise.id, at=at)) < 2:
            raise LastOwner
    if mine is None:
        raise NotYourMove
    return ledger.Signer(actor.id, mine.role, mine.id)


def _managing(enterprise: Enterprise, actor: Actor, role: Role) -> ActorDuty | None:
    return actor.duty_at(enterprise.id, [own for own, others in MAY_MANAGE.items() if role in others])


def _signer(enterprise: Enterprise, actor: Actor, role: Role) -> ledger.Signer:
    duty = _managing(enterprise, actor, role)
    if duty is None:
        raise NotYourMove
    return ledger.Signer(actor.id, duty.role, duty.id)
