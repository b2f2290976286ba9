"""Duties (职责): a role within a scope, granted and ended. Administrators and auditors hold no other (三员分立)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import queries
from accounts.actions import people
from accounts.errors import DutyEnded, DutyExclusive, DutyScope, PersonDisabled
from accounts.models import Duty, Person, Region
from accounts.policy import step_up
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, BOUND_TO_REGION, EXCLUSIVE, Role
from backend.kernel import idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import Invalid, NotFound
from backend.kernel.receipts import Receipt

# asked whether an enterprise exists; filled by the room that knows (it lies above this one)
KNOWS_ENTERPRISE: list[Callable[[UUID], bool]] = []


@dataclass(frozen=True, slots=True)
class Grant:
    """What is granted: a role, and the enterprise or the region it holds for."""

    person_id: UUID
    role: Role
    enterprise_id: UUID | None = None
    region: str = ""
    licence_no: str = ""


def grant(*, wanted: Grant, signer: ledger.Signer, at: datetime, id: UUID | None = None) -> Duty:
    """Grant a duty from `at` on, within the caller's transaction.

    Raises: NotFound, PersonDisabled, DutyScope, DutyExclusive, Invalid.
    """
    region = _scope(wanted)
    person = queries.lock_identity(wanted.person_id)
    if not person.is_active:
        raise PersonDisabled
    _exclusive(person, wanted.role, at)
    duty = Duty(
        id=id or ids.new(), person=person, role=wanted.role, enterprise_id=wanted.enterprise_id, region=region,
        level=region.level if region else "", licence_no=wanted.licence_no, since=at, granted_by=signer.id,
    )  # fmt: skip
    duty.save(force_insert=True)
    ledger.append(_step(duty, "duty.granted", signer, at), ledger.Head())
    return duty


def _scope(wanted: Grant) -> Region | None:
    if bool(wanted.enterprise_id) != (wanted.role in BOUND_TO_ENTERPRISE) or bool(wanted.region) != (
        wanted.role in BOUND_TO_REGION
    ):
        raise DutyScope
    if wanted.role is Role.INSPECTOR and not wanted.licence_no.strip():
        raise Invalid(errors=[{"field": "licence_no", "code": "missing", "message": "an inspector has a licence number"}])
    if wanted.enterprise_id and not all(known(wanted.enterprise_id) for known in KNOWS_ENTERPRISE):
        raise NotFound
    region = queries.region(wanted.region) if wanted.region else None
    if wanted.region and region is None:
        raise Invalid(errors=[{"field": "region", "code": "region.unknown", "message": "no region or grid has this code"}])
    if region and wanted.role is Role.GRID_WORKER and region.level not in ("grid", "village"):
        raise DutyScope
    return region


def _exclusive(person: Person, role: Role, at: datetime) -> None:
    held = {Role(r) for r in Duty.objects.in_force(at).filter(person__identity=person.identity).values_list("role", flat=True)}
    others = held - {role}
    if others and (role in EXCLUSIVE or others & EXCLUSIVE):
        raise DutyExclusive


def _step(duty: Duty, kind: str, signer: ledger.Signer, at: datetime, act_id: UUID | None = None) -> ledger.Step:
    return ledger.Step(
        kind=kind, subject_kind="duty", subject_id=duty.id, signer=signer, at=at, place=duty.region_id or "",
        enterprise_id=duty.enterprise_id, act_id=act_id, facts={"person_id": duty.person_id, "role": duty.role},
    )  # fmt: skip


@transaction.atomic
def receive(*, received: Received, wanted: Grant, actor: Actor, at: datetime) -> tuple[Duty, Receipt]:
    """Grant a duty for an administrator; needs a fresh step-up.

    Raises: what `grant` and `idempotency.claim` raise, StepUpRequired.
    """
    receipt = idempotency.claim(received)
    step_up.require(actor, at=at)
    return grant(wanted=wanted, signer=queries.signer(actor), at=at, id=received.id), receipt


def end(*, duty_id: UUID, signer: ledger.Signer, at: datetime, act_id: UUID | None = None) -> Duty:
    """End a duty at `at`, within the caller's transaction; its holder is out of it at the next request.

    Raises: NotFound, DutyEnded.
    """
    duty = queries.lock_duty(duty_id)
    if duty.until is not None and duty.until <= at:
        raise DutyEnded
    duty.until = at
    duty.save(update_fields=["until"])
    ledger.append(_step(duty, "duty.ended", signer, at, act_id))
    return duty


@transaction.atomic
def receive_end(*, received: Received, duty_id: UUID, actor: Actor, at: datetime) -> tuple[Duty, Receipt]:
    """End a duty for an administrator; needs a fresh step-up.

    Raises: what `end` and `idempotency.claim` raise, StepUpRequired.
    """
    receipt = idempotency.claim(received, subject_id=duty_id)
    step_up.require(actor, at=at)
    return end(duty_id=duty_id, signer=queries.signer(actor), at=at, act_id=received.id), receipt


@transaction.atomic
def first_admin(*, phone: str, name: str, at: datetime) -> Person | None:
    """Make the first administrator of an installation, by its operator; None if there is one already.

    Raises: PhoneInvalid, PersonDisabled, DutyExclusive.
    """
    if queries.any_admin(at=at):
        return None
    person = queries.person_by_phone(phone) or people.enrol(phone=phone, name=name, signer=ledger.SYSTEM, at=at)
    grant(wanted=Grant(person.id, Role.ADMIN), signer=ledger.SYSTEM, at=at)
    return person
