"""Dated facts (档案事实): recorded by officials, ended when they are over, voided when they were never true."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import Invalid
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.errors import NotYourMove
from enterprises.models import Enterprise
from grading.actions import parties
from grading.actions.correct import correct
from grading.errors import FactOver
from grading.models import Fact
from grading.models.fact import Origin
from grading.models.taken import Taken
from grading.policy.fact_kinds import KINDS
from grading.queries import facts as queries

RECORDERS = frozenset({Role.INSPECTOR, Role.REGULATOR})


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of an enterprise: a kind, its value, from when on and until before when."""

    kind: str
    value: Mapping[str, Any]
    valid_from: datetime
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, and who answers for it."""

    origin: Origin
    signer: ledger.Signer
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands now, and the receipt of the act on it."""

    fact: Fact
    receipt: Receipt


@transaction.atomic
def record(*, given: Given, enterprise_id: UUID, received: Received, actor: Actor, at: datetime) -> Recorded:
    """Record a fact: an inspector or a regulator of the place, without interest in the enterprise.

    Raises: Replayed, SameId, NotFound, NotYourMove, GradeSamePerson, Invalid for a value of another shape.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.get(enterprise_id, actor=actor)
    signer = _signer(enterprise, actor)
    source = Source(Origin.OFFICIAL, signer, received.request_id)
    return Recorded(enter(given, enterprise, fact_id=received.id, source=source, at=at), receipt)


def enter(given: Given, enterprise: Enterprise, *, fact_id: UUID, source: Source, at: datetime) -> Fact:
    """Write a fact and its ledger entry. Raises: Invalid for a value that is not of the kind's shape, or ends that are none."""
    value = checked(given)
    salt = ledger.salt()
    facts = {"kind": given.kind, "from": given.valid_from, "to": given.valid_to, "origin": source.origin.value}
    taken = Taken(source.signer, at, fact_id, salt, facts, said={"value": value}, request_id=source.request_id)
    entry = ledger.append(taken.step("fact.recorded", "fact", fact_id, enterprise, before="", after="recorded"), ledger.Head())
    return Fact.objects.create(
        id=fact_id, enterprise=enterprise, kind=given.kind, value=value, valid_from=given.valid_from, valid_to=given.valid_to,
        origin=source.origin, recorded_at=at, recorded_by=source.signer.id, salt=salt, version=1, ledger_head=entry.hash,
    )  # fmt: skip


def checked(given: Given) -> dict[str, Any]:
    """Return the value in the shape of its kind. Raises: Invalid, naming the member at fault."""
    kind = KINDS[given.kind]
    if given.valid_to is not None and (not kind.holds or given.valid_to <= given.valid_from):
        raise Invalid(errors=[{"field": "to", "code": "unfit", "message": "no end fits here"}])
    try:
        return kind.shape.model_validate(dict(given.value)).model_dump(mode="json", exclude_defaults=True)
    except ValidationError as error:
        wrong = [{"field": ".".join(map(str, ("value", *e["loc"])))[:200], "code": e["type"], "message": e["msg"][:300]}
                 for e in error.errors()]  # fmt: skip
        raise Invalid(errors=wrong[:50]) from error


@transaction.atomic
def end(*, fact_id: UUID, to: datetime, reason: str, received: Received, actor: Actor, at: datetime) -> Recorded:
    """End a fact that holds: from `to` on it holds no more. Raises: as `record`; FactOver for one that has ended."""
    receipt = idempotency.claim(received, subject_id=fact_id)
    fact = queries.lock(fact_id, actor=actor)
    signer = _signer(fact.enterprise, actor)
    if not KINDS[fact.kind].holds or to <= fact.valid_from:
        raise Invalid(errors=[{"field": "to", "code": "unfit", "message": "no end fits here"}])
    if fact.voided_at is not None or fact.ended_at is not None:
        raise FactOver
    _tell(
        fact, "ended", Taken(signer, at, received.id, fact.salt, {"to": to}, {"reason": reason}, request_id=received.request_id)
    )
    fact.valid_to, fact.ended_at, fact.ended_by, fact.reason = to, at, actor.id, reason
    fact.save(update_fields=["valid_to", "ended_at", "ended_by", "reason", "version", "ledger_head"])
    return Recorded(fact, receipt)


@transaction.atomic
def void(*, fact_id: UUID, reason: str, received: Received, actor: Actor, at: datetime) -> Recorded:
    """Void a fact that was never true: the county and above; what rested on it is corrected from its beginning on.

    Raises: as `record`; FactOver for one that was voided before.
    """
    receipt = idempotency.claim(received, subject_id=fact_id)
    fact = queries.lock(fact_id, actor=actor)
    signer = parties.county(fact.enterprise, actor)
    parties.not_of_the_firm(fact.enterprise, actor)
    if fact.voided_at is not None:
        raise FactOver
    never_true(fact, reason, Taken(signer, at, received.id, request_id=received.request_id), by=actor.id)
    correct(fact.enterprise_id, strikes=[("", fact.id)], since=fact.valid_from, cause="fact.voided", at=at)
    return Recorded(fact, receipt)


def never_true(fact: Fact, reason: str, taken: Taken, *, by: UUID) -> None:
    """Write that a locked fact is void, within the caller's transaction, and tell the ledger."""
    _tell(fact, "voided", replace(taken, salt=fact.salt, said={"reason": reason}))
    fact.voided_at, fact.voided_by, fact.reason = taken.at, by, reason
    fact.save(update_fields=["voided_at", "voided_by", "reason", "version", "ledger_head"])


def _signer(enterprise: Enterprise, actor: Actor) -> ledger.Signer:
    duty = actor.duty_over(enterprise.place, RECORDERS)
    if duty is None:
        raise NotYourMove
    parties.not_of_the_firm(enterprise, actor)
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def _tell(fact: Fact, after: str, taken: Taken) -> None:
    step = taken.step(f"fact.{after}", "fact", fact.id, fact.enterprise, before="recorded", after=after)
    entry = ledger.append(step, ledger.Head(fact.version, fact.ledger_head))
    fact.version, fact.ledger_head = entry.seq, entry.hash
