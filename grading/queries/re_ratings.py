"""Finding requests for a visit (复评申请). Whoever may read the enterprise reads them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from grading.models import ReRating
from grading.models.re_rating import OPEN

FIRM_READERS = (Role.OWNER, Role.OFFICER)


def visible_to(actor: Actor) -> QuerySet[ReRating]:
    """Return the requests this person may read: his enterprise's, or those in an official's regions."""
    own = [duty.enterprise_id for duty in actor.duties_as(FIRM_READERS) if duty.enterprise_id]
    scope = Q(enterprise_id__in=own) if own else Q()
    if officials := actor.duties_as(OFFICIALS):
        scope |= accounts.within(officials, prefix="enterprise__")
    return ReRating.objects.filter(scope or accounts.NOTHING)


def get(re_rating_id: UUID, *, actor: Actor) -> ReRating:
    """Return one that `actor` may read. Raises: NotFound."""
    return _one(named(visible_to(actor)).filter(id=re_rating_id))


def by_refusal(refusal_id: UUID, *, actor: Actor) -> ReRating:
    """Return the request that was refused by an act. Raises: NotFound."""
    return _one(named(visible_to(actor)).filter(refusal_id=refusal_id))


def named(rows: QuerySet[ReRating]) -> QuerySet[ReRating]:
    """Return `rows` with the names of the enterprises."""
    return rows.annotate(firm=F("enterprise__name"))


def lock(re_rating_id: UUID, *, actor: Actor) -> ReRating:
    """Return one that `actor` may read, with its enterprise, its row locked until the transaction ends. Raises: NotFound."""
    return _one(_locked(visible_to(actor)).filter(id=re_rating_id))


def lock_plain(re_rating_id: UUID) -> ReRating:
    """Return one for the system itself, locked. Raises: NotFound."""
    return _one(_locked(ReRating.objects.all()).filter(id=re_rating_id))


def lock_open(enterprise_id: UUID) -> ReRating | None:
    """Return the open request of an enterprise, locked."""
    return _locked(ReRating.objects.filter(OPEN, enterprise_id=enterprise_id)).first()


def open_of(enterprise_id: UUID) -> ReRating | None:
    """Return the open request of an enterprise."""
    return ReRating.objects.filter(OPEN, enterprise_id=enterprise_id).first()


def of_entry(entry_id: UUID) -> UUID | None:
    """Return the enterprise that a ledger entry speaks of if a request of it is open, else None."""
    spoken_of = LedgerEntry.objects.filter(id=entry_id).values("enterprise_id")
    return ReRating.objects.filter(OPEN, enterprise_id__in=spoken_of).values_list("enterprise_id", flat=True).first()


def last_of(enterprise_id: UUID) -> ReRating | None:
    """Return the newest request of an enterprise, whatever became of it."""
    return ReRating.objects.filter(enterprise_id=enterprise_id).order_by("-made_at", "-id").first()


def due(at: datetime, *, most: int) -> list[UUID]:
    """Return the open requests that nobody has met in time, the longest ago first."""
    return list(ReRating.objects.filter(next_step_at__lte=at).order_by("next_step_at").values_list("id", flat=True)[:most])


def listed(*, actor: Actor, filters: dict[str, Any]) -> QuerySet[ReRating]:
    """Return the requests of `GET /re-ratings` in the caller's scope; None means no filter."""
    rows = visible_to(actor)
    if (enterprise_id := filters.get("enterprise_id")) is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    if (status := filters.get("status")) is not None:
        rows = rows.filter(OPEN) if status == "open" else rows.filter(end=status)
    if code := filters.get("region"):
        node = accounts.region(code)
        rows = rows.filter(accounts.at_node(node, prefix="enterprise__")) if node else rows.none()
    return rows


def get_plain(re_rating_id: UUID) -> ReRating:
    """Return one for the system itself, with its enterprise. Raises: NotFound."""
    return _one(ReRating.objects.select_related("enterprise").filter(id=re_rating_id))


def _locked(rows: QuerySet[ReRating]) -> QuerySet[ReRating]:
    return rows.select_for_update(of=("self",)).select_related("enterprise")


def _one(rows: QuerySet[ReRating]) -> ReRating:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
