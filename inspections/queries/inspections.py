"""Finding inspections. To fetch is to authorise: what one may not read is not found.

An unannounced one does not exist for the enterprise before its check-in (四不两直), nor for an official with an interest there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts import queries as accounts
from accounts.models import Person
from accounts.policy.actor import Actor
from accounts.policy.places import Place
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import ledger, policies
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from inspections.errors import Interested, NotQualified
from inspections.models import Inspection, PlanReading, VisitAct
from inspections.models.inspection import HIDDEN
from inspections.policy import crews
from inspections.policy.crews import Member
from inspections.policy.visit_numbers import VisitNumbers
from inspections.policy.visits import Type, VisitStatus

numbers = policies.register("visits", VisitNumbers)
FIRM_READERS = (Role.OWNER, Role.OFFICER, Role.AGENCY)


def visible_to(actor: Actor) -> QuerySet[Inspection]:
    """Return the inspections this person may read: an official's in his regions, an enterprise's own unless still hidden."""
    own = [duty.enterprise_id for duty in actor.duties_as(FIRM_READERS) if duty.enterprise_id]
    scope = Q(enterprise_id__in=own) & ~HIDDEN if own else Q()
    if officials := actor.duties_as(OFFICIALS):
        here = accounts.within(officials)
        scope |= here & ~(HIDDEN & Q(enterprise_id__in=actor.interests)) if actor.interests else here
    return Inspection.objects.filter(scope or accounts.NOTHING)


def get(inspection_id: UUID, *, actor: Actor) -> Inspection:
    """Return one inspection that `actor` may read, with its enterprise and crew. Raises: NotFound."""
    found = shown(visible_to(actor)).filter(id=inspection_id).first()
    if found is None:
        raise NotFound
    return found


def shown(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Return `rows` with all that an answer shows of them (one query more)."""
    return rows.annotate(firm=F("enterprise__name")).prefetch_related("crew")


def lock(inspection_id: UUID, *, actor: Actor) -> Inspection:
    """Return one inspection that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    found = visible_to(actor).select_for_update(of=("self",)).filter(id=inspection_id).first()
    if found is None:
        raise NotFound
    return found


def get_plain(inspection_id: UUID) -> Inspection:
    """Return one inspection for the system itself, with its enterprise. Raises: NotFound."""
    found = Inspection.objects.select_related("enterprise").filter(id=inspection_id).first()
    if found is None:
        raise NotFound
    return found


def listed(*, actor: Actor, filters: dict[str, Any]) -> QuerySet[Inspection]:
    """Return the inspections of `GET /inspections` in the caller's scope; None means no filter."""
    rows = visible_to(actor)
    simple = {"status": "status", "type": "type", "mode": "mode", "enterprise_id": "enterprise_id", "campaign": "campaign_id"}
    simple |= {"draw_id": "draw_id", "planned_from": "planned_on__gte", "planned_to": "planned_on__lte"}
    rows = rows.filter(**{column: filters[name] for name, column in simple.items() if filters.get(name) is not None})
    if code := filters.get("region"):
        node = accounts.region(code)
        rows = rows.filter(accounts.at_node(node)) if node else rows.none()
    if (mine := filters.get("mine")) is not None:
        own = Inspection.objects.filter(crew__person=actor.person).values("id")
        rows = rows.filter(id__in=own) if mine else rows.exclude(id__in=own)
    return rows


def chain_of(inspection_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of an inspection that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    audited = _over(actor, Role.AUDITOR).filter(id=inspection_id)
    if not (visible_to(actor).filter(id=inspection_id).exists() or audited.exists()):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=inspection_id)


def _over(actor: Actor, *roles: Role) -> QuerySet[Inspection]:
    """Return the inspections in the regions of these duties, but the hidden ones where the person has an interest."""
    rows = Inspection.objects.filter(accounts.within(actor.duties_as(roles)))
    return rows.exclude(HIDDEN, enterprise_id__in=actor.interests) if actor.interests else rows


def readings_of(inspection_id: UUID, *, actor: Actor) -> QuerySet[PlanReading]:
    """Return who looked at a plan while it was hidden, for a regulator or auditor over its place. Raises: NotFound."""
    if not _over(actor, Role.REGULATOR, Role.AUDITOR).filter(id=inspection_id).exists():
        raise NotFound
    return PlanReading.objects.filter(inspection_id=inspection_id)


def acts_of(inspection_id: UUID) -> list[VisitAct]:
    """Return the acts of one inspection, oldest first."""
    return list(VisitAct.objects.filter(inspection_id=inspection_id).order_by("at", "id")[:500])


def planned_at(enterprise_id: UUID) -> list[UUID]:
    """Return the visits to an enterprise that are planned, the next first."""
    rows = Inspection.objects.filter(enterprise_id=enterprise_id, status=VisitStatus.PLANNED).order_by("planned_on", "id")
    return list(rows.values_list("id", flat=True))


def lock_plain(inspection_id: UUID) -> Inspection:
    """Return one inspection for the system itself, its row locked until the transaction ends."""
    return Inspection.objects.select_for_update(of=("self",)).select_related("enterprise").get(id=inspection_id)


def out_of_reach(inspection: Inspection, place: Place, *, at: datetime) -> list[UUID]:
    """Return the accounts of those named for a visit whose duties at `at` would not reach it at `place`."""
    crew = list(inspection.crew.all())
    held = accounts.duties_of(Person.objects.filter(id__in=[row.account_id for row in crew], is_active=True), at=at)
    found = []
    for row in crew:
        duties = [d.as_actor_duty() for d in held.get(row.account_id, []) if d.role == row.role]
        if not any(d.enterprise_id == inspection.enterprise_id or d.covers(place) for d in duties):
            found.append(row.account_id)
    return found


def acts_behind(entries: Sequence[LedgerEntry]) -> dict[UUID, VisitAct]:
    """Return by the entry's id the act of which each of these entries of a visit's chain tells, if any (one query)."""
    named = {entry.id: UUID(told) for entry in entries if (told := ledger.read(entry)["act_id"])}
    acts = VisitAct.objects.in_bulk(list(named.values())) if named else {}
    return {entry_id: acts[act_id] for entry_id, act_id in named.items() if act_id in acts}


def crew_of(
    people: Iterable[UUID], *, type_: Type, enterprise_id: UUID, place: Place, at: datetime
) -> list[Member]:  # fmt: skip
    """Return these accounts as those who go on a visit, in their order, each under a duty in force at `at`.

    Raises: NotQualified (an unknown account reads like one without a duty), and what crews.check raises.
    """
    wanted = list(dict.fromkeys(people))
    found = {row.id: row for row in Person.objects.filter(id__in=wanted, is_active=True)}
    held = accounts.duties_of(found.values(), at=at)
    crew = []
    for account in wanted:
        duties = [duty.as_actor_duty() for duty in held.get(account, [])]
        mine = [d for role in crews.ROLES[type_] for d in duties if d.role == role]
        duty = next((d for d in mine if d.enterprise_id == enterprise_id or d.covers(place)), None)
        if duty is None:
            raise NotQualified
        row = found[account]
        crew.append(Member(row.id, row.identity, row.name, duty.role, duty.id, duty.licence_no))
    crews.check(type_, crew)
    return crew


def refuse_interest(crew: Iterable[Member], *, enterprise_id: UUID, at: datetime) -> None:
    """Refuse a crew of which an official holds a duty at the enterprise by any account (利益回避). Raises: Interested."""
    officials = [member.account for member in crew if member.role != Role.AGENCY]
    if len(accounts.without_interest(officials, enterprise_id=enterprise_id, at=at)) < len(officials):
        raise Interested
