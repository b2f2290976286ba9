"""From rows to answers: the few reads that every answer of this room needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.policy.actor import Actor
from backend.kernel import clock
from backend.kernel.problems import NotFound
from backend.kernel.web import replies
from hazards import queries
from hazards.actions import judge
from hazards.actions.report import Reported
from hazards.actions.steps import Done
from hazards.models import Act, Hazard
from hazards.schemas import show
from media import queries as media
from media.schemas import checks_of


def whole(hazard: Hazard, *, actor: Actor, at: datetime, language: str) -> dict[str, Any]:
    """Return a hazard in full with what `actor` may do next, and what was found about its photos in his language."""
    slots = media.slots([hazard.id])[hazard.id]
    facts = judge.facts_of(hazard, actor=actor, at=at, blocking=bool(media.blocking(slots)))
    acts = queries.acts_of(hazard.id)
    flagged = [slot.photo_id for slot in slots if slot.findings]
    verdicts = checks_of(flagged, actor=actor, language=language) if flagged else None
    return show.full(hazard, actor=actor, at=at, slots=slots, acts=acts, allowed=judge.allowed(facts), verdicts=verdicts)


def reported(done: Reported, *, actor: Actor, at: datetime, language: str) -> Any:
    """Return 201 with the new hazard in full and its receipt."""
    if done.bare:
        shown = show.full(done.hazard, actor=actor, at=at, slots=[], acts=[], allowed=judge.allowed(done.facts))
        return replies.created(shown, done.receipt)
    return replies.created(whole(done.hazard, actor=actor, at=at, language=language), done.receipt)


def together(done: Sequence[Reported], *, actor: Actor, at: datetime) -> dict[UUID, dict[str, Any]]:
    """Return the answers of reports that were opened together, by id: each as `reported` would have it."""
    full = [one.hazard.id for one in done if not one.bare]
    slots, acts = media.slots(full), queries.acts_of_many(full)
    found = {}
    for one in done:
        hazard, mine = one.hazard, slots.get(one.hazard.id, [])
        facts = one.facts
        if not one.bare:
            facts = judge.facts_of(hazard, actor=actor, at=at, blocking=bool(media.blocking(mine)))
        shown = show.full(hazard, actor=actor, at=at, slots=mine, acts=acts.get(hazard.id, []), allowed=judge.allowed(facts))
        found[hazard.id] = {**shown, "receipt": one.receipt.as_dict()}
    return found


def brief(hazard: Hazard, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return the hazard as an act's answer shows it, with what `actor` may do next."""
    blocking = bool(media.blocking(media.slots([hazard.id])[hazard.id]))
    facts = judge.facts_of(hazard, actor=actor, at=at, blocking=blocking)
    return show.brief(hazard, judge.allowed(facts))


def taken(done: Done, *, actor: Actor, at: datetime) -> Any:
    """Return 201 with the act, the hazard after it, and the receipt."""
    return replies.created({**show.act(done.act), "hazard": brief(done.hazard, actor=actor, at=at)}, done.receipt)


@replies.presents("hazard")
def hazard_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a hazard whose report was sent again, as it is now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # came through a door
    return whole(queries.get(id, actor=actor), actor=actor, at=clock.now(), language=replies.language(request))


def act_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an act that was sent again, with its hazard as it is now. Raises: NotFound if it is out of scope."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # came through a door
    act = Act.objects.filter(id=id).first()
    if act is None:
        raise NotFound
    return {**show.act(act), "hazard": brief(queries.get(act.hazard_id, actor=actor), actor=actor, at=clock.now())}


KINDS = (
    "verification", "resubmission", "withdrawal", "plan", "rectification", "acceptance", "reinspection", "countersignature",
    "draw", "extension", "decision", "listing", "lift", "look_back", "reclassification", "annulment", "transfer", "ruling",
)  # fmt: skip
for _kind in KINDS:
    replies.presents(_kind)(act_again)
