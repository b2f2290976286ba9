"""The printed code (印刷码) of an enterprise: given out, replaced, revoked; each an act with its ledger entry."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.errors import Closed, NotYourMove
from enterprises.models import Enterprise
from enterprises.policy.words import Status
from grading.errors import CodeInForce, CodeNotHere, CodeNotInForce
from grading.models import PrintedCode
from grading.policy import tokens
from grading.queries import codes as queries

KEEPERS = frozenset({Role.OWNER, Role.OFFICER})
KIND = "printed_code"


@dataclass(frozen=True, slots=True)
class Replaced:
    """Which printed code a new one replaces, and why."""

    id: UUID
    reason: str


@transaction.atomic
def issue(
    *, enterprise_id: UUID, replaces: Replaced | None, received: Received, actor: Actor, at: datetime
) -> tuple[PrintedCode, Receipt]:  # fmt: skip
    """Give out a printed code (签发); one that is in force has to be named, and is revoked in the same moment.

    Raises: Replayed, SameId, NotFound, NotYourMove, Closed, CodeInForce, CodeNotInForce.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.get(enterprise_id, actor=actor)
    duty = _keeper(enterprise, actor)
    if replaces:
        _revoke(replaces, enterprise, received=received, actor=actor, duty=duty, at=at)
    if enterprise.status == Status.CLOSED:
        raise Closed
    if known := queries.in_force(enterprise_id):
        raise CodeInForce(code_in_force=str(known.id))
    return _create(enterprise, id=received.id, actor=actor, duty=duty, at=at, request_id=received.request_id), receipt


@transaction.atomic
def revoke(
    *, enterprise_id: UUID, which: Replaced, received: Received, actor: Actor, at: datetime
) -> tuple[PrintedCode, Receipt]:
    """Revoke a printed code (停用); from now on it says so and nothing else.

    Raises: Replayed, SameId, NotFound, NotYourMove, CodeNotInForce.
    """
    receipt = idempotency.claim(received, subject_id=which.id)
    enterprise = enterprises.get(enterprise_id, actor=actor)
    duty = _keeper(enterprise, actor)
    return _revoke(which, enterprise, received=received, actor=actor, duty=duty, at=at), receipt


@transaction.atomic
def to_print(*, enterprise_id: UUID, actor: Actor, at: datetime) -> PrintedCode:
    """Return the printed code of an enterprise; its first one is given out when somebody first prints it.

    Raises: NotFound, Closed, CodeNotHere once it was revoked and not replaced.
    """
    enterprise = enterprises.get(enterprise_id, actor=actor)
    if enterprise.status == Status.CLOSED:
        raise Closed
    if found := queries.in_force(enterprise_id):
        return found
    if queries.ever_had_one(enterprise_id):
        raise CodeNotHere
    reader = actor.duty_over(enterprise.place, OFFICIALS) or actor.duty_at(enterprise_id, BOUND_TO_ENTERPRISE)
    try:
        return _create(enterprise, id=ids.new(), actor=actor, duty=reader, at=at)
    except CodeInForce:
        return PrintedCode.objects.get(enterprise_id=enterprise_id, revoked_at__isnull=True)


def _keeper(enterprise: Enterprise, actor: Actor) -> Duty:
    duty = actor.duty_over(enterprise.place, OFFICIALS) or actor.duty_at(enterprise.id, KEEPERS)
    if duty is None:
        raise NotYourMove
    return duty


def _create(
    enterprise: Enterprise, *, id: UUID, actor: Actor, duty: Duty | None, at: datetime, request_id: str = ""
) -> PrintedCode:  # fmt: skip
    code = "".join(secrets.choice(tokens.ALPHABET) for _ in range(tokens.LETTERS))
    row = PrintedCode(
        id=id, enterprise=enterprise, code=code, issued_at=at, issued_by=actor.id, salt=ledger.salt()
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CodeInForce from error
    _entry(row, "issued", enterprise, actor=actor, duty=duty, at=at, act_id=id, request_id=request_id)
    return row


def _revoke(
    which: Replaced, enterprise: Enterprise, *, received: Received, actor: Actor, duty: Duty, at: datetime
) -> PrintedCode:  # fmt: skip
    row = queries.lock(which.id, enterprise_id=enterprise.id)
    if row.revoked_at is not None:
        raise CodeNotInForce
    row.revoked_at, row.revoked_by, row.reason = at, actor.id, which.reason
    row.save(update_fields=["revoked_at", "revoked_by", "reason"])
    _entry(row, "revoked", enterprise, actor=actor, duty=duty, at=at, act_id=received.id, request_id=received.request_id)
    return row


def _entry(
    row: PrintedCode, what: str, enterprise: Enterprise, *, actor: Actor, duty: Duty | None, at: datetime, act_id: UUID,
    request_id: str,
) -> None:  # fmt: skip
    signer = ledger.Signer(actor.id, duty.role, duty.id) if duty else ledger.Signer(actor.id)
    ledger.append(
        ledger.Step(
            kind=f"{KIND}.{what}", subject_kind=KIND, subject_id=row.id, signer=signer, at=at, place=enterprise.place.code,
            enterprise_id=enterprise.id, act_id=act_id, said={"reason": row.reason} if row.reason else {}, salt=row.salt,
            request_id=request_id,
        )
    )  # fmt: skip
