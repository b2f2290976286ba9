"""Finding appeals (申诉). To fetch is to authorise: owner and officer read their enterprise's, officials their regions'."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel.problems import NotFound
from grading.models import Appeal, Disputed

FIRM_READERS = (Role.OWNER, Role.OFFICER)
UNDECIDED = Q(outcome="")


def visible_to(actor: Actor) -> QuerySet[Appeal]:
    """Return the appeals this person may read."""
    own = [duty.enterprise_id for duty in actor.duties_as(FIRM_READERS) if duty.enterprise_id]
    scope = Q(enterprise_id__in=own) if own else Q()
    if officials := actor.duties_as(OFFICIALS):
        scope |= accounts.within(officials, prefix="enterprise__")
    return Appeal.objects.filter(scope or accounts.NOTHING)


def shown(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """Return `rows` with all that an answer shows of them (one query more)."""
    return rows.annotate(firm=F("enterprise__name")).prefetch_related("disputed")


def get(appeal_id: UUID, *, actor: Actor) -> Appeal:
    """Return one that `actor` may read. Raises: NotFound."""
    return _one(shown(visible_to(actor)).filter(id=appeal_id))


def by_decision(decision_id: UUID, *, actor: Actor) -> Appeal:
    """Return the appeal that a decision made an end of. Raises: NotFound."""
    return _one(shown(visible_to(actor)).filter(decision_id=decision_id))


def lock(appeal_id: UUID) -> Appeal:
    """Return one that was found already, with its enterprise, its row locked until the transaction ends. Raises: NotFound."""
    rows = shown(Appeal.objects.select_for_update(of=("self",)).select_related("enterprise"))
    return _one(rows.filter(id=appeal_id))


def listed(*, actor: Actor, filters: dict[str, Any], at: datetime) -> QuerySet[Appeal]:
    """Return the appeals of `GET /appeals` in the caller's scope; None means no filter."""
    rows = visible_to(actor)
    if (enterprise_id := filters.get("enterprise_id")) is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    if (status := filters.get("status")) is not None:
        rows = rows.filter(outcome="" if status == "open" else status)
    if (late := filters.get("late")) is not None:
        overdue = UNDECIDED & Q(decide_by__lte=at)
        rows = rows.filter(overdue) if late else rows.exclude(overdue)
    if code := filters.get("region"):
        node = accounts.region(code)
        rows = rows.filter(accounts.at_node(node, prefix="enterprise__")) if node else rows.none()
    return rows


def due(at: datetime, *, most: int) -> list[UUID]:
    """Return the undecided appeals whose next step is due, the longest ago first."""
    return list(Appeal.objects.filter(next_step_at__lte=at).order_by("next_step_at").values_list("id", flat=True)[:most])


def open_of(enterprise_id: UUID) -> list[Appeal]:
    """Return the undecided appeals of an enterprise, with what they dispute, oldest first."""
    rows = Appeal.objects.filter(UNDECIDED, enterprise_id=enterprise_id).prefetch_related("disputed")
    return list(rows.order_by("made_at", "id"))


def disputed(enterprise_id: UUID, evidence: set[UUID]) -> list[Disputed]:
    """Return what was ever disputed about these at an enterprise, undecided or refused."""
    rows = Disputed.objects.filter(enterprise_id=enterprise_id, evidence__in=evidence)
    return list(rows.exclude(outcome="granted").order_by("id"))


def get_plain(appeal_id: UUID) -> Appeal:
    """Return one for the system itself, with its enterprise. Raises: NotFound."""
    return _one(Appeal.objects.select_related("enterprise").filter(id=appeal_id))


def _one(rows: QuerySet[Appeal]) -> Appeal:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
