"""Policies (政策参数): a regulator adopts a new version; the old one keeps explaining what it decided."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from pydantic import BaseModel, ValidationError

from accounts import queries
from accounts.errors import PolicyInPast, PolicyUnknown
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import canonical, idempotency, ledger, policies
from backend.kernel.idempotency import Received
from backend.kernel.models import PolicyVersion
from backend.kernel.problems import InProgress, Invalid, NoDuty, SameId
from backend.kernel.receipts import Receipt

ADOPTING_LEVELS = frozenset({"county", "city", "province"})
SLACK = timedelta(minutes=5)


def adopt(
    *, received: Received, kind: str, effective_from: datetime, document: dict[str, Any], reason: str, actor: Actor, at: datetime
) -> tuple[PolicyVersion, Receipt]:
    """Adopt a new version of the policy `kind`, in force from `effective_from` (at the earliest now) on.

    Raises: PolicyUnknown, Invalid, PolicyInPast, NoDuty below the county, InProgress if another is adopted this moment.
    """
    checked = _checked(kind, document)
    try:
        row, receipt = _adopt(received, kind, effective_from, checked, reason, actor, at)
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else InProgress from error
    policies.forget()
    return row, receipt


def _checked(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    schema: type[BaseModel] | None = policies.KINDS.get(kind)
    if schema is None:
        raise PolicyUnknown(known=sorted(policies.KINDS))
    if strange := sorted(set(document) - set(schema.model_fields)):
        raise Invalid(
            errors=[{"field": f"document.{n[:60]}", "code": "extra_forbidden", "message": "unknown"} for n in strange[:20]]
        )
    try:
        return schema.model_validate(document).model_dump(mode="json")
    except ValidationError as error:
        wrong = [
            {"field": ".".join(map(str, ("document", *e["loc"])))[:200], "code": e["type"], "message": e["msg"][:300]}
            for e in error.errors()
        ]
        raise Invalid(errors=wrong[:50]) from error


@transaction.atomic
def _adopt(
    received: Received, kind: str, effective_from: datetime, document: dict[str, Any], reason: str, actor: Actor, at: datetime
) -> tuple[PolicyVersion, Receipt]:
    receipt = idempotency.claim(received)
    if not any(duty.level in ADOPTING_LEVELS for duty in actor.duties_as({Role.REGULATOR})):
        raise NoDuty
    if effective_from < at - SLACK:
        raise PolicyInPast
    last = PolicyVersion.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    row = PolicyVersion.objects.create(
        id=received.id,
        kind=kind,
        version=last + 1,
        effective_from=max(effective_from, at),
        document=document,
        reason=reason,
        made_by=actor.id,
    )
    _enter(row, actor=actor, at=at)
    return row, receipt


def _enter(row: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    facts = {
        "kind": row.kind,
        "version": row.version,
        "effective_from": row.effective_from,
        "document_sha256": canonical.digest(row.document),
    }
    step = ledger.Step(
        kind="policy.adopted",
        subject_kind="policy",
        subject_id=row.id,
        signer=queries.signer(actor, Role.REGULATOR),
        at=at,
        facts=facts,
        # a policy is nobody's personal data and never erased: its reason needs no salt
        said={"reason": row.reason} if row.reason else {},
    )
    ledger.append(step, ledger.Head())
