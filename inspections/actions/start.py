"""A self-inspection is begun because of something (逢事自查): before hot work, before a workshop is let. By the firm itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.calendar import local_day
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.errors import Closed
from enterprises.policy.words import Status as FirmStatus
from inspections import errors
from inspections.models import SelfInspection
from inspections.models.self_inspection import Turn
from inspections.policy import occurrences
from inspections.policy.words import SelfInspectionKind, SelfInspectionStatus
from inspections.queries import checklists
from inspections.queries import self_inspections as queries


@dataclass(frozen=True, slots=True)
class Wish:
    """Which checklist is worked through where and what for; `began_at` is when the phone says it was begun."""

    enterprise_id: UUID
    checklist: str
    occasion: str = ""
    began_at: datetime | None = None


@transaction.atomic
def start(wish: Wish, *, received: Received, actor: Actor, at: datetime) -> tuple[SelfInspection, Receipt]:
    """Begin one at once, by the version of the checklist that is in force; it is nobody's to miss.

    Raises: Replayed, SameId; NotFound; SelfInspectionNotYourMove; ChecklistUnknown; Closed.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.get(wish.enterprise_id, actor=actor)
    duty = actor.duty_at(enterprise.id, queries.ANSWERERS)
    if duty is None:
        raise errors.SelfInspectionNotYourMove
    (version,) = checklists.pin([wish.checklist])
    if enterprise.status == FirmStatus.CLOSED:
        raise Closed
    numbers = queries.numbers(at).document
    starts = occurrences.began(wish.began_at, at=at, numbers=numbers)
    due = starts + timedelta(hours=numbers.occasion_hours)
    row = SelfInspection(
        id=received.id, enterprise=enterprise, checklist=version, code=version.code, period=local_day(starts).isoformat(),
        kind=SelfInspectionKind.OCCASION, occasion=wish.occasion, features=list(enterprise.risk_features),
        status=SelfInspectionStatus.DUE, starts_at=starts, due_at=due, miss_at=due, **enterprise.place.columns(),
    )  # fmt: skip
    row.save(force_insert=True)
    # what it is about is nobody's personal data and never erased: the words need no salt
    turn = Turn(
        "started", ledger.Signer(actor.id, duty.role.value, duty.id), at, act_id=received.id,
        said={"occasion": wish.occasion}, claimed_at=wish.began_at, request_id=received.request_id,
    )  # fmt: skip
    row.advance(turn)
    return row, receipt
