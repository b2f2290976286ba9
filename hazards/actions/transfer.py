"""Transfer (移交) and ruling (裁定): the hazard's own place in the region tree moves; status and clock run on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.policy.facts import Content
from hazards.policy.words import Verb
from media.actions import carry


@transaction.atomic
def transfer(
    *, received: Received, hazard_id: UUID, actor: Actor, at: datetime, to_region: str, reason: str, remarks: Remarks
) -> Done:
    """Transfer (移交) to another region's officials; twice at most, then a regulator rules."""
    place = accounts.place_of(to_region)
    content = Content(region_known=place is not None, to_region=to_region)
    step = steps.begin(Verb.TRANSFER, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    columns: dict[str, Any] = place.columns() if place else {}
    facts = {"from": step.hazard.place.code, "to": to_region}
    done = steps.finish(
        step, kind="transfer", said={"to_region": to_region, "reason": reason}, remarks=remarks, facts=facts,
        transfers=step.hazard.transfers + 1, **columns,
    )  # fmt: skip
    carry.carry(subject_id=hazard_id, place=done.hazard.place)
    return done


@transaction.atomic
def rule(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, region: str, reason: str, remarks: Remarks) -> Done:
    """Rule (裁定归属) finally whose hazard it is."""
    place = accounts.place_of(region)
    content = Content(region_known=place is not None)
    step = steps.begin(Verb.RULE, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    columns: dict[str, Any] = place.columns() if place else {}
    facts = {"from": step.hazard.place.code, "to": region}
    said = {"region": region, "reason": reason}
    done = steps.finish(step, kind="ruling", said=said, remarks=remarks, facts=facts, ruled=True, **columns)
    carry.carry(subject_id=hazard_id, place=done.hazard.place)
    return done
