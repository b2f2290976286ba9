"""Handing in a self-inspection (自查提交): signed, and every failed item becomes a hazard, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from backend.kernel import idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from hazards.actions.parts import Fix, Report
from hazards.actions.report import report
from hazards.policy import phrases
from hazards.policy.words import Level, Source
from inspections import errors
from inspections.actions.answer import duty_for, still_open
from inspections.models import SelfInspection, Submission
from inspections.models.self_inspection import Turn
from inspections.policy import answers as rules
from inspections.policy import templates
from inspections.policy.answers import Gap, Given, Remedy, Sheet
from inspections.policy.templates import Item
from inspections.policy.words import SelfInspectionStatus
from inspections.queries import self_inspections as queries
from media.actions import attach
from media.policy.uses import PhotoRef, Use

TITLE = 100


@dataclass(frozen=True, slots=True)
class Submitted:
    """A self-inspection that was handed in, and the receipt."""

    submission: Submission
    row: SelfInspection
    receipt: Receipt


@transaction.atomic
def submit(
    *, self_inspection_id: UUID, statement: str, signature: PhotoRef | None, received: Received, actor: Actor, at: datetime
) -> Submitted:
    """Hand in what was answered; "no hazards found" (零隐患) is this statement, too. A missed one stays recorded as missed.

    Raises: Replayed, SameId; NotFound; SelfInspectionNotYourMove; SelfInspectionIncomplete, which names the items;
    SelfInspectionWrongStatus, SelfInspectionNotStarted; whatever refuses a report.
    """
    receipt = idempotency.claim(received, subject_id=self_inspection_id)
    row = queries.lock(self_inspection_id, actor=actor)
    duty = duty_for(row, actor)
    still_open(row, at=at)
    sheet = queries.sheets([row])[row.id]
    _refuse(queries.lacking(row, sheet, at=at))
    failed = rules.problems(row.asked, sheet, row.features)
    hazards = [_report(row, item, given, received=received, actor=actor, at=at) for item, given in failed]
    made = Submission.objects.create(
        id=received.id, self_inspection=row, actor_id=actor.id, actor_name=actor.name, person=actor.person, role=duty.role.value,
        at=at, statement=statement, signature_photo_id=signature.id if signature else None,
        hazards=[str(id) for id in hazards], salt=ledger.salt(),
    )  # fmt: skip
    photos = _rest(sheet, failed, signature)
    if photos:
        attach.attach(photos, use=_use(row, made, duty), at=at)
    turn = _turn(made, duty, sheet, photos, late=at >= row.due_at, request_id=received.request_id)
    row.advance(turn, status=SelfInspectionStatus.SUBMITTED, submitted_at=at, next_step_at=None)
    return Submitted(made, row, receipt)


def _refuse(gaps: Sequence[Gap]) -> None:
    """Refuse a sheet that lacks something, and name it."""
    if gaps:
        told = [
            {"field": f"items.{gap.code}", "code": gap.why, "message": errors.GAPS[gap.why][1], "zh": errors.GAPS[gap.why][0]}
            for gap in gaps
        ]
        raise errors.SelfInspectionIncomplete(errors=told, items=[gap.code for gap in gaps])


def _report(row: SelfInspection, item: Item, given: Given, *, received: Received, actor: Actor, at: datetime) -> UUID:
    """Report one failed item as anybody reports, under an id of its own; return it. The source is how it was found, whoever
    worked through the checklist (lifecycle.md §3).
    """
    answer = given.answer
    got = idempotency.received(
        id=ids.new(), kind="hazard", route="self-inspection", path_ids={"submission": str(received.id), "item": item.code},
        content=answer.as_json(), actor_id=actor.id, at=at,
    )  # fmt: skip
    said = Report(
        enterprise_id=row.enterprise_id, source=Source.SELF_INSPECTION, category=item.category,
        title=phrases.clipped(item.text, TITLE), checklist_item=item.code, found_at=given.at,
        description=f"自查不符合:{item.text}" + (f"\n{answer.note}" if answer.note.strip() else ""),
        place=answer.place or f"{row.checklist.name} {item.code}", level_claimed=Level(templates.level_claimed(item)),
        photos=answer.photos, fix=_fix(answer.remedy),
    )  # fmt: skip
    return report(said, received=got, actor=actor, at=at).hazard.id


def _fix(remedy: Remedy | None) -> Fix | None:
    if remedy is None:
        return None
    return Fix(remedy.measures, remedy.responsible, remedy.finished_at, remedy.cost_cny, remedy.photos)


def _rest(sheet: Sheet, failed: Sequence[tuple[Item, Given]], signature: PhotoRef | None) -> list[PhotoRef]:
    """Return the photos that no hazard carries: of items that passed, and the signature; each once."""
    carried = {photo.id for photo in rules.photos_of(given.answer for _, given in failed)}
    named = rules.photos_of(given.answer for given in sheet.values()) + ([signature] if signature else [])
    return list({photo.id: photo for photo in named if photo.id not in carried}.values())


def _use(row: SelfInspection, made: Submission, duty: Duty) -> Use:
    firm = row.enterprise
    spot = None if firm.latitude is None or firm.longitude is None else (firm.latitude, firm.longitude)
    return Use(
        subject_id=row.id, subject_kind="self_inspection", act_id=made.id, label="self_inspection", author_id=made.actor_id,
        author_person=made.person, enterprise_id=row.enterprise_id, place=row.place, not_before=row.starts_at,
        caption=row.checklist.name, person=phrases.signed(made.actor_name, duty.role), firm_spot=spot,
    )  # fmt: skip


def _turn(made: Submission, duty: Duty, sheet: Sheet, photos: Sequence[PhotoRef], *, late: bool, request_id: str) -> Turn:
    results = {code: given.answer.result.value for code, given in sorted(sheet.items())}
    return Turn(
        "submitted", ledger.Signer(made.actor_id, duty.role.value, duty.id), made.at, act_id=made.id,
        facts={"results": results, "hazards": made.hazards, "late": late}, said={"statement": made.statement}, salt=made.salt,
        photos=[{"id": str(photo.id), "sha256": photo.sha256} for photo in photos], request_id=request_id,
    )  # fmt: skip
