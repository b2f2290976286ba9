"""Finding dated facts (档案事实): officials of the place, and the enterprise itself, read them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from accounts.policy.actor import Actor
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from grading.models import Fact


def visible_to(actor: Actor) -> QuerySet[Fact]:
    """Return the facts about the enterprises this person may read."""
    return Fact.objects.filter(enterprise__in=enterprises.visible_to(actor))


def get(fact_id: UUID, *, actor: Actor) -> Fact:
    """Return one that `actor` may read. Raises: NotFound."""
    return _one(visible_to(actor).filter(id=fact_id))


def lock(fact_id: UUID, *, actor: Actor) -> Fact:
    """Return one that `actor` may read, with its enterprise, locked until the transaction ends. Raises: NotFound."""
    rows = visible_to(actor).select_for_update(of=("self",)).select_related("enterprise")
    return _one(rows.filter(id=fact_id))


def lock_all(fact_ids: Iterable[UUID]) -> dict[UUID, Fact]:
    """Return facts for the system itself, with their enterprises, locked in the order of their ids."""
    rows = Fact.objects.filter(id__in=list(fact_ids)).select_for_update(of=("self",)).select_related("enterprise")
    return {row.id: row for row in rows.order_by("id")}


def of(enterprise_id: UUID, *, actor: Actor) -> QuerySet[Fact]:
    """Return the facts about an enterprise that `actor` may read. Raises: NotFound."""
    return Fact.objects.filter(enterprise=enterprises.get(enterprise_id, actor=actor))


def _one(rows: QuerySet[Fact]) -> Fact:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
