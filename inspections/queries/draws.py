"""Finding random draws and what goes into them. To fetch is to authorise."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from accounts import queries as accounts
from accounts.models import Duty, Region
from accounts.policy.actor import Actor
from accounts.policy.actor import Duty as ActorDuty
from accounts.policy.roles import Role
from backend.kernel import policies
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from inspections.models import Inspection, InspectionOfficer, RandomDraw
from inspections.policy.draw_numbers import DrawNumbers
from inspections.policy.visits import Type, VisitStatus

numbers = policies.register("random_draws", DrawNumbers, retired={"weights"})
READERS = (Role.REGULATOR, Role.INSPECTOR, Role.AUDITOR)
# the county and above draw
DRAWING_LEVELS = frozenset({"county", "city", "province"})
LAST = {"status": VisitStatus.FINISHED, "type": Type.ADMINISTRATIVE_INSPECTION}
LARGE = ("inputs", "people")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a draw takes as inspectors: on duty at or below `region`, with a licence number that begins so; "" for any."""

    region: str = ""
    licence_prefix: str = ""


def all_draws() -> QuerySet[RandomDraw]:
    """Return every draw: all of them are public."""
    return RandomDraw.objects.all()


def listed(rows: QuerySet[RandomDraw], *, region: str | None, revealed: bool | None) -> QuerySet[RandomDraw]:
    """Return `rows` without their pools, of a region and those below it, revealed or not. Raises: NotFound for no region."""
    rows = rows.defer(*LARGE)
    if region is not None:
        node = accounts.region(region)
        if node is None:
            raise NotFound
        rows = rows.filter(accounts.at_node(node))
    return rows if revealed is None else rows.filter(revealed_at__isnull=not revealed)


def visible_to(actor: Actor) -> QuerySet[RandomDraw]:
    """Return the draws in the regions of a regulator, inspector or auditor."""
    return RandomDraw.objects.filter(accounts.within(actor.duties_as(READERS)))


def get(draw_id: UUID, *, actor: Actor) -> RandomDraw:
    """Return one draw that `actor` may read. Raises: NotFound."""
    found = visible_to(actor).filter(id=draw_id).first()
    if found is None:
        raise NotFound
    return found


def chain_of(draw_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a draw that `actor` may read. Raises: NotFound."""
    if not visible_to(actor).filter(id=draw_id).exists():
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=draw_id)


def revealed_by(reveal_id: UUID, *, actor: Actor) -> RandomDraw:
    """Return the draw that a reveal revealed. Raises: NotFound."""
    found = visible_to(actor).filter(reveal_id=reveal_id).first()
    if found is None:
        raise NotFound
    return found


def get_plain(draw_id: UUID) -> RandomDraw:
    """Return one draw for the system itself, or for anyone. Raises: NotFound."""
    found = RandomDraw.objects.filter(id=draw_id).first()
    if found is None:
        raise NotFound
    return found


def lock(draw_id: UUID, *, actor: Actor) -> RandomDraw:
    """Return one draw in a region where `actor` may draw, locked. Raises: NotFound."""
    found = visible_to(actor).select_for_update().filter(id=draw_id).first()
    if found is None:
        raise NotFound
    return found


def lock_plain(draw_id: UUID) -> RandomDraw:
    """Return one draw for the system itself, locked until the transaction ends."""
    return RandomDraw.objects.select_for_update().get(id=draw_id)


def due(at: datetime) -> list[UUID]:
    """Return the draws that the clock reveals at `at`, the oldest first."""
    rows = RandomDraw.objects.filter(revealed_at=None, reveals_at__lte=at).order_by("reveals_at")
    return list(rows.values_list("id", flat=True)[:100])


def settled(draw_id: UUID) -> set[UUID]:
    """Return the enterprises for which an inspection came out of this draw already, or could not be planned."""
    refused = LedgerEntry.objects.filter(subject_id=draw_id, kind="random_draw.not_planned", enterprise_id__isnull=False)
    planned = Inspection.objects.filter(draw_id=draw_id).values_list("enterprise_id", flat=True)
    return {*planned, *[firm for firm in refused.values_list("enterprise_id", flat=True) if firm]}


def last_visited_by(identities: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return who of these natural persons made the last inspection of an enterprise that was finished, with the enterprise."""
    later = Inspection.objects.filter(enterprise_id=OuterRef("inspection__enterprise_id"), **LAST)
    newest = later.order_by("-checked_out_at", "-id").values("id")[:1]
    rows = InspectionOfficer.objects.filter(person__in=list(identities), inspection__status=VisitStatus.FINISHED)
    rows = rows.filter(inspection__type=Type.ADMINISTRATIVE_INSPECTION, inspection_id=Subquery(newest))
    return list(rows.values_list("person", "inspection__enterprise_id"))


def drawing_duty(actor: Actor, node: Region) -> ActorDuty | None:
    """Return the duty under which `actor` draws here: a regulator's of the county or above over this region; else None."""
    place = node.place
    mine = (duty for duty in actor.duties_as({Role.REGULATOR}) if duty.level in DRAWING_LEVELS)
    return next((duty for duty in mine if duty.covers(place)), None)


def own_region(actor: Actor) -> str:
    """Return the region of the first duty under which `actor` may draw, "" for none."""
    return next((duty.region for duty in actor.duties_as({Role.REGULATOR}) if duty.level in DRAWING_LEVELS), "")


def node(code: str, *, actor: Actor) -> Region:
    """Return a region in which `actor` may draw. Raises: NotFound."""
    found = accounts.region(code)
    if found is None or drawing_duty(actor, found) is None:
        raise NotFound
    return found


def pool(filters: enterprises.Filters, *, grades: Collection[str], actor: Actor, most: int) -> list[Enterprise]:
    """Return at most `most` enterprises that fit and whose colour is drawn at all, in the order of their ids."""
    rows = enterprises.listed(filters, actor=actor).filter(grade__in=sorted(grades)).order_by("id")
    return list(rows.only("id", "name", "grade", "province", "city", "county", "town", "village", "grid")[:most])


def inspectors(wanted: Wanted, *, at: datetime) -> list[Duty]:
    """Return the inspectors' duties that are asked for, with their people, in the order of the accounts."""
    region = accounts.region(wanted.region)
    rows = Duty.objects.in_force(at).filter(role=Role.INSPECTOR, person__is_active=True)
    rows = rows.filter(accounts.at_node(region, prefix="region__")) if region else rows.none()
    if wanted.licence_prefix:
        rows = rows.filter(licence_no__startswith=wanted.licence_prefix)
    return list(rows.select_related("person").order_by("person_id", "since", "id"))


def regions_of(people: Sequence[UUID], *, at: datetime) -> dict[UUID, list[str]]:
    """Return the regions over which each of these accounts is an inspector at `at`, sorted."""
    rows = Duty.objects.in_force(at).filter(role=Role.INSPECTOR, person_id__in=list(people), region_id__isnull=False)
    found: dict[UUID, set[str]] = {person: set() for person in people}
    for person, code in rows.values_list("person_id", "region_id"):
        found[person].add(str(code))
    return {person: sorted(codes) for person, codes in found.items()}


def interests(identities: Collection[UUID], *, at: datetime) -> list[tuple[UUID, UUID]]:
    """Return the natural persons among these who hold a duty at an enterprise, each with the enterprise (利益回避)."""
    rows = Duty.objects.in_force(at).filter(person__identity__in=list(identities), enterprise_id__isnull=False)
    return [(identity, firm) for identity, firm in rows.values_list("person__identity", "enterprise_id") if firm]
