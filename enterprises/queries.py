"""Finding enterprises. To fetch is to authorise: what is outside the caller's scope is not found."""

import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import yaml
from django.conf import settings
from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts import queries as accounts
from accounts.models import Duty
from accounts.models.duty import DutyQuerySet
from accounts.policy.actor import Actor
from accounts.policy.places import Place
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import policies
from backend.kernel.models import Claim, LedgerEntry
from backend.kernel.problems import NotFound
from enterprises.errors import UnknownRegion
from enterprises.models import Enterprise, OwnershipClaim
from enterprises.policy import words
from enterprises.policy.consequences import Consequences

consequences = policies.register("consequences", Consequences)
METRES_PER_DEGREE = 111_195.0  # of latitude, on the sphere of coordinates.EARTH_M


def visible_to(actor: Actor) -> QuerySet[Enterprise]:
    """Return the enterprises this person may read: those he has a duty at, and those in an official's regions."""
    own = [duty.enterprise_id for duty in actor.duties_as(BOUND_TO_ENTERPRISE) if duty.enterprise_id]
    officials = actor.duties_as(OFFICIALS)
    if not officials:
        return Enterprise.objects.filter(id__in=own)
    region = accounts.within(officials)
    return Enterprise.objects.filter(region | Q(id__in=own) if own else region)


def get(enterprise_id: UUID, *, actor: Actor) -> Enterprise:
    """Return one enterprise that `actor` may read. Raises: NotFound."""
    found = visible_to(actor).filter(id=enterprise_id).first()
    if found is None:
        raise NotFound
    return found


def get_plain(enterprise_id: UUID) -> Enterprise:
    """Return one enterprise for the system itself. Raises: NotFound."""
    found = Enterprise.objects.filter(id=enterprise_id).first()
    if found is None:
        raise NotFound
    return found


def lock(enterprise_id: UUID, *, actor: Actor) -> Enterprise:
    """Return one enterprise that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    found = visible_to(actor).select_for_update().filter(id=enterprise_id).first()
    if found is None:
        raise NotFound
    return found


def lock_plain(enterprise_id: UUID) -> Enterprise:
    """Return one enterprise for the system itself, its row locked until the transaction ends. Raises: NotFound."""
    # no key changes: whoever reports a hazard at this enterprise meanwhile need not wait
    found = Enterprise.objects.select_for_update(no_key=True).filter(id=enterprise_id).first()
    if found is None:
        raise NotFound
    return found


def exists(enterprise_id: UUID) -> bool:
    """Return whether an enterprise has this id."""
    return Enterprise.objects.filter(id=enterprise_id).exists()


def claims_visible_to(actor: Actor) -> QuerySet[OwnershipClaim]:
    """Return a person's own claims, and those on enterprises in an official's regions."""
    region = accounts.within(actor.duties_as(OFFICIALS), prefix="enterprise__")
    return OwnershipClaim.objects.filter(Q(claimant_id=actor.id) | region).select_related("enterprise", "claimant")


def claim(claim_id: UUID, *, actor: Actor) -> OwnershipClaim:
    """Return one claim that `actor` may read. Raises: NotFound."""
    found = claims_visible_to(actor).filter(id=claim_id).first()
    if found is None:
        raise NotFound
    return found


def lock_claim(claim_id: UUID, *, actor: Actor) -> OwnershipClaim:
    """Return one claim that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    found = claims_visible_to(actor).select_for_update(of=("self",)).filter(id=claim_id).first()
    if found is None:
        raise NotFound
    return found


def claim_entry(entry_id: UUID) -> tuple[LedgerEntry, OwnershipClaim]:
    """Return a ledger entry about a claim, and the claim."""
    entry = LedgerEntry.objects.get(id=entry_id)
    return entry, OwnershipClaim.objects.select_related("enterprise", "claimant").get(id=entry.subject_id)


def decided(decision_id: UUID, *, actor: Actor) -> OwnershipClaim:
    """Return the claim that a decision made an end of. Raises: NotFound."""
    found = claims_visible_to(actor).filter(decision_id=decision_id).first()
    if found is None:
        raise NotFound
    return found


def duty(duty_id: UUID, *, actor: Actor) -> Duty:
    """Return a duty at an enterprise that `actor` may read. Raises: NotFound."""
    found = Duty.objects.filter(id=duty_id, enterprise_id__in=visible_to(actor).values("id")).select_related("person").first()
    if found is None:
        raise NotFound
    return found


def may_call(enterprise: Enterprise, actor: Actor) -> bool:
    """Return whether this person sees members' phone numbers: officials of the place, owner and officer."""
    return bool(actor.duty_over(enterprise.place, OFFICIALS) or actor.duty_at(enterprise.id, {Role.OWNER, Role.OFFICER}))


def members(enterprise_id: UUID, *, at: datetime) -> DutyQuerySet:
    """Return the duties in force at an enterprise, with their people."""
    found = Duty.objects.in_force(at).filter(enterprise_id=enterprise_id, role__in=sorted(BOUND_TO_ENTERPRISE))
    return found.select_related("person")


