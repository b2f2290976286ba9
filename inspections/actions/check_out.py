"""The end of a visit: check-out (签退) when everything is answered, or its cancellation (取消)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from inspections.actions import visiting
from inspections.actions.visiting import Done, Remarks, Step
from inspections.policy import presence
from inspections.policy.visits import Type, Verb
from inspections.queries import inspections as queries
from inspections.queries import visit_sheets as sheets


@transaction.atomic
def check_out(*, received: Received, inspection_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Finish a visit. Raises: Replayed, SameId, NotFound, InspectionNotYourMove, Incomplete, InspectionWrongStatus."""
    step = visiting.begin(Verb.CHECK_OUT, received=received, inspection_id=inspection_id, actor=actor, at=at)
    after = visiting.judge(step, open=sheets.read(step.inspection)[1])
    left = presence.moment(remarks.claimed_at, at=at, numbers=queries.numbers(at).document)
    left = max(left, step.inspection.arrived_at or left)
    flags = _flags(step, remarks, left=left)
    return visiting.finish(step, after, remarks=remarks, flags=flags, checked_out_at=at, left_at=left)


def _flags(step: Step, remarks: Remarks, *, left: datetime) -> list[str]:
    inspection, numbers = step.inspection, queries.numbers(step.at).document
    acts = queries.acts_of(inspection.id)
    present = {act.person for act in acts if act.verb == Verb.CHECK_IN}
    photos = len(remarks.photos) + sum(len(act.photo_ids) for act in acts) + inspection.findings.count()
    odd = presence.visit_flags(
        arrived_at=inspection.arrived_at or step.at, left_at=left, present=len(present), crew=len(inspection.crew.all()),
        photos=photos, remote=inspection.type == Type.REMOTE_CHECK, numbers=numbers,
    )  # fmt: skip
    return [*odd, *presence.clock_flags(remarks.claimed_at, at=step.at, numbers=numbers)]


@transaction.atomic
def cancel(*, received: Received, inspection_id: UUID, actor: Actor, at: datetime, reason: str, remarks: Remarks) -> Done:
    """Cancel a visit on which nothing was found.

    Raises: Replayed, SameId, NotFound, InspectionNotYourMove, InspectionWrongStatus.
    """
    step = visiting.begin(Verb.CANCEL, received=received, inspection_id=inspection_id, actor=actor, at=at)
    after = visiting.judge(step, findings=step.inspection.findings.count())
    return visiting.finish(step, after, said={"reason": reason}, remarks=remarks, cancelled_at=at, cancel_reason=reason)
