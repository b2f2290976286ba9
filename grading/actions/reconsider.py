"""Reconsider (重新评级): after a policy was adopted, everybody is looked at again when it comes into force."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from backend.kernel import jobs
from grading.models import Standing

BATCH = 2000
# every process reads a new policy within five seconds
LEEWAY = timedelta(seconds=10)


@transaction.atomic
def reconsider(*, effective_from: datetime, after: UUID | None, key: str, at: datetime) -> None:
    """Bring the next look at a batch of enterprises forward to `effective_from`, and queue the batch after it."""
    when = max(effective_from, at) + LEEWAY
    rows = Standing.objects.filter(enterprise_id__gt=after) if after else Standing.objects.all()
    batch = list(rows.order_by("enterprise_id").values_list("enterprise_id", flat=True)[:BATCH])
    Standing.objects.filter(Q(next_at__isnull=True) | Q(next_at__gt=when), enterprise_id__in=batch).update(next_at=when)
    if len(batch) == BATCH:
        payload = {"effective_from": effective_from.isoformat(), "after": str(batch[-1]), "key": key}
        jobs.enqueue([jobs.Work("grading.tasks.reconsider", f"grading.reconsider:{key}:{batch[-1]}", payload, at)])
