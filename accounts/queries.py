"""Finding people and places. To fetch is to authorise: what is outside the caller's scope is not found."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Duty, Person, Region
from accounts.policy import actor as policy
from accounts.policy import phones
from accounts.policy.actor import Actor
from accounts.policy.places import Place
from accounts.policy.roles import Role
from backend.kernel import ledger, rows
from backend.kernel.models import Claim, PolicyVersion
from backend.kernel.problems import NotFound, StaleVersion

KEEP_S = 5.0
_regions: dict[str, tuple[float, Region]] = {}
NOTHING = Q(pk__in=[])
DUTIES = (
    "SELECT d.id, d.person_id, d.role, d.enterprise_id, d.region_id, d.level, d.licence_no"
    " FROM accounts_duty d JOIN accounts_person p ON p.id = d.person_id"
    " WHERE p.identity = %s AND d.since <= %s AND (d.until IS NULL OR d.until > %s) ORDER BY d.since, d.id"
)
MIN_DIGITS = 4


def actor_of(
    person: Person, *, at: datetime, strong: bool = False, stepped_up_at: datetime | None = None, session_key: str = ""
) -> Actor:
    """Return `person` as an Actor with the duties in force at `at`, and where he by any account holds one (one query)."""
    held = rows.fetch(DUTIES, [person.identity, at, at])
    return Actor(
        id=person.id, person=person.identity, name=person.name, phone=person.phone,
        duties=tuple(_duty(row) for row in held if rows.uuid_of(row[1]) == person.id),
        interests=frozenset(rows.uuid_of(row[3]) for row in held if row[3]),
        strong=strong, stepped_up_at=stepped_up_at, session_key=session_key,
    )  # fmt: skip


def _duty(row: tuple[Any, ...]) -> policy.Duty:
    id_, _, role, enterprise_id, region_code, level, licence_no = row
    return policy.Duty(rows.uuid_of(id_), Role(role), rows.uuid_or_none(enterprise_id), region_code or "", level, licence_no)


def within(duties: Iterable[policy.Duty], *, prefix: str = "") -> Q:
    """Return the condition that a row with place columns lies in the region of one of `duties`; nothing for none."""
    found = Q()
    for duty in duties:
        if duty.level:
            found |= Q(**{f"{prefix}{duty.level}": duty.region})
    return found or NOTHING


def forget_regions() -> None:
    """Drop the regions kept in memory, after one was added or moved in this process."""
    _regions.clear()


def at_node(region: Region, *, prefix: str = "") -> Q:
    """Return the condition that a row with place columns lies at or below `region`."""
    return Q(**{f"{prefix}{region.level}": region.code})


def region(code: str) -> Region | None:
    """Return the region or grid with exactly this code, or None; zero-padded forms are not known. Kept for 5 seconds."""
    kept = _regions.get(code)
    if kept is None or time.monotonic() - kept[0] > KEEP_S:
        found = Region.objects.filter(code=code).first()
        if found is None:
            return None
        kept = _regions[code] = (time.monotonic(), found)
    return kept[1]


def place_of(region_code: str, grid_code: str = "") -> Place | None:
    """Return the place of a region (and of a grid that lies in it), or None if either is not known or they disagree."""
    node = region(grid_code or region_code)
    if node is None or (grid_code and node.level != "grid"):
        return None
    if grid_code and region_code not in node.place.columns().values():
        return None
    return node.place


def on_duty(*, role: Role, place: Place, at: datetime, level: str | None = None) -> list[UUID]:
    """Return the account ids of those with `role` over `place` at `at`; with `level`, only duties of that level."""
    codes = [code for code in place.columns().values() if code]
    found = Duty.objects.in_force(at).filter(role=role, region_id__in=codes)
    if level:
        found = found.filter(level=level)
    return list(found.order_by("person_id").values_list("person_id", flat=True).distinct())


def at_enterprise(*, roles: Iterable[Role], enterprise_id: UUID, at: datetime) -> list[UUID]:
    """Return the account ids of those who hold one of `roles` at this enterprise at `at`."""
    found = Duty.objects.in_force(at).filter(role__in=list(roles), enterprise_id=enterprise_id)
    return list(found.order_by("person_id").values_list("person_id", flat=True).distinct())


def has_duty_at(*, identity: UUID, enterprise_id: UUID, at: datetime) -> bool:
    """Return whether this natural person, by any account, holds a duty at the enterprise (利益回避)."""
    return Duty.objects.in_force(at).filter(person__identity=identity, enterprise_id=enterprise_id).exists()


def without_interest(people: Iterable[UUID], *, enterprise_id: UUID, at: datetime) -> list[UUID]:
    """Return those of these accounts whose holder has no duty at the enterprise by any account (利益回避), in their order."""
    wanted = list(people)
    there = Duty.objects.in_force(at).filter(enterprise_id=enterprise_id).values("person__identity")
    parties = set(Person.objects.filter(id__in=wanted, identity__in=there).values_list("id", flat=True)) if wanted else set()
    return [person for person in wanted if person not in parties]


def is_admin(person_id: UUID, *, at: datetime) -> bool:
    """Return whether this account holds an administrator's duty at `at`."""
    return Duty.objects.in_force(at).filter(person_id=person_id, role=Role.ADMIN).exists()


