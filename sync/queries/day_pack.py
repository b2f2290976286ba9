"""The day pack (今日包): what an official or a member of an enterprise needs today where there is no network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from accounts import queries as accounts
from accounts.models import Region
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import calendar, canonical
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from hazards import queries as hazards
from hazards.actions import judge
from hazards.models import Hazard
from hazards.models.hazard import OPEN, WAITING
from hazards.policy.words import Level, ReviewMode, Status
from hazards.schemas import forms, show
from inspections.models import ChecklistVersion, Inspection
from inspections.policy.crews import PLANNERS
from inspections.policy.visits import VisitStatus
from inspections.queries import checklists, inspections, self_inspections
from inspections.schemas.checklists import shown as checklist_shown
from inspections.schemas.self_inspections import shown as sheet_shown
from media import queries as media
from media.policy.uses import Slot, Standing, blocking
from media.schemas import checks_of
from sync import queries
from sync.policy.feed import FULL_READERS

MOST_REGIONS, MOST_THUMBS, MOST_SHEETS, MOST_VISITS = 2_000, 300, 50, 50


@dataclass(frozen=True, slots=True)
class Thumb:
    """A small picture of a case that is ready to be fetched; `sha256` of the photo it was made from, `drawn` its strip."""

    photo_id: UUID
    sha256: str
    drawn: str


@dataclass(frozen=True, slots=True)
class Pack:
    """Cases, the most urgent first (`complete`: all of them), self-inspections, enterprises, pictures, and the catalogues.

    `visits` are the inspections of today that this person makes, `pinned` what of their checklists is no longer in force.
    """

    cases: list[dict[str, Any]]
    self_inspections: list[dict[str, Any]]
    complete: bool
    enterprises: list[dict[str, Any]]
    thumbs: list[Thumb]
    catalogues: dict[str, Any]
    visits: list[Inspection]
    pinned: list[dict[str, Any]]


def pack(*, actor: Actor, at: datetime, language: str) -> Pack:
    """Return the day pack of one person, bounded by policy `sync` (≤ 18 queries however many cases).

    What was found about photos is told in `language`.
    """
    numbers = queries.numbers(at).document
    found, complete = _due(actor, at=at, days=numbers.pack_days, most=numbers.pack_cases)
    slots = media.slots([row.id for row in found])
    cases = _whole(found, slots, actor=actor, at=at, language=language)
    visits = _visits(actor, at=at)
    named = {row.enterprise_id for row in found} | {row.enterprise_id for row in visits}
    firms = enterprises.visible_to(actor).filter(id__in=named).order_by("id") if named else ()
    shown = {row.id: slots[row.id] if show.is_official(row, actor) else show.known(row, actor, slots[row.id]) for row in found}
    ready = [slot for row in found for slot in shown[row.id] if slot.status is Standing.READY]
    thumbs = list(dict.fromkeys(Thumb(slot.photo_id, slot.sha256 or "", slot.drawn) for slot in ready))[:MOST_THUMBS]
    own = _self_inspections(actor, at=at, days=numbers.pack_days)
    return Pack(
        cases, own, complete, [enterprises.shown(row) for row in firms], thumbs, catalogues(actor), visits, _pinned(visits)
    )


def _self_inspections(actor: Actor, *, at: datetime, days: int) -> list[dict[str, Any]]:
    """Return the self-inspections that are this person's to work through until `days` days from today, the first due first."""
    if not actor.duties_as(self_inspections.ANSWERERS):
        return []
    until = calendar.start_of(calendar.local_day(at) + timedelta(days=days + 1))
    rows = list(self_inspections.running(actor=actor, until=until)[:MOST_SHEETS])
    sheets = self_inspections.sheets(rows)
    return [sheet_shown(row, sheets[row.id], None) for row in rows]


def _visits(actor: Actor, *, at: datetime) -> list[Inspection]:
    """Return the inspections that this person is to make today, or has begun; no query for one who never makes any."""
    if not actor.has(*PLANNERS):
        return []
    mine = Inspection.objects.filter(crew__person=actor.person, planned_on__lte=calendar.local_day(at)).values("id")
    open_ = inspections.visible_to(actor).filter(id__in=mine, status__in=[VisitStatus.PLANNED, VisitStatus.UNDER_WAY])
    return list(inspections.shown(open_).order_by("-planned_on", "id")[:MOST_VISITS])


def _pinned(visits: list[Inspection]) -> list[dict[str, Any]]:
    """Return the versions that these are held to although others are in force by now: those are in the catalogues."""
    wanted = {pin["id"] for row in visits for pin in row.pins}
    rows = ChecklistVersion.objects.filter(id__in=wanted, valid_to__isnull=False).order_by("code", "version") if wanted else ()
    return [checklist_shown(row) for row in rows]


def _due(actor: Actor, *, at: datetime, days: int, most: int) -> tuple[list[Hazard], bool]:
    """Return the hazards that are this person's to do something about until `days` days from today, and whether all."""
    horizon = calendar.start_of(calendar.local_day(at) + timedelta(days=days + 1))
    rows = hazards.visible_to(actor).select_related("open_listing").annotate(firm=F("enterprise__name"))
    found: dict[UUID, Hazard] = {}
    complete = True
    for condition, column in _conditions(actor, at=at, horizon=horizon):
        part = list(rows.filter(condition).order_by(column, "id")[: most + 1])
        complete &= len(part) <= most
        found |= {row.id: row for row in part[:most]}
    ordered = sorted(found.values(), key=lambda row: (_since(row), row.id))
    return ordered[:most], complete and len(ordered) <= most


