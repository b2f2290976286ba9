"""Resubmission (补正重报) and withdrawal (撤回) by the very person who reported."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.coordinates import to_wgs84
from backend.kernel.idempotency import Received
from hazards import queries
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.policy import reporting
from hazards.policy.facts import Content
from hazards.policy.words import Verb

CHANGEABLE = {
    "category": "category",
    "title": "title",
    "description": "description",
    "place": "location_name",
    "found_at": "found_at",
    "level_claimed": "level_claimed",
    "checklist_item": "checklist_item",
}


@transaction.atomic
def resubmit(
    *, received: Received, hazard_id: UUID, actor: Actor, at: datetime, changes: dict[str, Any], remarks: Remarks
) -> Done:
    """Send a returned report again with what was changed; the verification clock runs on, less the time it stood."""
    content = Content(category_known="category" not in changes or changes["category"] in queries.categories())
    step = steps.begin(Verb.RESUBMIT, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    hazard = step.hazard
    columns: dict[str, Any] = {CHANGEABLE[name]: value for name, value in changes.items() if name in CHANGEABLE}
    if "level_claimed" in changes:
        columns["level"] = changes["level_claimed"]
    if "found_at" in changes:
        numbers = queries.numbers(at).document
        columns["flags"] = reporting.flags(found_at=changes["found_at"], at=hazard.received_at, numbers=numbers)
    if changes.get("location"):
        columns |= _located(changes["location"])
    stood = at - (hazard.returned_at or at)
    return steps.finish(
        step, kind="resubmission", said=_plain(changes), remarks=remarks, facts={"changed": sorted(changes)}, label="report",
        clock_from=hazard.clock_from + stood, returned_at=None, **columns,
    )  # fmt: skip


def _located(location: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = to_wgs84(location["latitude"], location["longitude"], location.get("crs") or "wgs84")
    return {"latitude": latitude, "longitude": longitude, "location": location}


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changes.items()}


@transaction.atomic
def withdraw(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Withdraw (撤回) one's own report; it stays shown beside every rate."""
    step = steps.begin(Verb.WITHDRAW, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    return steps.finish(step, kind="withdrawal", remarks=remarks, voided_at=at, void_reason="withdrawn")
