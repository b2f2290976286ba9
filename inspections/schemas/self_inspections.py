"""Bodies, filters and answers of self-inspection."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints

from backend.kernel.web.fields import Body, Cursor, Id, Instant, Limit, Note, Out, QueryFlag, ReceiptOut, Text
from hazards.schemas.inputs import PhotoRefIn
from inspections.models import AnswerPart, SelfInspection, Submission
from inspections.policy import answers as rules
from inspections.policy.answers import Answer, Gap, Sheet
from inspections.policy.templates import Result
from inspections.policy.words import KIND_LABELS, SELF_INSPECTION_LABELS, SelfInspectionKind, SelfInspectionStatus
from inspections.schemas.answers import SheetItemOut, said_shown, sheet_item
from inspections.schemas.checklists import ChecklistCode


class SelfInspectionFilters(Body):
    """`GET /self-inspections`."""

    status: SelfInspectionStatus | None = None
    enterprise_id: Id | None = None
    checklist: ChecklistCode | None = None
    kind: SelfInspectionKind | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class SelfInspectionIn(Body):
    """`POST /self-inspections`: by which checklist, and what for (before hot work in workshop 2); when, if the phone knows."""

    id: Id | None = None
    enterprise_id: Id
    checklist: ChecklistCode
    occasion: Annotated[Note, StringConstraints(max_length=200)] = ""
    began_at: Instant | None = None


class SubmissionIn(Body):
    """`POST /self-inspections/{id}/submissions`: signed by who sends it; "no hazards found" is said in the statement, too."""

    id: Id | None = None
    statement: Text
    signature_photo_id: PhotoRefIn | None = None


class SelfInspectionOut(Out):
    """One occurrence with its checklist, as pinned, and what was answered so far; `lacking` stands in no list."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    checklist: str
    checklist_name: str
    version: int
    period: str
    kind: SelfInspectionKind
    kind_label: str
    occasion: str
    starts_at: datetime
    due_at: datetime
    miss_at: datetime
    missed_at: datetime | None = None
    submitted_at: datetime | None = None
    late: bool
    status: SelfInspectionStatus
    status_label: str
    items: list[SheetItemOut]
    lacking: list[str] | None = None
    statement: str | None = None
    signature_photo_id: UUID | None = None
    hazards: list[UUID] | None = None


class SelfInspectionStarted(SelfInspectionOut):
    """One that was begun by hand."""

    receipt: ReceiptOut


class SelfInspectionsOut(Out):
    """A page of them, those due first at the top."""

    items: list[SelfInspectionOut]
    next_cursor: str | None = None
    count: int | None = None


class SelfInspectionBrief(Out):
    """The self-inspection as an act's answer shows it; `lacking`: items without which it is not handed in.

    "*": the pictures that a sheet without a problem may need by policy. Why, item by item, says 409 self_inspection.incomplete.
    """

    id: UUID
    status: SelfInspectionStatus
    missed_at: datetime | None
    submitted_at: datetime | None
    lacking: list[str]


class SaidRemedyOut(Out):
    """What was done at once, as it was sent."""

    measures: str
    responsible: str
    finished_at: datetime
    cost_cny: float | None
    photo_ids: list[UUID]


class SaidOut(Out):
    """One answer as it was sent."""

    code: str
    result: Result
    note: str
    place: str
    photo_ids: list[UUID]
    rectification: SaidRemedyOut | None


class AnswersOut(Out):
    """A part that was taken."""

    id: UUID
    kind: Literal["self_inspection_answers"]
    items: list[SaidOut]
    answered_at: datetime | None
    at: datetime
    self_inspection: SelfInspectionBrief
    receipt: ReceiptOut


class SubmissionOut(Out):
    """A submission, and the hazards that came of it."""

    id: UUID
    kind: Literal["self_inspection_submission"]
    statement: str
    signature_photo_id: UUID | None
    at: datetime
    late: bool
    hazards: list[UUID]
    self_inspection: SelfInspectionBrief
    receipt: ReceiptOut


def shown(row: SelfInspection, sheet: Sheet, submission: Submission | None) -> dict[str, Any]:
    """Return one self-inspection in full."""
    items = row.asked
    asked = {item.code for item in rules.visible(items, sheet, row.features)}
    names = (
        "id",
        "enterprise_id",
        "period",
        "kind",
        "occasion",
        "starts_at",
        "due_at",
        "miss_at",
        "missed_at",
        "submitted_at",
        "status",
    )
    return {
        **{name: getattr(row, name) for name in names}, "enterprise_name": row.enterprise.name, "checklist": row.code,
        "checklist_name": row.checklist.name, "version": row.checklist.version, "late": is_late(row),
        "status_label": SELF_INSPECTION_LABELS[SelfInspectionStatus(row.status)],
        "kind_label": KIND_LABELS[SelfInspectionKind(row.kind)],
        "items": [sheet_item(item, asked=item.code in asked, given=sheet.get(item.code)) for item in items],
        "statement": submission.statement if submission else None, "hazards": submission.hazards if submission else None,
        "signature_photo_id": submission.signature_photo_id if submission else None,
    }  # fmt: skip


def is_late(row: SelfInspection) -> bool:
    """Return whether it was handed in after its deadline."""
    return row.submitted_at is not None and row.submitted_at >= row.due_at


def _brief(row: SelfInspection, gaps: Iterable[Gap]) -> dict[str, Any]:
    return {
        "id": row.id, "status": row.status, "missed_at": row.missed_at, "submitted_at": row.submitted_at,
        "lacking": [gap.code for gap in gaps],
    }  # fmt: skip


def answers_shown(part: AnswerPart, row: SelfInspection, gaps: Iterable[Gap]) -> dict[str, Any]:
    """Return a part that was taken."""
    return {
        "id": part.id, "kind": "self_inspection_answers", "items": [said_shown(Answer.of_json(told)) for told in part.items],
        "answered_at": part.answered_at, "at": part.at, "self_inspection": _brief(row, gaps),
    }  # fmt: skip


def submission_shown(made: Submission, row: SelfInspection) -> dict[str, Any]:
    """Return a submission."""
    return {
        "id": made.id, "kind": "self_inspection_submission", "statement": made.statement, "at": made.at, "late": is_late(row),
        "signature_photo_id": made.signature_photo_id, "hazards": made.hazards, "self_inspection": _brief(row, ()),
    }  # fmt: skip
