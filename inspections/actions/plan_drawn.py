"""What follows from a random draw (双随机抽查任务): an inspection of every enterprise that was drawn, once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from django.db import transaction

from backend.kernel import jobs, ledger
from backend.kernel.calendar import current, local_day
from backend.kernel.problems import Problem
from inspections.actions import plan
from inspections.models import RandomDraw
from inspections.policy import lottery, reserve
from inspections.policy.reserve import Candidate
from inspections.policy.visits import Mode, Type
from inspections.queries import draws

BATCH = 50


@transaction.atomic
def plan_drawn(draw_id: UUID, *, start: int, at: datetime) -> None:
    """Plan the inspections of a batch of what was drawn, and queue the batch after it; again changes nothing."""
    draw = draws.get_plain(draw_id)
    lots, told = orjson.loads(draw.result), orjson.loads(draw.inputs)
    inputs = lottery.Inputs.of_json(told)
    turns, known = lottery.turns(lots), draws.settled(draw.id)
    for place in range(start, min(start + BATCH, len(lots))):
        if UUID(lots[place]["enterprise"]) not in known:
            following = reserve.candidates(draw.seed, told, inputs, lot=lots[place], people=draw.people)
            _plan(draw, lots[place], following, planned_on=_day(draw, turns[place]), at=at)
    if start + BATCH < len(lots):
        payload = {"draw_id": str(draw_id), "start": start + BATCH}
        key = f"inspections.plan_drawn:{draw_id}:{start + BATCH}"
        jobs.enqueue([jobs.Work("inspections.tasks.plan_rest_of_draw", key, payload, at)])


def _day(draw: RandomDraw, turn: int) -> date:
    """Return the day of a visit: the turn-th working day after the reveal."""
    return current().add(local_day(draw.revealed_at or draw.committed_at), turn)


def _plan(
    draw: RandomDraw, lot: dict[str, Any], following: list[Candidate], *, planned_on: date, at: datetime
) -> None:  # fmt: skip
    """Plan one inspection; what has become impossible since the commitment is written down, and the others go on."""
    firm = UUID(lot["enterprise"])
    wanted = plan.Wanted(
        enterprise_id=firm, type=Type.ADMINISTRATIVE_INSPECTION, mode=Mode.RANDOM, planned_on=planned_on,
        inspectors=tuple(UUID(draw.people[no - 1]) for no in lot["inspectors"]), draw_id=draw.id,
        reserve=tuple(following),
    )  # fmt: skip
    try:
        with transaction.atomic():
            plan.drawn(wanted, id=uuid5(draw.id, str(firm)), signer=ledger.SYSTEM, at=at)
    except Problem as problem:
        ledger.append(
            ledger.Step(
                kind="random_draw.not_planned", subject_kind="random_draw", subject_id=draw.id, signer=ledger.SYSTEM, at=at,
                before="revealed", after="revealed", place=draw.place.code, enterprise_id=firm,
                facts={"enterprise": firm, "inspectors": lot["inspectors"], "code": problem.code},
            )
        )  # fmt: skip
