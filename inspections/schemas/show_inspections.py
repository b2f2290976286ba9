"""How inspections and their acts are shown: plain dictionaries from rows, in the reader's scope."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel.models import LedgerEntry
from hazards.schemas.show import event as chain_event
from inspections.models import Inspection, PlanReading, VisitAct, VisitFinding
from inspections.policy.answers import Answer, Sheet
from inspections.policy.visit_facts import Open
from inspections.policy.visits import MODE_LABELS, STATUS_LABELS, TYPE_LABELS, Mode, Type, Verb, VisitStatus
from inspections.schemas.answers import given_shown, said_shown

# what an act says of where its actor was, and what is odd about an act
PRESENCE = frozenset({"presence", "metres"})
ODD = PRESENCE | {"flags"}


def sees_oddities(inspection: Inspection, actor: Actor) -> bool:
    """Return whether `actor` reads the chain as one who oversees it: an official or an auditor without an interest there."""
    free = inspection.enterprise_id not in actor.interests
    return free and actor.duty_over(inspection.place, [*OFFICIALS, Role.AUDITOR]) is not None


def is_official(inspection: Inspection, actor: Actor) -> bool:
    """Return whether `actor` sees it as an official without an interest in the enterprise: then he sees its flags."""
    return inspection.enterprise_id not in actor.interests and actor.duty_over(inspection.place, OFFICIALS) is not None


def _firm(inspection: Inspection) -> str:
    name: str = inspection.__dict__.get("firm") or inspection.enterprise.name
    return name


def row(inspection: Inspection, *, actor: Actor) -> dict[str, Any]:
    """Return an inspection as lists show it."""
    flags = inspection.flags if is_official(inspection, actor) else None
    return {
        "id": inspection.id, "type": inspection.type, "type_label": TYPE_LABELS[Type(inspection.type)],
        "mode": inspection.mode, "mode_label": MODE_LABELS[Mode(inspection.mode)], "status": inspection.status,
        "status_label": STATUS_LABELS[VisitStatus(inspection.status)], "enterprise_id": inspection.enterprise_id,
        "enterprise_name": _firm(inspection), "grid": inspection.grid,
        "region": inspection.village or inspection.town or inspection.county or inspection.city or inspection.province,
        "planned_on": inspection.planned_on, "inspectors": crew(inspection), "checklists": inspection.pins,
        "campaign": inspection.campaign_id, "draw_id": inspection.draw_id, "action_code": inspection.action_code or None,
        "planned_at": inspection.planned_at, "checked_in_at": inspection.checked_in_at,
        "checked_out_at": inspection.checked_out_at, "cancelled_at": inspection.cancelled_at, "flags": flags,
        "hidden": inspection.is_hidden, "version": inspection.version,
    }  # fmt: skip


def crew(inspection: Inspection) -> list[dict[str, Any]]:
    """Return those who go, the one who leads first."""
    rows = sorted(inspection.crew.all(), key=lambda row: (not row.lead, row.name))
    return [
        {"id": row.account_id, "name": row.name, "role": row.role, "licence_no": row.licence_no, "lead": row.lead} for row in rows
    ]


def full(
    inspection: Inspection, *, actor: Actor, acts: Sequence[VisitAct], findings: Sequence[VisitFinding],
    sheet: Sheet, open: Open, missing: Sequence[UUID], allowed: Sequence[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Return an inspection in full."""
    official = is_official(inspection, actor)
    return {
        **row(inspection, actor=actor), "note": inspection.note if official else "",
        "reserve": inspection.reserve if official else None,
        "cancel_reason": inspection.cancel_reason or None, "arrived_at": inspection.arrived_at, "left_at": inspection.left_at,
        "answers": answers(sheet), "open": {"unanswered": open.unanswered, "without_finding": open.without_finding},
        "photos_missing": missing, "findings": [finding(found) for found in findings],
        # why somebody cannot go is no business of the enterprise's
        "acts": [act(one, official=official) for one in acts if official or one.verb != Verb.CHANGE],
        "allowed": allowed,
    }  # fmt: skip


def answers(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the answers that stand, by code."""
    return [{**given_shown(sheet[code]), "code": code} for code in sorted(sheet)]


def finding(found: VisitFinding) -> dict[str, Any]:
    """Return where a hazard that was found is."""
    return {"hazard_id": found.hazard_id, "checklist_item": found.checklist_item or None, "at": found.at}


def act(row: VisitAct, *, official: bool) -> dict[str, Any]:
    """Return an act: its own fields, then the common ones; what is odd about it is for officials."""
    said = row.said if official else {**row.said, **dict.fromkeys(PRESENCE & row.said.keys())}
    if row.verb == Verb.ANSWER:
        said = {"items": [said_shown(Answer.of_json(told)) for told in said["items"]]}
    return {
        **said, "id": row.id, "kind": row.verb, "at": row.at, "claimed_at": row.claimed_at, "note": row.note,
        "actor": {"id": row.actor_id, "name": row.actor_name, "role": row.role}, "photo_ids": row.photo_ids,
        "location": row.location, "flags": row.flags if official else None,
    }  # fmt: skip


def event(entry: LedgerEntry, act: VisitAct | None, *, official: bool) -> dict[str, Any]:
    """Return one entry of the chain; what is odd about its act is for officials and auditors, whose entry commits to it.

    Entries of before (docs/adr/0026) have it in their body: to others they are shown without one.
    """
    told = chain_event(entry)
    odd = {"flags": act.flags, **{name: act.said.get(name) for name in PRESENCE}} if act else {}
    if official or not told["facts"].keys() & ODD:
        return {**dict.fromkeys(ODD), **told, **(odd if official else {})}
    facts = {name: value for name, value in told["facts"].items() if name not in ODD}
    return {**dict.fromkeys(ODD), **told, "facts": facts, "body": ""}


def reading(row: PlanReading) -> dict[str, Any]:
    """Return who looked when."""
    reader = {"id": row.account_id, "name": row.name, "role": row.role}
    return {"reading_id": row.reading_id, "at": row.at, "reader": reader}


def brief(inspection: Inspection, *, actor: Actor, allowed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the inspection as an act's answer shows it."""
    flags = inspection.flags if is_official(inspection, actor) else None
    return {
        "id": inspection.id, "status": inspection.status, "version": inspection.version, "flags": flags, "allowed": allowed,
    }  # fmt: skip
