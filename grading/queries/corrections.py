"""The history of grades as it stands: when something in it first stood there."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from grading.models import GradePeriod
from grading.policy.contest import Explanation, Point


def _standing(enterprise_id: UUID) -> QuerySet[GradePeriod]:
    return GradePeriod.objects.filter(enterprise_id=enterprise_id, superseded_at=None)


def first_with(enterprise_id: UUID, points: Iterable[Point]) -> datetime | None:
    """Return when one of these first stood in the explanation, None if none ever did."""
    return min((at for point in points if (at := _first(enterprise_id, point))), default=None)


def _first(enterprise_id: UUID, point: Point) -> datetime | None:
    # as text, because SQLite has no containment for JSON; the exact look comes after
    rows = _standing(enterprise_id).annotate(costs=Cast("rows", TextField()), bars=Cast("vetoes", TextField()))
    rows = rows.filter(Q(costs__contains=str(point.evidence)) | Q(bars__contains=str(point.evidence)))
    for at, grade, lines, vetoes in rows.order_by("valid_from", "id").values_list("valid_from", "grade", "rows", "vetoes"):
        if Explanation(grade, lines, vetoes).called(point.factor, point.evidence):
            return at
    return None
