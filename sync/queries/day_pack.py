"""The day pack (今日包): what an official or a member of an enterprise needs today where there is no network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from accounts import queries as accounts
from accounts.models import Region
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import canonical
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from hazards import queries as hazards
from hazards.actions import judge
from hazards.models import Hazard
from hazards.schemas import forms, show
from inspections.models import Campaign, ChecklistVersion, Inspection, LookBackTask
from inspections.queries import checklists, self_inspections
from inspections.schemas.checklists import shown as checklist_shown
from inspections.schemas.self_inspections import shown as sheet_shown
from media import queries as media
from media.policy.uses import Slot, Standing, blocking
from media.schemas import checks_of
from sync.queries import day

MOST_REGIONS, MOST_THUMBS = 2_000, 300


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
    `look_backs` are the tasks that he may do now, each with its closed hazard in full; `campaigns` those that run.
    """

    cases: list[dict[str, Any]]
    self_inspections: list[dict[str, Any]]
    complete: bool
    enterprises: list[dict[str, Any]]
    thumbs: list[Thumb]
    catalogues: dict[str, Any]
    visits: list[Inspection]
    pinned: list[dict[str, Any]]
    look_backs: list[tuple[LookBackTask, dict[str, Any]]]
    campaigns: list[Campaign]


def pack(*, actor: Actor, at: datetime, language: str) -> Pack:
    """Return the day pack of one person, bounded by policy `sync` (≤ 22 queries however many cases).

    What was found about photos is told in `language`.
    """
    to_do = day.of(actor, at=at)
    looked_at = _looked_at(to_do.look_backs, actor)
    everything = [*to_do.cases, *looked_at]
    slots = media.slots([row.id for row in everything])
    whole = _whole(everything, slots, actor=actor, at=at, language=language)
    own = self_inspections.sheets(to_do.sheets)
    return Pack(
        cases=[{"why": day.why(row, at), "hazard": whole[row.id]} for row in to_do.cases],
        self_inspections=[sheet_shown(row, own[row.id], None) for row in to_do.sheets],
        complete=to_do.complete, enterprises=_enterprises(everything, to_do.visits, actor),
        thumbs=_thumbs(everything, slots, actor), catalogues=catalogues(actor), visits=to_do.visits,
        pinned=_pinned(to_do.visits), campaigns=to_do.campaigns,
        look_backs=[(task, whole[task.hazard_id]) for task in to_do.look_backs if task.hazard_id in whole],
    )  # fmt: skip


def _looked_at(tasks: Iterable[LookBackTask], actor: Actor) -> list[Hazard]:
    """Return the closed hazards of these tasks."""
    wanted = [task.hazard_id for task in tasks]
    rows = hazards.visible_to(actor).select_related("open_listing").annotate(firm=F("enterprise__name"))
    return list(rows.filter(id__in=wanted)) if wanted else []


def _enterprises(found: Iterable[Hazard], visits: Iterable[Inspection], actor: Actor) -> list[dict[str, Any]]:
    named = {row.enterprise_id for row in found} | {row.enterprise_id for row in visits}
    firms = enterprises.visible_to(actor).filter(id__in=named).order_by("id") if named else ()
    return [enterprises.shown(row) for row in firms]


def _thumbs(found: Iterable[Hazard], slots: dict[UUID, list[Slot]], actor: Actor) -> list[Thumb]:
    """Return the pictures of these that are ready, as far as the reader may know of them."""
    own = [slots[row.id] if show.is_official(row, actor) else show.known(row, actor, slots[row.id]) for row in found]
    ready = [slot for shown in own for slot in shown if slot.status is Standing.READY]
    return list(dict.fromkeys(Thumb(slot.photo_id, slot.sha256 or "", slot.drawn) for slot in ready))[:MOST_THUMBS]


def _pinned(visits: list[Inspection]) -> list[dict[str, Any]]:
    """Return the versions that these are held to although others are in force by now: those are in the catalogues."""
    wanted = {pin["id"] for row in visits for pin in row.pins}
    rows = ChecklistVersion.objects.filter(id__in=wanted, valid_to__isnull=False).order_by("code", "version") if wanted else ()
    return [checklist_shown(row) for row in rows]


def _whole(
    found: list[Hazard], slots: dict[UUID, list[Slot]], *, actor: Actor, at: datetime, language: str
) -> dict[UUID, dict[str, Any]]:
    """Return these hazards in full, by their ids."""
    acts = hazards.acts_of_many([row.id for row in found])
    flagged = {slot.photo_id for row in found for slot in slots[row.id] if slot.findings}
    verdicts = checks_of(flagged, actor=actor, language=language) if flagged else None
    shown = {}
    for row in found:
        own = slots[row.id]
        allowed = judge.allowed(judge.facts_of(row, actor=actor, at=at, blocking=bool(blocking(own))))
        known = acts.get(row.id, [])
        shown[row.id] = show.full(row, actor=actor, at=at, slots=own, acts=known, allowed=allowed, verdicts=verdicts)
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
