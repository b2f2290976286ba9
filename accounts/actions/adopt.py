"""Policies (政策参数): a regulator drafts and adopts a new version; the old one keeps explaining what it decided."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from pydantic import BaseModel

from accounts import queries
from accounts.errors import PolicyAdopted, PolicyBeforeAnother, PolicyInPast, PolicyUnknown
from accounts.policy import documents
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import canonical, clock, idempotency, ledger, policies
from backend.kernel.idempotency import Received
from backend.kernel.models import PolicyVersion
from backend.kernel.problems import InProgress, Invalid, NoDuty, NotFound, SameId
from backend.kernel.receipts import Receipt
from backend.kernel.web import words

ADOPTING_LEVELS = frozenset({"county", "city", "province"})
SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to become a policy: a document of one kind, and why."""

    kind: str
    document: dict[str, Any]
    reason: str = ""


def receive(
    *, received: Received, proposal: Proposal, effective_from: datetime | None, actor: Actor, at: datetime
) -> tuple[PolicyVersion, Receipt]:
    """Adopt what is proposed from its day on; without one now, or as a draft where the kind has drafts. Raises: as both."""
    if effective_from is None and proposal.kind in policies.DRAFTED:
        return draft(received=received, proposal=proposal, actor=actor, at=at)
    return adopt(received=received, proposal=proposal, effective_from=effective_from or at, actor=actor, at=at)


def draft(*, received: Received, proposal: Proposal, actor: Actor, at: datetime) -> tuple[PolicyVersion, Receipt]:
    """Keep a draft (草案) of the policy `kind`: checked, readable, not in force.

    Raises: PolicyUnknown, Invalid with the places at fault; Replayed, SameId; NoDuty below the county.
    """
    checked = _checked(proposal.kind, proposal.document)
    with transaction.atomic():
        receipt = idempotency.claim(received)
        _may(actor)
        row = PolicyVersion.objects.create(
            id=received.id, kind=proposal.kind, document=checked, reason=proposal.reason, made_by=actor.id
        )
        ledger.append(_step("policy.drafted", row, actor=actor, at=at), ledger.Head())
    return row, receipt


def adopt(
    *, received: Received, proposal: Proposal, effective_from: datetime, actor: Actor, at: datetime
) -> tuple[PolicyVersion, Receipt]:
    """Adopt a new version of the policy `kind` at once, in force from `effective_from` (at the earliest now) on.

    Raises: PolicyUnknown, Invalid; Replayed, SameId; NoDuty below the county; PolicyInPast, PolicyBeforeAnother; InProgress
    if another is adopted this moment.
    """
    checked = _checked(proposal.kind, proposal.document)
    try:
        with transaction.atomic():
            receipt = idempotency.claim(received)
            _may(actor)
            _not_past(effective_from, at)
            row = PolicyVersion(id=received.id, kind=proposal.kind, document=checked, reason=proposal.reason, made_by=actor.id)
            _bring_into_force(row, effective_from, at)
            row.save(force_insert=True)
            ledger.append(_step("policy.adopted", row, actor=actor, at=at), ledger.Head())
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else InProgress from error
    policies.forget()
    return row, receipt


def adopt_draft(
    *, received: Received, policy_id: UUID, effective_from: datetime, reason: str, actor: Actor, at: datetime
) -> tuple[PolicyVersion, Receipt]:
    """Adopt (采纳) a draft as the next version, in force from `effective_from` (at the earliest now) on.

    Raises: Replayed, SameId; NotFound; NoDuty below the county; PolicyInPast; PolicyAdopted, PolicyBeforeAnother;
    Invalid if the rule knows the document no longer; InProgress if another is adopted this moment.
    """
    try:
        with transaction.atomic():
            receipt = idempotency.claim(received, subject_id=policy_id)
            row = PolicyVersion.objects.select_for_update().filter(id=policy_id).first()
            if row is None:
                raise NotFound
            _may(actor)
            _not_past(effective_from, at)
            if row.effective_from:
                raise PolicyAdopted(version=row.version, effective_from=clock.text(row.effective_from))
            _checked(row.kind, row.document)
            _bring_into_force(row, effective_from, at)
            row.save(update_fields=["version", "effective_from"])
            step = _step("policy.adopted", row, actor=actor, at=at)
            said = {"reason": reason} if reason else {}
            ledger.append(replace(step, act_id=received.id, said=said), ledger.head_of(row.id))
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else InProgress from error
    policies.forget()
    return row, receipt


def _checked(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    schema: type[BaseModel] | None = policies.KINDS.get(kind)
    if schema is None:
        raise PolicyUnknown(known=sorted(policies.KINDS))
    if found := documents.faults(schema, document):
        wrong = [
            {
                "field": fault.field,
                "code": fault.code,
                "message": fault.message,
                "zh": words.in_chinese(fault.code, fault.context),
            }
            for fault in found
        ]
        raise Invalid(errors=wrong)
    return documents.whole(schema, document)


def _may(actor: Actor) -> None:
    if not any(duty.level in ADOPTING_LEVELS for duty in actor.duties_as({Role.REGULATOR})):
        raise NoDuty


def _not_past(effective_from: datetime, at: datetime) -> None:
    if effective_from < at - SLACK:
        raise PolicyInPast


def _bring_into_force(row: PolicyVersion, effective_from: datetime, at: datetime) -> None:
    """Give `row` the next number and its day; the unique number lets only one of two who do so at once through."""
    since = max(effective_from, at)
    last = PolicyVersion.objects.filter(kind=row.kind).aggregate(version=Max("version"), since=Max("effective_from"))
    # the order of numbers is the order of time; other kinds came to be before this rule and keep their own
    if row.kind in policies.DRAFTED and last["since"] and since < last["since"]:
        raise PolicyBeforeAnother(version=last["version"], effective_from=clock.text(last["since"]))
    row.version, row.effective_from = (last["version"] or 0) + 1, since


def _step(kind: str, row: PolicyVersion, *, actor: Actor, at: datetime) -> ledger.Step:
    facts: dict[str, Any] = {"kind": row.kind, "document_sha256": canonical.digest(row.document)}
    if not row.is_draft:
        facts |= {"version": row.version, "effective_from": row.effective_from}
    return ledger.Step(
        kind=kind,
        subject_kind="policy",
        subject_id=row.id,
        signer=queries.signer(actor, Role.REGULATOR),
        at=at,
        facts=facts,
        # a policy is nobody's personal data and never erased: its reason needs no salt
        said={"reason": row.reason} if row.reason else {},
    )
