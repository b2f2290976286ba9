"""Check-in (签到): one of the crew is there; the visit begins with the first of them, and the enterprise may know of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.calendar import local_day
from backend.kernel.idempotency import Received
from inspections.actions import code_tokens, visiting
from inspections.actions.code_tokens import Scanned
from inspections.actions.visiting import Done, Remarks, Step
from inspections.policy import presence
from inspections.policy.presence import Presence, Told
from inspections.policy.visits import Type, Verb
from inspections.queries import checklists
from inspections.queries import inspections as queries


@transaction.atomic
def check_in(
    *, received: Received, inspection_id: UUID, actor: Actor, at: datetime, token: str, mock: bool, action_code: str,
    codes: Sequence[str] = (), remarks: Remarks,
) -> Done:  # fmt: skip
    """Begin a visit, or join it. `token`: what was scanned there, "" for nothing; `mock`: the phone's place is made up.

    `codes`: the checklists to go by; they are pinned if none are yet, as on a visit that came out of a draw.

    Raises: Replayed, SameId, NotFound, InspectionNotYourMove, BadCode, ChecklistUnknown, ActionCodeRequired, Interested,
    InspectionWrongStatus.
    """
    step = visiting.begin(Verb.CHECK_IN, received=received, inspection_id=inspection_id, actor=actor, at=at)
    inspection, numbers = step.inspection, queries.numbers(at).document
    found = _presence(step, token=token, mock=mock, remarks=remarks)
    pins = [] if inspection.pins else checklists.pins(codes)
    after = visiting.judge(step, action_code=action_code)
    arrived = presence.moment(remarks.claimed_at, at=at, numbers=numbers)
    flags = [*found.flags, *presence.clock_flags(remarks.claimed_at, at=at, numbers=numbers)]
    if local_day(arrived) != inspection.planned_on:
        flags.append("other_day")
    first = inspection.checked_in_at is None
    columns: dict[str, Any] = {"checked_in_at": at} if first else {}
    columns["arrived_at"] = min(arrived, inspection.arrived_at or arrived)
    if action_code and not inspection.action_code:
        columns["action_code"] = action_code
    said = {"presence": found.how, "metres": found.metres}
    facts = {"checklists": pins} if pins else {}
    if pins:
        columns["pins"] = pins
    return visiting.finish(step, after, said=said, remarks=remarks, facts=facts, flags=flags, **columns)


def _presence(step: Step, *, token: str, mock: bool, remarks: Remarks) -> Presence:
    inspection, firm = step.inspection, step.inspection.enterprise
    scan = code_tokens.verify(Scanned(token, firm.id, step.actor.id, remarks.claimed_at, step.at)).flags if token else None
    site = None if firm.latitude is None or firm.longitude is None else (firm.latitude, firm.longitude)
    told = Told(remarks.spot, (remarks.location or {}).get("accuracy_m"), mock, scan)
    remote, numbers = inspection.type == Type.REMOTE_CHECK, queries.numbers(step.at).document
    return presence.judge(told, site, remote=remote, numbers=numbers)
