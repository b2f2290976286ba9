"""Finding remote checks. To fetch is to authorise: an enterprise's members read its own, officials those of their regions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts import queries as accounts
from accounts.models import Person
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from inspections.models import RemoteCheck
from inspections.policy.remote import ASKERS, RemoteStatus


def visible_to(actor: Actor) -> QuerySet[RemoteCheck]:
    """Return the remote checks this person may read."""
    own = [duty.enterprise_id for duty in actor.duties_as(BOUND_TO_ENTERPRISE) if duty.enterprise_id]
    scope = Q(enterprise_id__in=own) if own else Q()
    if officials := actor.duties_as(OFFICIALS):
        scope |= accounts.within(officials)
    return RemoteCheck.objects.filter(scope or accounts.NOTHING)


def get(check_id: UUID, *, actor: Actor) -> RemoteCheck:
    """Return one that `actor` may read, with the enterprise's name. Raises: NotFound."""
    found = visible_to(actor).annotate(firm=F("enterprise__name")).filter(id=check_id).first()
    if found is None:
        raise NotFound
    return found


def lock(check_id: UUID, *, actor: Actor) -> RemoteCheck:
    """Return one that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    found = visible_to(actor).select_for_update(of=("self",)).filter(id=check_id).first()
    if found is None:
        raise NotFound
    return found


def chain_of(check_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of one that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    audited = RemoteCheck.objects.filter(accounts.within(actor.duties_as([Role.AUDITOR])))
    if not (visible_to(actor).filter(id=check_id).exists() or audited.filter(id=check_id).exists()):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=check_id)


def get_plain(check_id: UUID) -> RemoteCheck:
    """Return one for the system itself, with its enterprise. Raises: NotFound."""
    found = RemoteCheck.objects.select_related("enterprise").filter(id=check_id).first()
    if found is None:
        raise NotFound
    return found


def lock_due(check_id: UUID, *, at: datetime) -> RemoteCheck | None:
    """Return one that still waits although its time is over, locked; None if somebody was faster."""
    due = RemoteCheck.objects.select_for_update(of=("self",)).filter(status=RemoteStatus.OPEN, expires_at__lte=at)
    return due.filter(id=check_id).first()


def lock_plain(check_id: UUID) -> RemoteCheck:
    """Return one for the system itself, locked until the transaction ends."""
    return RemoteCheck.objects.select_for_update(of=("self",)).get(id=check_id)


def waiting_at(enterprise_id: UUID, *, at: datetime) -> list[UUID]:
    """Return the questions to an enterprise that wait at `at`."""
    rows = RemoteCheck.objects.filter(enterprise_id=enterprise_id, status=RemoteStatus.OPEN, expires_at__gt=at)
    return list(rows.order_by("expires_at", "id").values_list("id", flat=True))


def asker_reaches(check: RemoteCheck, *, at: datetime) -> bool:
    """Return whether whoever asked still has a duty where the enterprise stands now."""
    held = accounts.duties_of(Person.objects.filter(id=check.asked_by, is_active=True), at=at).get(check.asked_by, [])
    return any(duty.role in ASKERS and duty.as_actor_duty().covers(check.place) for duty in held)


def due(at: datetime, *, most: int) -> list[UUID]:
    """Return those whose time is over, the longest ago first."""
    rows = RemoteCheck.objects.filter(status=RemoteStatus.OPEN, expires_at__lte=at).order_by("expires_at")
    return list(rows.values_list("id", flat=True)[:most])


def numbers_waiting(enterprise_id: UUID) -> set[str]:
    """Return the numbers of the questions to an enterprise that wait (the newest 500 of them)."""
    rows = RemoteCheck.objects.filter(enterprise_id=enterprise_id, status=RemoteStatus.OPEN).order_by("-asked_at")
    return set(rows.values_list("number", flat=True)[:500])


def _stands(status: RemoteStatus, at: datetime) -> Q:
    """Return the condition that one has `status` at `at`, also if no sweep has seen the end of its time yet."""
    over = Q(status=RemoteStatus.OPEN, expires_at__lte=at)
    return {
        RemoteStatus.OPEN: Q(status=RemoteStatus.OPEN, expires_at__gt=at), RemoteStatus.EXPIRED: Q(status=status) | over,
    }.get(status, Q(status=status))  # fmt: skip


def listed(*, actor: Actor, filters: dict[str, Any], at: datetime) -> QuerySet[RemoteCheck]:
    """Return the remote checks of `GET /remote-checks` in the caller's scope; None means no filter."""
    rows = visible_to(actor)
    if (status := filters.get("status")) is not None:
        rows = rows.filter(_stands(status, at))
    simple = {"enterprise_id": "enterprise_id", "hazard_id": "hazard_id", "outcome": "outcome"}
    rows = rows.filter(**{column: filters[name] for name, column in simple.items() if filters.get(name) is not None})
    if code := filters.get("region"):
        node = accounts.region(code)
        rows = rows.filter(accounts.at_node(node)) if node else rows.none()
    if (mine := filters.get("mine")) is not None:
        rows = rows.filter(asked_person=actor.person) if mine else rows.exclude(asked_person=actor.person)
    return rows


def waiting_for(actor: Actor, *, at: datetime) -> QuerySet[RemoteCheck]:
    """Return those that an enterprise of `actor` has to answer now, and those whose answer he who asked has not judged."""
    own = [duty.enterprise_id for duty in actor.duties_as(BOUND_TO_ENTERPRISE) if duty.enterprise_id]
    to_answer = Q(enterprise_id__in=own, status=RemoteStatus.OPEN, expires_at__gt=at) if own else accounts.NOTHING
    to_judge = Q(asked_person=actor.person, status=RemoteStatus.ANSWERED)
    return visible_to(actor).filter(to_answer | to_judge)


def by_act(act_id: UUID, *, actor: Actor) -> RemoteCheck:
    """Return the remote check that an answer, refusal or judgement was about. Raises: NotFound."""
    found = visible_to(actor).annotate(firm=F("enterprise__name")).filter(Q(reply_id=act_id) | Q(judgement_id=act_id)).first()
    if found is None:
        raise NotFound
    return found