def unread_of(person_id: UUID) -> int:
    """Return how many messages this account has not read; kept by notifications through `actions.unread`."""
    return Person.objects.filter(id=person_id).values_list("unread", flat=True).get()


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of accounts by id, for answers that say who did what."""
    return dict(Person.objects.filter(id__in=set(ids)).values_list("id", "name"))


def identity_of(person_id: UUID) -> UUID | None:
    """Return the natural person behind an account, or None for an unknown account."""
    return Person.objects.filter(id=person_id).values_list("identity", flat=True).first()


def admins(*, at: datetime) -> list[UUID]:
    """Return the account ids of the administrators at `at`."""
    found = Duty.objects.in_force(at).filter(role=Role.ADMIN, person__is_active=True)
    return list(found.order_by("person_id").values_list("person_id", flat=True).distinct())


def any_admin(*, at: datetime) -> bool:
    """Return whether anybody is an administrator at `at`."""
    return Duty.objects.in_force(at).filter(role=Role.ADMIN, person__is_active=True).exists()


def signer(actor: Actor, *roles: Role) -> ledger.Signer:
    """Return how `actor` signs a ledger entry: under the first duty in one of `roles`, or else the first he has."""
    duty = next(iter(actor.duties_as(roles) if roles else actor.duties), None)
    return ledger.Signer(actor.id, duty.role if duty else "person", duty.id if duty else None)


def people(*, q: str | None = None) -> QuerySet[Person]:
    """Return all accounts, or those whose name contains `q` or whose phone ends with its digits."""
    if not q:
        return Person.objects.all()
    digits = "".join(c for c in q if c.isdigit())
    return Person.objects.filter(Q(name__icontains=q) | (Q(phone__endswith=digits) if len(digits) >= MIN_DIGITS else NOTHING))


def person(person_id: UUID) -> Person:
    """Return an account. Raises: NotFound."""
    found = Person.objects.filter(id=person_id).first()
    if found is None:
        raise NotFound
    return found


def person_by_phone(phone: str) -> Person | None:
    """Return the account with this mobile number in any spelling, or None. Raises: PhoneInvalid."""
    return Person.objects.filter(phone=phones.mobile(phone)).first()


def duties_of(people: Iterable[Person], *, at: datetime) -> dict[UUID, list[Duty]]:
    """Return the duties in force at `at` per account id (one query)."""
    found: dict[UUID, list[Duty]] = {}
    for row in Duty.objects.in_force(at).filter(person__in=list(people)).order_by("since", "id"):
        found.setdefault(row.person_id, []).append(row)
    return found


def duties_ever(person_id: UUID) -> list[Duty]:
    """Return every duty this account ever held, for readers who have to know what they no longer see."""
    return list(Duty.objects.filter(person_id=person_id).order_by("since", "id"))


def duty(duty_id: UUID) -> Duty:
    """Return a duty, ended or not. Raises: NotFound."""
    found = Duty.objects.filter(id=duty_id).first()
    if found is None:
        raise NotFound
    return found


def lock_duty(duty_id: UUID) -> Duty:
    """Lock and return a duty. Raises: NotFound."""
    found = Duty.objects.select_for_update().filter(id=duty_id).first()
    if found is None:
        raise NotFound
    return found


def lock_person(person_id: UUID, *, version: int | None) -> Person:
    """Lock and return an account. Raises: NotFound, StaleVersion (with the current version) if it is not `version`."""
    found = Person.objects.select_for_update().filter(id=person_id).first()
    if found is None:
        raise NotFound
    if found.version != version:
        raise StaleVersion(current={"id": found.id, "name": found.name, "phone": found.phone, "version": found.version})
    return found


def lock_identity(person_id: UUID) -> Person:
    """Lock every account of the natural person behind this one, and return this one. Raises: NotFound."""
    mine = Person.objects.filter(id=person_id).values("identity")
    rows = Person.objects.select_for_update().filter(identity__in=mine).order_by("id")
    found = next((row for row in rows if row.id == person_id), None)
    if found is None:
        raise NotFound
    return found


def subject_of(claim_id: UUID) -> UUID:
    """Return the object that the act claimed under this id belongs to. Raises: NotFound."""
    found = Claim.objects.filter(id=claim_id).values_list("subject_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def policies_of(kind: str | None, status: str | None) -> QuerySet[PolicyVersion]:
    """Return policy versions and drafts, of one kind and `draft` or `adopted` only if asked for."""
    found = PolicyVersion.objects.filter(**({"kind": kind} if kind else {}))
    return found.filter(version__isnull=status == "draft") if status else found


def policy_row(policy_id: UUID) -> PolicyVersion:
    """Return one version of a policy or a draft. Raises: NotFound."""
    row = PolicyVersion.objects.filter(id=policy_id).first()
    if row is None:
        raise NotFound
    return row
