"""Finding overrides (人工调整) and decisions of the county. Whoever may read the enterprise reads what was decided about it."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.policy.actor import Actor
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from grading.models import Improvement, Override


def visible_to(actor: Actor) -> QuerySet[Override]:
    """Return the overrides at the enterprises this person may read."""
    return Override.objects.filter(enterprise__in=enterprises.visible_to(actor))


def get(override_id: UUID, *, actor: Actor) -> Override:
    """Return one that `actor` may read. Raises: NotFound."""
    return _one(visible_to(actor).filter(id=override_id))


def by_ending(ending_id: UUID, *, actor: Actor) -> Override:
    """Return the override that an act ended. Raises: NotFound."""
    return _one(visible_to(actor).filter(end_id=ending_id))


def lock(override_id: UUID) -> Override:
    """Return one that was found already, with its enterprise, its row locked until the transaction ends. Raises: NotFound."""
    rows = Override.objects.select_for_update(of=("self",)).select_related("enterprise")
    return _one(rows.filter(id=override_id))


def of(enterprise_id: UUID, *, actor: Actor) -> QuerySet[Override]:
    """Return the overrides of an enterprise that `actor` may read. Raises: NotFound."""
    return Override.objects.filter(enterprise=enterprises.get(enterprise_id, actor=actor))


def improvement(improvement_id: UUID, *, actor: Actor) -> Improvement:
    """Return a decision of the county about an enterprise that `actor` may read, with the enterprise. Raises: NotFound."""
    seen = Improvement.objects.filter(enterprise__in=enterprises.visible_to(actor)).select_related("enterprise")
    found = seen.filter(id=improvement_id).first()
    if found is None:
        raise NotFound
    return found


def _one(rows: QuerySet[Override]) -> Override:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
