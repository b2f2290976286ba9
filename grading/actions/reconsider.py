"""Reconsider (重新评级): after a policy was adopted, everybody is looked at again when it comes into force."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from backend.kernel import jobs
from grading import queries
from grading.models import Standing

BATCH = 2000


@transaction.atomic
def reconsider(*, effective_from: datetime, after: UUID | None, key: str, at: datetime) -> None:
    """Bring the next look at a batch of enterprises forward to `effective_from`, and queue the batch after it.

    Called once when the policy is adopted, and once more when every process knows of it: a look that was taken by one that
    did not would have forgotten it.
    """
    when = max(effective_from, at) + queries.LEEWAY
    rows = Standing.objects.filter(enterprise_id__gt=after) if after else Standing.objects.all()
    batch = list(rows.order_by("enterprise_id").values_list("enterprise_id", flat=True)[:BATCH])
    Standing.objects.filter(Q(next_at__isnull=True) | Q(next_at__gt=when), enterprise_id__in=batch).update(next_at=when)
    if len(batch) == BATCH:
        again(effective_from=effective_from, after=batch[-1], key=key, at=at)


def again(*, effective_from: datetime, after: UUID | None, key: str, at: datetime) -> None:
    """Queue a batch, from the beginning if `after` is None."""
    payload = {"effective_from": effective_from.isoformat(), "after": str(after) if after else None, "key": key}
    jobs.enqueue([jobs.Work("grading.tasks.reconsider", f"grading.reconsider:{key}:{after or at.isoformat()}", payload, at)])