def lock_owners(enterprise_id: UUID, *, at: datetime) -> list[Duty]:
    """Return the owners' duties in force, locked, so that of two who leave at once one sees that he is the last."""
    owners = members(enterprise_id, at=at).filter(role=Role.OWNER)
    return list(owners.select_for_update(of=("self",)).order_by("id"))


def ending(act_id: UUID) -> list[Duty]:
    """Return the duties that one ending ended: those of the same person and enterprise with the same last instant."""
    first = Duty.objects.filter(id__in=Claim.objects.filter(id=act_id).values("subject_id")).first()
    if first is None:
        raise NotFound
    same = Duty.objects.filter(person_id=first.person_id, enterprise_id=first.enterprise_id, until=first.until)
    return list(same.select_related("person").order_by("id"))


def placed(region: str, grid: str) -> Place:
    """Return the place of `region` and `grid`. Raises: UnknownRegion, also when the grid does not lie in the region."""
    place = accounts.place_of(region, grid)
    if place is None:
        raise UnknownRegion(errors=[{"field": "grid" if grid else "region", "code": "region.unknown", "message": "unknown"}])
    return place


def uscc_taken(uscc: str | None) -> bool:
    """Return whether an enterprise with this code is registered; the unique column decides between two at once."""
    return bool(uscc) and Enterprise.objects.filter(uscc=uscc).exists()


def shown(enterprise: Enterprise) -> dict[str, Any]:
    """Return an enterprise as every answer shows it (api.md §4)."""
    return {
        "id": enterprise.id, "uscc": enterprise.uscc, "name": enterprise.name, "industry": enterprise.industry,
        "industry_name": divisions().get(enterprise.industry[:3], ""), "region": enterprise.region,
        "grid": enterprise.grid or None, "address": enterprise.address, "location": enterprise.as_location(),
        "size_class": enterprise.size_class or None, "risk": enterprise.risk or None,
        "risk_features": enterprise.risk_features, "contacts": enterprise.contacts, "status": enterprise.status,
        "grade": enterprise.grade, "graded_at": enterprise.graded_at, "code_colour": enterprise.code_colour,
        "version": enterprise.version, "registered_at": enterprise.registered_at,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. `bbox` is (west, south, east, north), `near` (latitude, longitude, metres), WGS-84."""

    region: str | None = None
    grade: str | None = None
    industry: str | None = None
    status: str | None = None
    risk: str | None = None
    q: str | None = None
    near: tuple[float, float, float] | None = None
    bbox: tuple[float, float, float, float] | None = None


def listed(filters: Filters, *, actor: Actor) -> QuerySet[Enterprise]:
    """Return the enterprises `actor` may read that fit all `filters`; a region outside his scope holds none of them.

    Raises: UnknownRegion.
    """
    rows = visible_to(actor)
    if filters.region:
        node = accounts.region(filters.region)
        if node is None:
            raise UnknownRegion(errors=[{"field": "region", "code": "region.unknown", "message": "unknown"}])
        rows = rows.filter(accounts.at_node(node))
    if filters.industry:
        rows = rows.filter(industry__startswith=filters.industry)
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(uscc__contains=filters.q.upper()))
    exact = {name: value for name in ("grade", "status") if (value := getattr(filters, name))}
    return _around(_risky(rows.filter(**exact), filters.risk), filters)


def _risky(rows: QuerySet[Enterprise], risk: str | None) -> QuerySet[Enterprise]:
    """Narrow to a colour of inherent risk, or to a risk feature."""
    if risk is None:
        return rows
    if risk in words.RISK_LABELS:
        return rows.filter(risk=risk)
    # as text, because SQLite has no containment for JSON
    return rows.annotate(features=Cast("risk_features", TextField())).filter(features__contains=f'"{risk}"')


def _around(rows: QuerySet[Enterprise], filters: Filters) -> QuerySet[Enterprise]:
    if filters.bbox:
        west, south, east, north = filters.bbox
        rows = rows.filter(latitude__range=(south, north), longitude__range=(west, east))
    if filters.near:
        latitude, longitude, metres = filters.near
        shrink = max(math.cos(math.radians(latitude)), 0.01)
        high, wide = metres / METRES_PER_DEGREE, metres / (METRES_PER_DEGREE * shrink)
        rows = rows.filter(
            latitude__range=(latitude - high, latitude + high), longitude__range=(longitude - wide, longitude + wide)
        )
        up, right = (F("latitude") - latitude) * METRES_PER_DEGREE, (F("longitude") - longitude) * METRES_PER_DEGREE * shrink
        rows = rows.annotate(square=ExpressionWrapper(up * up + right * right, FloatField())).filter(square__lte=metres**2)
    return rows


@lru_cache(maxsize=1)
def divisions() -> dict[str, str]:
    """Return the divisions of GB/T 4754 with their letter (`C34`) and Chinese name, read once from the catalogue."""
    document = yaml.safe_load((settings.CATALOGUE_DIR / "industries.yaml").read_text(encoding="utf-8"))
    return {d["full_code"]: d["name"] for section in document["sections"] for d in section["divisions"]}
