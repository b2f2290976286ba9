"""Finding hazards. To fetch is to authorise: what one may not read is not found."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import yaml
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.query import ValuesIterable

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.places import LEVELS
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import policies
from backend.kernel.calendar import local_day
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from hazards.errors import NotRevealed
from hazards.models import Act, DayKey, Draw, Hazard, Listing
from hazards.policy.numbers import Numbers

numbers = policies.register("hazards", Numbers, retired={"sampling"})  # what a colour brings: `consequences`
# a list shows a row and what may be done with it: nothing else is read for it
LIST_COLUMNS = (
    "enterprise_id", "source", "category", "title", "description", "location_name", "status", "level", "level_claimed",
    "review_mode", "round", "version", "received_at", "found_at", "due_at", "original_due_at", "due_from", "closed_at",
    "recurrence_of_id", "open_listing_id", "drawn_at", "hands", "reporter_person", "returned_at", "has_plan", "transfers",
    "ruled", "extensions_asked", *LEVELS,
)  # fmt: skip
FULL_READERS = (Role.OWNER, Role.OFFICER, Role.AGENCY)


def visible_to(actor: Actor) -> QuerySet[Hazard]:
    """Return the hazards this person may read (lifecycle.md §2): own enterprise's, own reports, or an official's regions."""
    own = [duty.enterprise_id for duty in actor.duties_as(FULL_READERS) if duty.enterprise_id]
    works_at = [duty.enterprise_id for duty in actor.duties_as([Role.EMPLOYEE]) if duty.enterprise_id]
    scope = Q()
    if own:
        scope |= Q(enterprise_id__in=own)
    if works_at:
        scope |= Q(enterprise_id__in=works_at, reporter_person=actor.person)
    officials = actor.duties_as(OFFICIALS)
    if officials:
        scope |= accounts.within(officials)
    return Hazard.objects.filter(scope or accounts.NOTHING)


def get(hazard_id: UUID, *, actor: Actor) -> Hazard:
    """Return one hazard that `actor` may read, with its enterprise. Raises: NotFound."""
    found = visible_to(actor).select_related("open_listing").annotate(firm=F("enterprise__name")).filter(id=hazard_id).first()
    if found is None:
        raise NotFound
    return found


def get_plain(hazard_id: UUID) -> Hazard:
    """Return one hazard for the system itself, with its enterprise. Raises: NotFound."""
    found = Hazard.objects.select_related("enterprise").filter(id=hazard_id).first()
    if found is None:
        raise NotFound
    return found


def lock(hazard_id: UUID, *, actor: Actor) -> Hazard:
    """Return one hazard that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    rows = visible_to(actor).select_for_update(of=("self",)).select_related("open_listing")
    found = rows.filter(id=hazard_id).first()
    if found is None:
        raise NotFound
    return found


def lock_plain(hazard_id: UUID) -> Hazard:
    """Return one hazard for the system itself, its row locked. Raises: NotFound."""
    found = Hazard.objects.select_for_update(of=("self",)).select_related("open_listing").filter(id=hazard_id).first()
    if found is None:
        raise NotFound
    return found


def chain_of(hazard_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a hazard that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    audited = Hazard.objects.filter(accounts.within(actor.duties_as([Role.AUDITOR])))
    if not (visible_to(actor).filter(id=hazard_id).exists() or audited.filter(id=hazard_id).exists()):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=hazard_id)


def acts_of(hazard_id: UUID) -> list[Act]:
    """Return the acts on one hazard, oldest first."""
    return list(Act.objects.filter(hazard_id=hazard_id).order_by("at", "id")[:500])


def acts_of_many(hazard_ids: Iterable[UUID]) -> dict[UUID, list[Act]]:
    """Return the acts on hazards that were opened just now, oldest first; no query for no hazard."""
    found: dict[UUID, list[Act]] = {hazard_id: [] for hazard_id in hazard_ids}
    for act in Act.objects.filter(hazard_id__in=list(found)).order_by("at", "id") if found else ():
        found[act.hazard_id].append(act)
    return found


def hazard_of_act(act_id: UUID) -> UUID | None:
    """Return the hazard of an act, or None for one that is not known; for the system itself."""
    return Act.objects.filter(id=act_id).values_list("hazard_id", flat=True).first()


def roles_at(hazard: Hazard, actor: Actor) -> frozenset[str]:
    """Return the roles of `actor` that reach this hazard: duties at its enterprise, and duties over its place."""
    place = hazard.place
    return frozenset(
        duty.role.value
        for duty in actor.duties
        if (duty.enterprise_id is not None and duty.enterprise_id == hazard.enterprise_id) or duty.covers(place)
    )


def regulates(hazard: Hazard, actor: Actor) -> frozenset[str]:
    """Return the levels (county, city …) at which `actor` is a regulator over this hazard's place."""
    place = hazard.place
    return frozenset(duty.level for duty in actor.duties_as([Role.REGULATOR]) if duty.covers(place))


def listed_by(hazard: Hazard) -> str:
    """Return the authority whose listing is in force; lists annotate it, single reads have the listing's row."""
    if hazard.open_listing_id is None:
        return ""
    found: str = hazard.__dict__.get("listed_by") or (hazard.open_listing.authority if hazard.open_listing else "")
    return found


def listed(*, at: datetime, actor: Actor, filters: dict[str, Any]) -> QuerySet[Hazard]:
    """Return the hazards of `GET /hazards` in the caller's scope. Raises: UnknownRegion."""
    return filtered(visible_to(actor), at=at, actor=actor, filters=filters)


