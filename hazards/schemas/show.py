"""How hazards and acts are shown: plain dictionaries from rows, in the reader's scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from hazards import queries
from hazards.models import Act, Hazard
from hazards.policy import deadlines
from hazards.policy.words import STATUS_LABELS, Status
from media.policy.uses import Slot, missing

Verdicts = Mapping[UUID, Sequence[Mapping[str, Any]]]
VISITS = frozenset({"reinspection", "countersignature"})


def is_official(hazard: Hazard, actor: Actor) -> bool:
    """Return whether `actor` sees this hazard as an official without an interest in it, who may know of draws."""
    place = hazard.place
    return hazard.enterprise_id not in actor.interests and any(duty.covers(place) for duty in actor.duties_as(OFFICIALS))


def drawn(hazard: Hazard, actor: Actor, acts: Sequence[Act]) -> bool | None:
    """Return whether it is drawn; None while the enterprise must not know (before a visit or the end, lifecycle.md §3)."""
    ended = hazard.status in (Status.CLOSED, Status.VOID)
    if is_official(hazard, actor) or ended or any(act.kind in VISITS for act in acts):
        return hazard.drawn_at is not None
    return None


def known(hazard: Hazard, actor: Actor, slots: Sequence[Slot]) -> Sequence[Slot]:
    """Return the photos that `actor` may know of: those of a draw by hand would tell the enterprise of it."""
    return slots if is_official(hazard, actor) else [slot for slot in slots if slot.label != "draw"]


def _firm(hazard: Hazard) -> str:
    """Return the enterprise's name, which reads annotate; only a hazard that was just opened carries its row instead."""
    name: str = hazard.__dict__.get("firm") or hazard.enterprise.name
    return name


def _common(hazard: Hazard, *, at: datetime, slots: Sequence[Slot]) -> dict[str, Any]:
    return {
        "id": hazard.id, "enterprise_id": hazard.enterprise_id, "enterprise_name": _firm(hazard),
        "source": hazard.source, "category": hazard.category, "title": hazard.title,
        "category_name": queries.categories().get(hazard.category, ("", ""))[0],
        "description": hazard.description, "place": hazard.location_name, "status": hazard.status,
        "region": hazard.village or hazard.town or hazard.county or hazard.city or hazard.province, "grid": hazard.grid,
        "status_label": STATUS_LABELS[Status(hazard.status)], "level": hazard.level, "level_claimed": hazard.level_claimed,
        "review_mode": hazard.review_mode, "round": hazard.round, "version": hazard.version,
        "reported_at": hazard.received_at, "found_at": hazard.found_at, "due_at": hazard.due_at,
        "original_due_at": hazard.original_due_at, "overdue": hazard.is_overdue(at),
        "listed": hazard.open_listing_id is not None, "closed_at": hazard.closed_at,
        "recurrence_of": hazard.recurrence_of_id, "photos_missing": missing(slots),
    }  # fmt: skip


def row(hazard: Hazard, *, actor: Actor, at: datetime, slots: Sequence[Slot], allowed: Sequence[Any]) -> dict[str, Any]:
    """Return a hazard as lists show it; `allowed` are names, or whole entries if asked for."""
    return {**_common(hazard, at=at, slots=known(hazard, actor, slots)), "allowed": allowed}


def full(
    hazard: Hazard,
    *,
    actor: Actor,
    at: datetime,
    slots: Sequence[Slot],
    acts: Sequence[Act],
    allowed: Sequence[Any],
    verdicts: Verdicts | None = None,
) -> dict[str, Any]:
    """Return a hazard in full, as `GET /hazards/{id}` and `POST /hazards` answer it; `verdicts`: findings by photo."""
    knows = drawn(hazard, actor, acts)
    slots = slots if knows else known(hazard, actor, slots)
    return {
        **_common(hazard, at=at, slots=slots),
        "location": _place(hazard), "criterion": hazard.criterion or None, "requirement": hazard.requirement or None,
        "responsible": hazard.responsible or None, "stop_work": hazard.stop_work, "drawn": knows, "flags": hazard.flags,
        "checklist_item": hazard.checklist_item or None, "related_to": hazard.related_to_id,
        "duplicate_of": hazard.duplicate_of_id,
        "reporter": {"id": hazard.reporter_id, "role": hazard.reporter_role}, "received_at": hazard.received_at,
        "confirmed_at": hazard.confirmed_at, "submitted_at": hazard.submitted_at, "closed_by": hazard.closed_by or None,
        "voided_at": hazard.voided_at, "void_reason": hazard.void_reason or None, "due_provisional": hazard.due_provisional,
        "due_on": deadlines.last_day(hazard.due_at) if hazard.due_at else None, "listing": _listing(hazard),
        "pending_signature": _pending(hazard, at),
        "photos": [_photo(slot, verdicts or {}) for slot in slots],
        "acts": [act(row) for row in acts if row.kind != "draw" or knows],
        "allowed": [entry.as_dict() for entry in allowed],
    }  # fmt: skip


def _place(hazard: Hazard) -> dict[str, Any] | None:
    if hazard.latitude is None or hazard.longitude is None:
        return None
    sent = hazard.location or {}
    here = {"latitude": hazard.latitude, "longitude": hazard.longitude, "accuracy_m": sent.get("accuracy_m"), "crs": "wgs84"}
    return here if sent.get("crs", "wgs84") == "wgs84" else {**here, "original": sent}


def _pending(hazard: Hazard, at: datetime) -> dict[str, Any] | None:
    pending = hazard.who.pending
    if pending is None or pending.until <= at:
        return None
    return {"reinspection_id": pending.act_id, "inspector_id": pending.second, "expires_at": pending.until}


def _listing(hazard: Hazard) -> dict[str, Any] | None:
    listing = hazard.open_listing
    if listing is None:
        return None
    names = ("id", "authority", "document_no", "due_on", "listed_at")
    return {name: getattr(listing, name) for name in names}


def _photo(slot: Slot, verdicts: Verdicts) -> dict[str, Any]:
    return {
        "id": slot.photo_id, "act_id": slot.act_id, "label": slot.label, "status": slot.status.value,
        "lapsed": slot.lapsed, "sha256": slot.sha256, "checks": verdicts.get(slot.photo_id, ()),
    }  # fmt: skip


def act(row: Act) -> dict[str, Any]:
    """Return an act: its own fields, then the common ones."""
    return {
        **row.said, "id": row.id, "kind": row.kind, "round": row.round, "at": row.at, "note": row.note,
        "actor": {"id": row.actor_id, "name": row.actor_name, "role": row.role}, "photo_ids": row.photo_ids,
        "location": row.location,
    }  # fmt: skip


def brief(hazard: Hazard, allowed: Sequence[Any]) -> dict[str, Any]:
    """Return the hazard as an act's answer shows it."""
    return {
        "id": hazard.id, "status": hazard.status, "version": hazard.version, "round": hazard.round, "due_at": hazard.due_at,
        "allowed": [entry.as_dict() for entry in allowed],
    }  # fmt: skip


def event(entry: LedgerEntry) -> dict[str, Any]:
    """Return one entry of the chain; its body is what was hashed."""
    body = ledger.read(entry)
    return {
        "seq": entry.seq, "kind": entry.kind, "at": entry.at, "actor": body["actor"], "status_before": body["before"],
        "status_after": body["after"], "facts": body["facts"], "act_id": body["act_id"], "prev": entry.prev, "hash": entry.hash,
        "body": entry.body,
    }  # fmt: skip
