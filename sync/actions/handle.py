"""What lies in quarantine is handled (处理): an official or an administrator says what was done about it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from sync import queries
from sync.actions import keep
from sync.errors import AlreadyHandled, HandlingNotYours, NotInQuarantine
from sync.models import KeptAct
from sync.models.kept_act import State


@transaction.atomic
def handle(*, received: Received, act_id: UUID, note: str, actor: Actor, at: datetime) -> tuple[KeptAct, Receipt]:
    """Mark an act in quarantine as handled, with a note that its sender reads.

    Raises: Replayed, SameId; NotFound; HandlingNotYours; NotInQuarantine, AlreadyHandled.
    """
    receipt = idempotency.claim(received, subject_id=act_id)
    row = queries.lock(act_id, actor=actor)
    if not queries.may_handle(row, actor):
        raise HandlingNotYours
    if row.state != State.QUARANTINED:
        raise NotInQuarantine
    if row.handled_at is not None:
        raise AlreadyHandled
    row.handled_at, row.handled_by, row.handled_note = at, actor.id, note
    keep.note_handled(row, actor=actor, at=at)
    row.save()
    return row, receipt