def _conditions(actor: Actor, *, at: datetime, horizon: datetime) -> list[tuple[Q, str]]:
    """Return what each of the person's parts has to do with, and the order in which it is most urgent."""
    found: list[tuple[Q, str]] = []
    if field := actor.duties_as([Role.GRID_WORKER, Role.INSPECTOR]):
        here, looked_at = accounts.within(field), Q(review_mode=ReviewMode.FULL) | Q(drawn_at__isnull=False)
        found.append((here & Q(status=Status.RECTIFYING, due_at__lte=horizon), "due_at"))
        # beside the status itself, its list: by it the database knows its partial index
        waits = Q(status__in=WAITING) & (Q(status=Status.REPORTED) | looked_at)
        found.append((here & waits, "received_at"))
    if above := actor.duties_as([Role.REGULATOR]):
        major = accounts.within(above) & Q(level=Level.MAJOR, status__in=OPEN)
        late = Q(status=Status.RECTIFYING, due_at__lte=at) | Q(open_listing__isnull=False)
        found.append((major & (late | Q(id__in=_asked())), "received_at"))
    if firms := [duty.enterprise_id for duty in actor.duties_as(FULL_READERS)]:
        ours = Q(status__in=[Status.RECTIFYING, Status.RETURNED])
        accepted = Q(status=Status.AWAITING_REINSPECTION, review_mode=ReviewMode.SAMPLED)
        found.append((Q(enterprise_id__in=firms) & (ours | accepted), "received_at"))
    if actor.has(*BOUND_TO_ENTERPRISE, *OFFICIALS):
        found.append((Q(reporter_person=actor.person, status=Status.RETURNED), "received_at"))
    return found


def _asked() -> Any:
    """Return the hazards whose extension nobody has decided."""
    return Hazard.objects.filter(extensions__outcome="").values("id")


def _since(hazard: Hazard) -> datetime:
    """Return the instant by which cases are ordered: the deadline, or since when somebody's move is awaited."""
    if hazard.status == Status.RECTIFYING and hazard.due_at:
        return hazard.due_at
    return (hazard.status == Status.AWAITING_REINSPECTION and hazard.submitted_at) or hazard.received_at


def _why(hazard: Hazard, at: datetime) -> str:
    if hazard.status != Status.RECTIFYING:
        return "awaiting"
    return "overdue" if hazard.is_overdue(at) else "due"


def _whole(
    found: list[Hazard], slots: dict[UUID, list[Slot]], *, actor: Actor, at: datetime, language: str
) -> list[dict[str, Any]]:
    acts = hazards.acts_of_many([row.id for row in found])
    flagged = {slot.photo_id for row in found for slot in slots[row.id] if slot.findings}
    verdicts = checks_of(flagged, actor=actor, language=language) if flagged else None
    shown = []
    for row in found:
        own = slots[row.id]
        allowed = judge.allowed(judge.facts_of(row, actor=actor, at=at, blocking=bool(blocking(own))))
        whole = show.full(row, actor=actor, at=at, slots=own, acts=acts.get(row.id, []), allowed=allowed, verdicts=verdicts)
        shown.append({"why": _why(row, at), "hazard": whole})
    return shown


def catalogues(actor: Actor) -> dict[str, Any]:
    """Return what forms are filled in with: categories, criteria for major hazards, checklists, the regions of his scope.

    `digest` changes when any of it does.
    """
    regions = [
        {"code": row.code, "name": row.name, "level": row.level, "parent": row.parent_id, "kind": row.kind}
        for row in _regions(actor)
    ]
    templates = _checklists(tuple(checklists.ids_in_force()))
    digest = canonical.digest([_standing()[0], [str(row["id"]) for row in templates], regions])
    return {
        "digest": digest, "categories": _standing()[1], "criteria": _standing()[2], "checklists": templates, "regions": regions,
    }  # fmt: skip


@lru_cache(maxsize=4)
def _checklists(ids: tuple[UUID, ...]) -> list[dict[str, Any]]:
    """Return these versions; what was published is never changed, so they are kept by their ids."""
    return [checklist_shown(row) for row in checklists.versions(ids)]


@lru_cache(maxsize=1)
def _standing() -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the two catalogues that are the same for everybody, after their digest; read once like their files."""
    categories = [{"code": code, "name": name, "group": group} for code, (name, group) in hazards.categories().items()]
    criteria = [forms.criterion(row) for row in hazards.criteria().values()]
    plain = [{name: str(value) for name, value in row.items()} for row in [*categories, *criteria]]
    return canonical.digest(plain), categories, criteria


def _regions(actor: Actor) -> Iterable[Region]:
    """Return the regions at and below the person's own, and what lies above them."""
    official = [duty for duty in actor.duties_as(OFFICIALS) if duty.level]
    above = {code for duty in official if (node := accounts.region(duty.region)) for code in node.place.columns().values()}
    if firms := [duty.enterprise_id for duty in actor.duties_as(BOUND_TO_ENTERPRISE) if duty.enterprise_id]:
        own = Enterprise.objects.filter(id__in=firms).values_list("province", "city", "county", "town", "village", "grid")
        above |= {code for codes in own for code in codes}
    wanted = Q(code__in=above - {""}) | accounts.within(official)
    return Region.objects.filter(wanted).order_by("code")[:MOST_REGIONS]
