"""What changed objects look like to one person: hazards as lists show them, enterprises, where photos stand, and the rest.

To fetch is to authorise: what he may not read is simply not among the answers.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from enterprises import queries as enterprises
from hazards import queries as hazards
from hazards.actions import judge
from hazards.models import Act, Hazard
from hazards.schemas import show
from media import queries as media
from media.policy.uses import Slot
from sync.policy.feed import Kind
from sync.queries import field_bodies
from sync.queries.slots import naming

Key = tuple[int, UUID]
Shown = tuple[int | None, dict[str, Any]]


def of(keys: Iterable[Key], *, actor: Actor, at: datetime) -> dict[Key, Shown]:
    """Return (version, body) of each of these objects that `actor` may read (a constant number of queries per kind)."""
    wanted: dict[int, set[UUID]] = {}
    for kind, subject_id in keys:
        wanted.setdefault(kind, set()).add(subject_id)
    photos, hazard_ids = wanted.get(Kind.PHOTO, set()), wanted.get(Kind.HAZARD, set())
    carriers = {subject_id: kind for kind, subject_id in (slot.carrier for slot in naming(photos))}
    rows = _hazards(hazard_ids | {id for id, kind in carriers.items() if kind is Kind.HAZARD}, actor)
    others = field_bodies.visible(carriers, actor=actor)
    slots = {
        id: show.known(rows[id], actor, found) if id in rows else found for id, found in media.slots([*rows, *others]).items()
    }
    whole = {id: row for id, row in rows.items() if id in hazard_ids}
    shown = _shown(whole, slots, actor=actor, at=at) | _standings(photos, slots, carriers)
    for firm in _enterprises(wanted.get(Kind.ENTERPRISE, set()), actor):
        shown[Kind.ENTERPRISE, firm["id"]] = firm["version"], firm
    return shown | field_bodies.of(wanted, actor=actor, at=at)


def _hazards(ids: Iterable[UUID], actor: Actor) -> dict[UUID, Hazard]:
    wanted = list(ids)
    found = hazards.light(hazards.visible_to(actor).filter(id__in=wanted)) if wanted else ()
    return {row.id: row for row in found}


def _enterprises(ids: Iterable[UUID], actor: Actor) -> list[dict[str, Any]]:
    wanted = list(ids)
    return [enterprises.shown(row) for row in enterprises.visible_to(actor).filter(id__in=wanted)] if wanted else []


def _shown(rows: dict[UUID, Hazard], slots: dict[UUID, Any], *, actor: Actor, at: datetime) -> dict[Key, Shown]:
    visits = _visits([row.id for row in rows.values() if not show.is_official(row, actor)])
    found: dict[Key, Shown] = {}
    for id, row in rows.items():
        allowed = judge.row(row, actor=actor, at=at, slots=slots[id], whole=False)
        body = show.row(row, actor=actor, at=at, slots=slots[id], allowed=allowed)
        found[Kind.HAZARD, id] = row.version, {**body, "drawn": show.drawn(row, actor, visits.get(id, []))}
    return found


def _visits(ids: list[UUID]) -> dict[UUID, list[Act]]:
    """Return the visits to these hazards, by which an enterprise learns whether they were drawn."""
    found: dict[UUID, list[Act]] = {}
    for act in Act.objects.filter(hazard_id__in=ids, kind__in=show.VISITS) if ids else ():
        found.setdefault(act.hazard_id, []).append(act)
    return found


def _standings(photos: Iterable[UUID], slots: dict[UUID, Any], carriers: Mapping[UUID, Kind]) -> dict[Key, Shown]:
    """Return where photos stand in the objects that the reader may see; `carriers`: the kinds of these."""
    found: dict[UUID, list[dict[str, Any]]] = {id: [] for id in photos}
    for subject_id, known in slots.items():
        for slot in known:
            if slot.photo_id in found:
                found[slot.photo_id].append(_slot(carriers[subject_id], subject_id, slot))
    return {(Kind.PHOTO, id): (None, {"id": id, "slots": standings}) for id, standings in found.items() if standings}


def _slot(kind: Kind, subject_id: UUID, slot: Slot) -> dict[str, Any]:
    return {
        "subject_kind": kind.name.lower(), "subject_id": subject_id, "hazard_id": subject_id if kind is Kind.HAZARD else None,
        "act_id": slot.act_id, "label": slot.label, "status": slot.status.value, "lapsed": slot.lapsed, "sha256": slot.sha256,
        "code": slot.code or None,
    }  # fmt: skip