class _Light(ValuesIterable):
    """Yields hazards that carry just the columns read: building whole model instances costs more than the query."""

    def __iter__(self) -> Iterator[Any]:
        for row in super().__iter__():
            hazard = Hazard.__new__(Hazard)
            hazard.__dict__.update(row)
            yield hazard


def light(rows: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """Return `rows` with the columns of a list alone, and the names it shows; such hazards are read, never saved."""
    found: Any = rows.values("id", *LIST_COLUMNS, firm=F("enterprise__name"), listed_by=F("open_listing__authority"))
    found._iterable_class = _Light
    result: QuerySet[Hazard] = found
    return result


def filtered(rows: QuerySet[Hazard], *, at: datetime, actor: Actor, filters: dict[str, Any]) -> QuerySet[Hazard]:
    """Return `rows` narrowed by the filters of `GET /hazards`; None means no filter. Raises: NotFound for no such region."""
    simple = {"status": "status", "level": "level", "enterprise_id": "enterprise_id", "source": "source", "category": "category"}
    rows = rows.filter(**{column: filters[name] for name, column in simple.items() if filters.get(name) is not None})
    if code := filters.get("region"):
        node = accounts.region(code)
        rows = rows.filter(accounts.at_node(node)) if node else rows.none()
    if (overdue := filters.get("overdue")) is not None:
        rows = rows.overdue(at) if overdue else rows.not_overdue(at)  # type: ignore[attr-defined]  # HazardQuerySet
    if (listed := filters.get("listed")) is not None:
        rows = rows.filter(open_listing__isnull=not listed)
    if (mine := filters.get("mine")) is not None:
        rows = rows.filter(reporter_person=actor.person) if mine else rows.exclude(reporter_person=actor.person)
    return _by_time(rows, filters)


def _by_time(rows: QuerySet[Hazard], filters: dict[str, Any]) -> QuerySet[Hazard]:
    if (before := filters.get("due_before")) is not None:
        rows = rows.filter(due_at__lt=before)
    if (start := filters.get("reported_from")) is not None:
        rows = rows.filter(received_at__gte=start)
    if (end := filters.get("reported_to")) is not None:
        rows = rows.filter(received_at__lt=end)
    if text := filters.get("q"):
        rows = rows.filter(Q(title__icontains=text) | Q(description__icontains=text) | Q(location_name__icontains=text))
    return rows


def listing(listing_id: UUID) -> Listing | None:
    """Return one listing or proposal by its id, whoever asks; the hazard's lock authorises."""
    return Listing.objects.filter(id=listing_id).first()


def day_keys(day: date | None) -> QuerySet[DayKey]:
    """Return the keys of all days, or of one; they are public but for `key`, which is only once it is revealed."""
    return DayKey.objects.all() if day is None else DayKey.objects.filter(day=day)


def lots_of(day: date, *, at: datetime) -> QuerySet[Draw]:
    """Return the lots of the hazards that were received on `day` (Asia/Shanghai), and every later draw of theirs.

    Raises: NotRevealed before its key was revealed; a day that never had one is open when its key would have been.
    """
    key = day_keys(day).first()
    reveals_on = reveal_day(day, at=at)
    if (key.revealed_at is None) if key else (local_day(at) < reveals_on):
        raise NotRevealed(reveals_on=reveals_on)
    return Draw.objects.filter(day=day)


def reveal_day(day: date, *, at: datetime) -> date:
    """Return the day on which the key of `day` is revealed, by the policy in force at `at`."""
    return day + timedelta(days=numbers(at).document.reveal_after_days)


@lru_cache(maxsize=1)
def categories() -> dict[str, tuple[str, str]]:
    """Return the hazard categories of the catalogue, leaves only: code -> (name, group's name)."""
    document = yaml.safe_load((settings.CATALOGUE_DIR / "hazard_categories.yaml").read_text(encoding="utf-8"))
    return {leaf["code"]: (leaf["name"], group["name"]) for group in document["field_types"] for leaf in group["children"]}


@lru_cache(maxsize=1)
def criteria() -> dict[str, dict[str, Any]]:
    """Return the criteria for major hazards (重大事故隐患判定标准) of the catalogue by code, with their document."""
    document = yaml.safe_load((settings.CATALOGUE_DIR / "major_hazard_criteria.yaml").read_text(encoding="utf-8"))
    texts = {text["id"]: text for text in document["documents"]}
    return {row["code"]: {**row, **_validity(texts[row["document"]], texts), **row} for row in document["criteria"]}


def _validity(text: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """Return the days a document was in force; one that was superseded ends the day before its successor begins."""
    successor = texts.get(str(text.get("status", "")).removeprefix("superseded_by_"), {})
    start, end = _day(text.get("effective")), _day(successor.get("effective"))
    return {"valid_from": start, "valid_to": end - timedelta(days=1) if end else None, "document_name": text["title"]}


def _day(value: object) -> date | None:
    found = re.match(r"\d{4}-\d\d-\d\d", str(value or ""))
    return date.fromisoformat(found.group()) if found else None


def criterion_in_force(code: str | None, *, at: datetime) -> bool:
    """Return whether `code` is a criterion of the catalogue that is in force on the civil day of `at`."""
    row = criteria().get(code or "")
    if row is None:
        return False
    today = local_day(at)
    return (row["valid_from"] is None or row["valid_from"] <= today) and (row["valid_to"] is None or today <= row["valid_to"])
