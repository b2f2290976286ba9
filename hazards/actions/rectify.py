"""Rectification (整改) and, for a major hazard, the plan (治理方案) before it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from hazards.actions import steps
from hazards.actions.parts import Fix
from hazards.actions.steps import Done, Remarks
from hazards.policy.facts import Content
from hazards.policy.words import Verb


@dataclass(frozen=True, slots=True)
class Plan:
    """The six elements: goal, measures, funds (CNY), responsible people, time limit, emergency plan.

    Source: 安全生产事故隐患排查治理暂行规定 (2008, Order 16), Art. 15.
    """

    goal: str
    measures: str
    funds_cny: float
    responsible: str
    due_on: date
    contingency: str


@transaction.atomic
def plan(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, plan: Plan, remarks: Remarks) -> Done:
    """File the rectification plan (备案治理方案) of a major hazard; a later one supersedes it."""
    content = Content(due_on=plan.due_on)
    step = steps.begin(Verb.PLAN, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    said = {**asdict(plan), "due_on": plan.due_on.isoformat()}
    facts = {"funds_cny": plan.funds_cny, "due_on": plan.due_on}
    return steps.finish(step, kind="plan", said=said, remarks=remarks, facts=facts, has_plan=True)


@transaction.atomic
def submit(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, fix: Fix, remarks: Remarks) -> Done:
    """Submit (提交整改) what was done, with photos of it; the hazard awaits re-inspection."""
    content = Content(photos=len(remarks.photos))
    step = steps.begin(Verb.SUBMIT, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    hands = step.hazard.who
    return steps.finish(
        step, kind="rectification", said=fix.said(), remarks=remarks,
        facts={"finished_at": fix.finished_at, "cost_cny": fix.cost_cny},
        hands=steps.with_hands(step.hazard, rectified=hands.rectified | {actor.person}, pending=None),
        submitted_at=at, rectified_at=at,
    )  # fmt: skip
