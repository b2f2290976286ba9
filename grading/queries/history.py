"""The history of grades (等级历史): as it is known now, or as it was known at an instant."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.policy.actor import Actor
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.queries import Filters
from grading.models import GradePeriod


def of(enterprise_id: UUID, *, actor: Actor, as_known_at: datetime | None) -> QuerySet[GradePeriod]:
    """Return the periods of an enterprise that `actor` may read; those that lasted no time are left out. Raises: NotFound."""
    rows = GradePeriod.objects.filter(enterprise=enterprises.get(enterprise_id, actor=actor))
    rows = rows.exclude(valid_to=F("valid_from"))
    if as_known_at is None:
        return rows.filter(superseded_at=None)
    known = rows.filter(recorded_at__lte=as_known_at)
    return known.filter(Q(superseded_at=None) | Q(superseded_at__gt=as_known_at))


def codes(*, region: str | None, grade: str | None, actor: Actor) -> QuerySet[Enterprise]:
    """Return the enterprises in an official's regions, by colour if one is named. Raises: UnknownRegion."""
    return enterprises.listed(Filters(region=region, grade=grade), actor=actor)
