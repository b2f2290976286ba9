"""From checked bodies to what actions take; forms whose fields depend on each other are refused here (422)."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.kernel.problems import Invalid
from hazards.actions.parts import Fix, Report, Ruling
from hazards.actions.rectify import Plan
from hazards.actions.steps import Remarks
from hazards.policy.words import Level
from hazards.schemas import inputs
from media.policy.uses import PhotoRef

CONFIRMING = ("level", "criterion", "requirement", "due_on", "responsible", "stop_work", "due_in_hours")
DISMISSING = ("reason", "duplicate_of")


def missing(field: str) -> Invalid:
    """Return the refusal of a form that lacks `field` for its outcome."""
    return Invalid(errors=[{"field": field, "code": "missing", "message": f"{field} is required here"}])


def unfit(field: str, why: str) -> Invalid:
    """Return the refusal of a field that does not belong to this outcome."""
    return Invalid(errors=[{"field": field, "code": "unfit", "message": why}])


def only_of(body: inputs.ActIn, outcome: str, *foreign: str) -> None:
    """Refuse fields that belong to another outcome than the one that was said; null and false say nothing. Raises: Invalid."""
    told = [name for name in foreign if getattr(body, name) not in (None, False)]
    if told:
        found = [{"field": name, "code": "unfit", "message": f"{name} does not go with {outcome}"} for name in told]
        raise Invalid(errors=found)


def photos(given: list[inputs.PhotoIn]) -> tuple[PhotoRef, ...]:
    """Return photos as actions take them."""
    return tuple(PhotoRef(photo.id, photo.sha256, photo.bytes) for photo in given)


def remarks(body: inputs.ActIn) -> Remarks:
    """Return what any act may carry."""
    location = body.location.model_dump() if body.location else None
    return Remarks(note=body.note, location=location, photos=photos(body.photo_ids))


def _ruling(body: inputs.RulingIn | inputs.VerificationIn) -> Ruling:
    if body.level is None:
        raise missing("level")
    if body.requirement is None:
        raise missing("requirement")
    if body.stop_work and (body.due_in_hours is None or body.due_on is not None):
        raise unfit("due_in_hours", "stop_work takes due_in_hours 1 to 72 instead of due_on")
    if body.due_in_hours is not None and not body.stop_work:
        raise unfit("due_in_hours", "due_in_hours belongs to stop_work")
    return Ruling(
        level=body.level, requirement=body.requirement, criterion=body.criterion or "", due_on=body.due_on,
        responsible=body.responsible or "", stop_work=body.stop_work, due_in_hours=body.due_in_hours,
    )  # fmt: skip


def _fix(body: inputs.FixIn | inputs.RectificationIn) -> Fix:
    return Fix(
        measures=body.measures, responsible=body.responsible, finished_at=body.finished_at, cost_cny=body.cost_cny,
        photos=photos(body.photo_ids),
    )  # fmt: skip


def report(body: inputs.ReportIn) -> Report:
    """Return a report as the action takes it. Raises: Invalid."""
    named = [*body.photo_ids, *(body.rectification.photo_ids if body.rectification else [])]
    if len({photo.id for photo in named}) != len(named):
        raise unfit("photo_ids", "a photo is named twice")
    return Report(
        enterprise_id=body.enterprise_id, source=body.source, category=body.category, title=body.title or "",
        description=body.description, place=body.place, found_at=body.found_at,
        location=body.location.model_dump() if body.location else None, level_claimed=_claimed(body),
        checklist_item=body.checklist_item or "", related_to=body.related_to, photos=photos(body.photo_ids),
        fix=_fix(body.rectification) if body.rectification else None,
        ruling=_ruling(body.verification) if body.verification else None,
    )  # fmt: skip


def _claimed(body: inputs.ReportIn) -> Level:
    if body.level_claimed is not None:
        return body.level_claimed
    return body.verification.level if body.verification else Level.GENERAL


def ruling(body: inputs.VerificationIn) -> Ruling:
    """Return a confirming verification as the action takes it. Raises: Invalid."""
    only_of(body, "confirm", *DISMISSING)
    return _ruling(body)


def returning(body: inputs.VerificationIn) -> Remarks:
    """Return the remarks of a returning verification, whose note tells the reporter what to mend. Raises: Invalid."""
    only_of(body, "return", *CONFIRMING, *DISMISSING)
    if not body.note.strip():
        raise missing("note")
    return remarks(body)


def dismissal(body: inputs.VerificationIn) -> dict[str, Any]:
    """Return reason and duplicate of a dismissing verification. Raises: Invalid."""
    only_of(body, "dismiss", *CONFIRMING)
    if body.reason is None:
        raise missing("reason")
    if body.reason == "duplicate" and body.duplicate_of is None:
        raise missing("duplicate_of")
    if body.reason != "duplicate" and body.duplicate_of is not None:
        raise unfit("duplicate_of", "duplicate_of belongs to reason duplicate")
    return {"reason": body.reason, "duplicate_of": body.duplicate_of}


def changes(body: inputs.ResubmissionIn) -> dict[str, Any]:
    """Return the changed fields of a resubmission."""
    common = {"id", "note", "photo_ids"}
    return {
        name: value for name, value in body.model_dump(exclude_unset=True).items() if name not in common and value is not None
    }


def plan(body: inputs.PlanIn) -> Plan:
    """Return the six elements."""
    return Plan(
        goal=body.goal, measures=body.measures, funds_cny=body.funds_cny, responsible=body.responsible,
        due_on=body.due_on, contingency=body.contingency,
    )  # fmt: skip


def fix(body: inputs.RectificationIn) -> Fix:
    """Return a rectification as the action takes it."""
    return _fix(body)


def holding(body: inputs.LookBackIn) -> Remarks:
    """Return the remarks of a look-back that found nothing, so that there is nothing to set a day for. Raises: Invalid."""
    only_of(body, "holds", "due_on")
    return remarks(body)


def lowering(body: inputs.ReclassificationIn) -> str:
    """Return why a hazard is lowered to general, which no criterion makes it. Raises: Invalid."""
    only_of(body, "general", "criterion")
    return body.reason


def due_on(body: inputs.LookBackIn) -> date:
    """Return the new deadline of a look-back that found the hazard again. Raises: Invalid."""
    if body.due_on is None:
        raise missing("due_on")
    return body.due_on


def passing(body: inputs.ReinspectionIn) -> dict[str, Any]:
    """Return what a passing re-inspection says. Raises: Invalid."""
    only_of(body, "pass", "due_on")
    if body.on_site is None:
        raise missing("on_site")
    return {"on_site": body.on_site, "inspectors": tuple(body.inspectors or ()), "inspection_id": visit(body)}


def visit(body: inputs.ReinspectionIn) -> UUID | None:
    """Return the visit that a re-inspection on site names, if it does. Raises: Invalid."""
    if body.inspection_id is not None and not body.on_site:
        raise missing("on_site")
    return body.inspection_id


def failing(body: inputs.ReinspectionIn) -> dict[str, Any]:
    """Return what a failing re-inspection says: why, and until when. Raises: Invalid."""
    if body.due_on is None:
        raise missing("due_on")
    if not body.note.strip():
        raise missing("note")
    return {"due_on": body.due_on, "on_site": body.on_site, "inspection_id": visit(body)}


def order(body: inputs.ListingIn) -> dict[str, Any]:
    """Return a listing's order: authority, document number and deadline together. Raises: Invalid."""
    for name in ("authority", "document_no", "due_on"):
        if getattr(body, name) is None:
            raise missing(name)
    return {"authority": body.authority, "document_no": body.document_no, "due_on": body.due_on}


def criterion(row: dict[str, Any]) -> dict[str, Any]:
    """Return a criterion of the catalogue as it is listed."""
    clause = f"{row.get('article') or ''}{row.get('item') or ''}"
    return {
        "code": row["code"], "title": row["title"], "document": row["document_name"], "clause": clause,
        "valid_from": row["valid_from"], "valid_to": row["valid_to"],
    }  # fmt: skip
