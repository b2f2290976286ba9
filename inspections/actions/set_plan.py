"""The yearly plan of inspections (年度监督检查计划): a regulator sets it for his region, and changes it by a new version."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import canonical, idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import InProgress, Invalid, SameId
from backend.kernel.receipts import Receipt
from inspections.models import InspectionPlan
from inspections.policy.targets import Target
from inspections.queries import programmes

UNEXPLAINED = {
    "field": "reason", "code": "missing", "message": "there is a plan of that year: say why it changes",
    "zh": "该年度已有计划,调整须说明理由",
}  # fmt: skip


def set_plan(
    *, received: Received, region: str, year: int, name: str, targets: list[Target], reason: str, actor: Actor, at: datetime
) -> tuple[InspectionPlan, Receipt]:
    """Set the plan of `region` for `year`; where there is one the new version supersedes it, with a reason.

    Raises: Replayed, SameId; NotFound, ProgrammeNotYours, Invalid without the reason; InProgress if another is set this moment.
    """
    try:
        return _set(received, region, year, name, targets, reason, actor, at)
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else InProgress from error


@transaction.atomic
def _set(
    received: Received, region: str, year: int, name: str, targets: list[Target], reason: str, actor: Actor, at: datetime
) -> tuple[InspectionPlan, Receipt]:
    receipt = idempotency.claim(received)
    node = programmes.node_of(region, actor=actor)
    last = InspectionPlan.objects.filter(region=node.code, year=year).aggregate(last=Max("version"))["last"] or 0
    if last and not reason.strip():
        raise Invalid(errors=[UNEXPLAINED])
    row = InspectionPlan.objects.create(
        id=received.id, region=node.code, year=year, version=last + 1, name=name, reason=reason,
        targets=[target.as_json() for target in targets], made_by=actor.id, made_at=at, **node.place.columns(),
    )  # fmt: skip
    _enter(row, received=received, actor=actor, at=at)
    return row, receipt


def _enter(row: InspectionPlan, *, received: Received, actor: Actor, at: datetime) -> None:
    facts = {
        "region": row.region, "year": row.year, "version": row.version, "targets_sha256": canonical.digest(row.targets),
    }  # fmt: skip
    step = ledger.Step(
        kind="inspection_plan.set", subject_kind="inspection_plan", subject_id=row.id, place=row.place.code, at=at,
        signer=accounts.signer(actor, Role.REGULATOR), facts=facts, request_id=received.request_id,
        # a plan is nobody's personal data and never erased: its words need no salt
        said={"name": row.name, "reason": row.reason},
    )  # fmt: skip
    ledger.append(step, ledger.Head())
