"""Dynamic closure (动态销号): a sampled hazard that has cooled closes by the clock, or becomes an official's move."""

from datetime import datetime

from backend.kernel import ledger
from hazards import lifecycle
from hazards.actions import cool, judge, lots, suspect
from hazards.models import Hazard
from hazards.models.hazard import Advance
from hazards.policy.words import Verb
from media import queries as media


def by_clock(hazard: Hazard, *, at: datetime) -> None:
    """Close a locked, undrawn, sampled hazard that has cooled; one nobody but its fixer has accepted counts as drawn."""
    cooled = cool.cooled_at(hazard, at=at)
    if cooled is None or cooled > at:
        cool.settle(hazard, at=at)
        return
    suspect.weigh_before_closing(hazard, at=at)
    if hazard.drawn_at is not None:
        cool.settle(hazard, at=at)
        return
    if cause := _still_drawn_by(hazard):
        lots.add(hazard, cause=cause, rate=1.0, drawn=True, at=at, made_by=None, signer=ledger.SYSTEM)
        cool.settle(hazard, at=at)
        return
    facts = judge.system_facts(hazard, at=at, cooled=True)
    after = lifecycle.next_status(facts.status, Verb.CLOSE_BY_CLOCK, facts)
    hazard.advance(
        Verb.CLOSE_BY_CLOCK, step=Advance(status=after, signer=ledger.SYSTEM, at=at, facts={"outcome": "clock"}),
        closed_at=at, closed_by="clock", escalation={}, next_step_at=None,
    )  # fmt: skip


def _still_drawn_by(hazard: Hazard) -> str:
    """Return what draws a hazard that has cooled: nobody but its fixer accepted it, or a named photo never came."""
    if hazard.who.accepted is None:
        return "unaccepted"
    return "photo_lapsed" if media.missing(media.slots([hazard.id])[hazard.id]) else ""
