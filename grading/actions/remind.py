"""Remind (催办): appeals that wait for their decision, before its time is over and after. One step of each at a time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.kernel import calendar, ids, ledger
from grading.models import Appeal
from grading.models.taken import Taken
from grading.policy import contest
from grading.queries import appeals as queries
from grading.queries import contests

MOST = 500


def sweep(*, at: datetime) -> int:
    """Tell of the appeals whose next step is due, each in a transaction of its own; return how many."""
    return sum(_step(appeal_id, at=at) for appeal_id in queries.due(at, most=MOST))


@transaction.atomic
def _step(appeal_id: UUID, *, at: datetime) -> bool:
    appeal = queries.lock(appeal_id)
    if appeal.outcome or appeal.next_step_at is None or appeal.next_step_at > at:
        return False
    rung = contest.rung(appeal.decide_by, _long_late(appeal), at)
    taken = Taken(ledger.SYSTEM, at, ids.new(), facts={"rule": rung})
    appeal.advance("reminded", taken, told=rung, next_step_at=_next(appeal, rung))
    return True


def _next(appeal: Appeal, rung: str) -> datetime | None:
    return {"due_soon": appeal.decide_by, "late": _long_late(appeal)}.get(rung)


def _long_late(appeal: Appeal) -> datetime:
    days = contests.numbers(appeal.made_at).document.late_days
    return contest.long_late(appeal.decide_by, days, calendar.current())
