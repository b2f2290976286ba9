"""Escalation (提级督促): one indexed instant per hazard, one sweep, every rung of the ladder told exactly once."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from backend.kernel import calendar, ids, ledger
from backend.kernel.problems import Problem
from hazards import lifecycle
from hazards.actions import close, judge
from hazards.models import Hazard, Listing
from hazards.models.hazard import Advance
from hazards.policy import clocks
from hazards.policy.clocks import Ladder, Rung
from hazards.policy.words import Level, ReviewMode, Status, Verb

log = logging.getLogger("bihuan.hazards")
MOST = 500
AGAIN = timedelta(hours=1)


def sweep(*, at: datetime) -> int:
    """Take every hazard whose next instant has come, each in a transaction of its own; return how many."""
    due = list(Hazard.objects.filter(next_step_at__lte=at).order_by("next_step_at").values_list("id", flat=True)[:MOST])
    for hazard_id in due:
        try:
            step(hazard_id, at=at)
        except (Problem, IntegrityError) as error:
            # one hazard that cannot move must not hold up the others
            log.error("time could not move a hazard: %s", type(error).__name__, extra={"hazard": str(hazard_id)})
            Hazard.objects.filter(id=hazard_id, next_step_at__lte=at).update(next_step_at=at + AGAIN)
    return len(due)


@transaction.atomic
def step(hazard_id: UUID, *, at: datetime) -> None:
    """Do what time has brought for one hazard; nothing if somebody was faster."""
    hazard = Hazard.objects.select_for_update(of=("self",)).get(id=hazard_id)
    if hazard.next_step_at is None or hazard.next_step_at > at:
        return
    sampled = hazard.review_mode == ReviewMode.SAMPLED and hazard.drawn_at is None
    if hazard.status == Status.AWAITING_REINSPECTION and sampled:
        close.by_clock(hazard, at=at)
        return
    days = calendar.current()
    ladder = _ladder(hazard)
    tell = _tell_of_draw if hazard.review_mode == ReviewMode.SAMPLED else _tell
    for rung in clocks.due_rungs(ladder, at=at, calendar=days):
        ladder = Ladder(ladder.status, ladder.base, ladder.told + 1)
        tell(hazard, rung, ladder=ladder, next_at=clocks.next_at(ladder, days), at=at)


def _ladder(hazard: Hazard) -> Ladder:
    status, _, base = hazard.escalation["key"].partition("@")
    return Ladder(Status(status), datetime.fromisoformat(base), hazard.escalation["told"])


def _tell(hazard: Hazard, rung: Rung, *, ladder: Ladder, next_at: datetime | None, at: datetime) -> None:
    facts = judge.system_facts(hazard, at=at)
    after = lifecycle.next_status(facts.status, Verb.ESCALATE, facts)
    proposed = _propose(hazard, rung, at=at)
    hazard.advance(
        Verb.ESCALATE,
        step=Advance(
            status=after, signer=ledger.SYSTEM, at=at,
            facts={"rule": rung.rule, "base": ladder.base, "listing_proposed": proposed},
        ),
        escalation={"key": ladder.key, "told": ladder.told}, next_step_at=next_at,
    )  # fmt: skip


def _tell_of_draw(hazard: Hazard, rung: Rung, *, ladder: Ladder, next_at: datetime | None, at: datetime) -> None:
    """Escalate a drawn hazard on the chain of its draw: on its own the enterprise would read that it was drawn."""
    draw = hazard.draws.filter(drawn=True).order_by("at", "id")[0]
    ledger.append(
        ledger.Step(
            kind="draw.escalated", subject_kind="draw", subject_id=draw.id, signer=ledger.SYSTEM, at=at,
            place=hazard.place.code, enterprise_id=hazard.enterprise_id,
            facts={"hazard": hazard.id, "rule": rung.rule, "base": ladder.base},
        )
    )  # fmt: skip
    hazard.escalation, hazard.next_step_at = {"key": ladder.key, "told": ladder.told}, next_at
    hazard.save(update_fields=["escalation", "next_step_at"])


def _propose(hazard: Hazard, rung: Rung, *, at: datetime) -> UUID | None:
    """Propose the listing of a major hazard that is seven working days late (lifecycle.md §5)."""
    if rung.rule != "overdue_7" or hazard.level != Level.MAJOR or hazard.open_listing_id is not None:
        return None
    return Listing.objects.create(id=ids.new(), hazard=hazard, proposed_at=at).id
