"""Finding the acts that are kept, and the numbers in force. To fetch is to authorise."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import policies
from backend.kernel.models import Claim
from backend.kernel.problems import NotFound
from sync.models import KeptAct
from sync.models.kept_act import State
from sync.policy import acts
from sync.policy.acts import Awaits
from sync.policy.numbers import Numbers

numbers = policies.register("sync", Numbers)
SHOWN = (State.QUARANTINED, State.REFUSED)
AT_ONCE = 500
STEPPED_UP = 20


def visible_to(actor: Actor) -> QuerySet[KeptAct]:
    """Return one's own kept acts, and of others' those that people look at: in an official's region, or all to an admin."""
    scope = Q(person_id=actor.id)
    if officials := actor.duties_as(OFFICIALS):
        scope |= accounts.within(officials) & Q(state__in=SHOWN)
    if actor.has(Role.ADMIN):
        scope |= Q(state__in=SHOWN)
    return KeptAct.objects.filter(scope)


def may_read_body(row: KeptAct, actor: Actor) -> bool:
    """Return whether the caller may read what the act says: its sender and officials; an administrator has no business in it."""
    place = row.place
    return row.person_id == actor.id or any(duty.covers(place) for duty in actor.duties_as(OFFICIALS))


def may_handle(row: KeptAct, actor: Actor) -> bool:
    """Return whether the caller may say that it was dealt with: an official in scope or an administrator, never its sender."""
    others = row.person_id != actor.id
    return others and (actor.has(Role.ADMIN) or any(duty.covers(row.place) for duty in actor.duties_as(OFFICIALS)))


def get(act_id: UUID, *, actor: Actor) -> KeptAct:
    """Return a kept act. Raises: NotFound."""
    found = visible_to(actor).filter(id=act_id).first()
    if found is None:
        raise NotFound
    return found


def lock(act_id: UUID, *, actor: Actor) -> KeptAct:
    """Lock and return a kept act. Raises: NotFound."""
    found = visible_to(actor).select_for_update(of=("self",)).filter(id=act_id).first()
    if found is None:
        raise NotFound
    return found


def lock_plain(act_id: UUID) -> KeptAct | None:
    """Lock and return a kept act for the system itself, or None."""
    return KeptAct.objects.select_for_update(of=("self",)).select_related("person").filter(id=act_id).first()


def quarantine(*, actor: Actor, filters: dict[str, Any]) -> QuerySet[KeptAct]:
    """Return what is in quarantine or was refused after it had been held, narrowed by the filters of the list."""
    rows = visible_to(actor).filter(state=filters.get("state") or State.QUARANTINED)
    if (handled := filters.get("handled")) is not None:
        rows = rows.filter(handled_at__isnull=not handled)
    if (mine := filters.get("mine")) is not None:
        rows = rows.filter(person_id=actor.id) if mine else rows.exclude(person_id=actor.id)
    return rows


def kept_among(ids: Iterable[UUID], *, person_id: UUID) -> dict[UUID, KeptAct]:
    """Return those of these acts that one person has kept here, by id (one query)."""
    return {row.id: row for row in KeptAct.objects.filter(id__in=list(ids), person_id=person_id)}


def held_of(person_id: UUID) -> list[KeptAct]:
    """Return the acts of one person that wait, oldest first: what the server still expects, and for what."""
    return list(KeptAct.objects.filter(person_id=person_id, state=State.HELD).order_by("received_at", "id")[:AT_ONCE])


def held_for_step_up(person_id: UUID) -> list[KeptAct]:
    """Return the acts of one person that wait for his second factor alone, oldest first, as many as one request may judge."""
    waiting = KeptAct.objects.filter(person_id=person_id, state=State.HELD, awaited__kind=Awaits.STEP_UP)
    return list(waiting.order_by("received_at", "id")[:STEPPED_UP])


def waiting_for(ids: Iterable[UUID]) -> list[UUID]:
    """Return the ids of the held acts that wait for one of these, in the order of a queue: a signature before its issue."""
    rows = KeptAct.objects.filter(state=State.HELD, awaited__awaited_id__in=list(ids)).distinct()
    found = list(rows.order_by("received_at", "id").values_list("id", "path")[:AT_ONCE])
    return [id for id, _ in sorted(found, key=lambda row: acts.stage_of(row[1]))]


def held_at(path: str, *, person_id: UUID) -> list[UUID]:
    """Return the ids of the acts at this address (without /api/v1) that one person sent and that are held."""
    rows = KeptAct.objects.filter(state=State.HELD, person_id=person_id, path__endswith=path)
    return list(rows.order_by("received_at", "id").values_list("id", flat=True)[:AT_ONCE])


def lapsed(at: datetime) -> list[UUID]:
    """Return the ids of held acts whose time is over, the longest waiting first."""
    due = KeptAct.objects.filter(state=State.HELD, lapses_at__lte=at)
    return list(due.order_by("lapses_at").values_list("id", flat=True)[:AT_ONCE])


def held_since(before: datetime) -> list[UUID]:
    """Return the ids of held acts that were last judged before an instant, the longest ago first."""
    due = KeptAct.objects.filter(state=State.HELD, judged_at__lt=before)
    return list(due.order_by("judged_at").values_list("id", flat=True)[:AT_ONCE])


def burden(person_id: UUID) -> tuple[int, int]:
    """Return how many acts of one person wait here for something or for somebody, and their bytes."""
    open_ = KeptAct.objects.filter(person_id=person_id, state__in=[State.HELD, State.QUARANTINED], handled_at=None)
    found = open_.aggregate(count=Count("id"), bytes=Coalesce(Sum("size"), 0))
    return found["count"], found["bytes"]


def handled_by(claim_id: UUID) -> UUID:
    """Return which act a handling was about."""
    return accounts.subject_of(claim_id)


def receipts_of(ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the receipts given for these acts."""
    return dict(Claim.objects.filter(id__in=list(ids)).values_list("id", "receipt"))
