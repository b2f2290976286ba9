"""What time does to a self-inspection that nobody hands in (逾期未查): a record exactly once, then its escalation."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from backend.kernel import calendar, ledger
from backend.kernel.problems import Problem
from enterprises.policy.words import Status as FirmStatus
from inspections.models import SelfInspection
from inspections.models.self_inspection import Turn
from inspections.policy import occurrences
from inspections.policy.words import SelfInspectionStatus

log = logging.getLogger("bihuan.inspections")
MOST = 500
AGAIN = timedelta(hours=1)


def sweep(*, at: datetime) -> int:
    """Take every self-inspection whose next instant has come, each in a transaction of its own; return how many."""
    due = list(SelfInspection.objects.filter(next_step_at__lte=at).order_by("next_step_at").values_list("id", flat=True)[:MOST])
    for id in due:
        try:
            step(id, at=at)
        except (Problem, IntegrityError) as error:
            # one that cannot move must not hold up the others
            log.error("time could not move a self-inspection: %s", type(error).__name__, extra={"self_inspection": str(id)})
            SelfInspection.objects.filter(id=id, next_step_at__lte=at).update(next_step_at=at + AGAIN)
    return len(due)


@transaction.atomic
def step(self_inspection_id: UUID, *, at: datetime) -> None:
    """Do what time has brought for one of them; nothing if somebody was faster. Who stands still misses nothing."""
    rows = SelfInspection.objects.select_for_update(of=("self",)).select_related("enterprise")
    row = rows.get(id=self_inspection_id)
    if row.next_step_at is None or row.next_step_at > at:
        return
    if row.enterprise.status != FirmStatus.ACTIVE or row.status == SelfInspectionStatus.SUBMITTED:
        SelfInspection.objects.filter(id=row.id).update(next_step_at=None)
        return
    while row.next_step_at is not None and row.next_step_at <= at:
        _climb(row, at=at)


def _climb(row: SelfInspection, *, at: datetime) -> None:
    rung = occurrences.RUNGS[row.told]
    following = occurrences.rung_at(row.miss_at, row.told + 1, calendar.current())
    verb = "missed" if row.told == 0 else "escalated"
    row.advance(
        Turn(verb, ledger.SYSTEM, at, facts={"rule": rung.rule, "missed_at": row.miss_at}),
        status=SelfInspectionStatus.MISSED, missed_at=row.miss_at, told=row.told + 1, next_step_at=following,
    )  # fmt: skip
