"""People (人员): enrolled, renamed, disabled. A person who leaves keeps the name on what he did."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import queries
from accounts.errors import PhoneTaken
from accounts.login import sessions
from accounts.models import Person
from accounts.policy import phones, step_up
from accounts.policy.actor import Actor
from backend.kernel import idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import SameId
from backend.kernel.receipts import Receipt


def enrol(*, phone: str, name: str, signer: ledger.Signer, at: datetime, id: UUID | None = None) -> Person:
    """Create an account (建档) for a phone in any spelling, within the caller's transaction.

    Raises: PhoneInvalid, PhoneTaken, SameId.
    """
    number = phones.mobile(phone)
    try:
        with transaction.atomic():
            person = Person.objects.enrol(phone=number, name=name, id=id or ids.new())
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else PhoneTaken from error
    return _keep(person, "person.enrolled", signer=signer, at=at)


def _keep(person: Person, kind: str, *, signer: ledger.Signer, at: datetime, changed: list[str] | None = None) -> Person:
    step = ledger.Step(
        kind=kind,
        subject_kind="person",
        subject_id=person.id,
        signer=signer,
        at=at,
        facts={"changed": changed} if changed else {},
    )
    person.ledger_head = ledger.append(step, ledger.Head(person.version, person.ledger_head)).hash
    person.version += 1
    person.save()
    return person


@transaction.atomic
def receive(*, received: Received, phone: str, name: str, actor: Actor, at: datetime) -> tuple[Person, Receipt]:
    """Enrol a person for an administrator; needs a fresh step-up.

    Raises: what `enrol` and `idempotency.claim` raise, StepUpRequired.
    """
    phones.mobile(phone)
    receipt = idempotency.claim(received)
    step_up.require(actor, at=at)
    return enrol(phone=phone, name=name, signer=queries.signer(actor), at=at, id=received.id), receipt


@transaction.atomic
def change(
    *, person_id: UUID, version: int | None, actor: Actor, at: datetime,
    name: str | None = None, phone: str | None = None, active: bool | None = None,
) -> Person:  # fmt: skip
    """Change name or phone of a person, or disable (停用) or enable the account; a new phone or a disabling ends all sessions.

    Raises: NotFound, StaleVersion, StepUpRequired, PhoneInvalid, PhoneTaken.
    """
    number = phones.mobile(phone) if phone is not None else None
    person = queries.lock_person(person_id, version=version)
    step_up.require(actor, at=at)
    wanted = {"name": name, "phone": number, "is_active": active}
    changed = sorted(k for k, v in wanted.items() if v is not None and v != getattr(person, k))
    if number and Person.objects.filter(phone=number).exclude(id=person.id).exists():
        raise PhoneTaken
    for field in changed:
        setattr(person, field, wanted[field])
    if {"phone", "is_active"} & set(changed):
        person.phone_verified = person.phone_verified and "phone" not in changed
        sessions.end_all(person.id)
    return _keep(person, "person.changed", signer=queries.signer(actor), at=at, changed=changed) if changed else person
