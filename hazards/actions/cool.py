"""Cooling (冷却期): a sampled hazard's next instant follows its photos; no step of the loop, only the index column."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.kernel import calendar
from hazards import queries
from hazards.actions import steps
from hazards.models import Hazard
from hazards.policy import deadlines
from hazards.policy.words import ReviewMode, Status
from media import queries as media


def cooled_at(hazard: Hazard, *, at: datetime) -> datetime | None:
    """Return when a sampled hazard has cooled, or None while a photo of it has neither been checked nor lapsed."""
    slots = media.slots_for_update([hazard.id])[hazard.id]
    settled = media.all_settled_at(slots)
    if hazard.submitted_at is None or (slots and settled is None):
        return None
    since = max(filter(None, (hazard.submitted_at, settled)))
    return deadlines.cooled_at(settled_at=since, calendar=calendar.current(), numbers=queries.numbers(at).document)


def settle(hazard: Hazard, *, at: datetime) -> None:
    """Write the next due instant of a sampled hazard: the end of its cooling, or the ladder of officials once drawn."""
    if hazard.status != Status.AWAITING_REINSPECTION or hazard.review_mode != ReviewMode.SAMPLED:
        return
    if hazard.drawn_at is None:
        columns: dict[str, Any] = {"escalation": {}, "next_step_at": cooled_at(hazard, at=at)}
    else:
        columns = steps.timing(hazard, Status(hazard.status), {}, at=at)
    for name, value in columns.items():
        setattr(hazard, name, value)
    Hazard.objects.filter(id=hazard.id).update(**columns)


@transaction.atomic
def follow_photo(hazard_id: UUID, *, at: datetime) -> None:
    """Look again when a photo of a hazard was settled."""
    hazard = Hazard.objects.select_for_update(of=("self",)).filter(id=hazard_id).first()
    if hazard is not None:
        settle(hazard, at=at)
