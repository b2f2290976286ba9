"""Self-inspection (云自查): what is due, answering it in parts, handing it in."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from accounts import queries as accounts
from accounts.login import doors
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.problems import NotFound
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import instant
from backend.kernel.web.router import Router
from hazards.schemas import outputs
from hazards.schemas.show import event
from inspections.actions import start
from inspections.actions.answer import answer
from inspections.actions.submit import submit
from inspections.models import AnswerPart, SelfInspection, Submission
from inspections.queries import self_inspections as queries
from inspections.schemas import self_inspections as schemas
from inspections.schemas.answers import AnswersIn, refs

router = Router()
answerers = doors.only(*queries.ANSWERERS)
readers = doors.only(*queries.ANSWERERS, *sorted(OFFICIALS))
chain_readers = doors.only(*queries.ANSWERERS, *sorted({*OFFICIALS, Role.AUDITOR}))
CHAIN = pages.Order("seq", descending=False, parse=int)
STARTED = {200: schemas.SelfInspectionStarted, 201: schemas.SelfInspectionStarted}
BY_DEADLINE = pages.Order("due_at", descending=False)


@router.get("/self-inspections", auth=readers, response=schemas.SelfInspectionsOut)
def list_self_inspections(request: doors.Request, filters: Query[schemas.SelfInspectionFilters]) -> dict[str, Any]:
    """Return the self-inspections in the caller's scope, by their deadlines."""
    rows = queries.listed(actor=request.actor, filters=filters.model_dump())
    page = pages.page(rows, order=BY_DEADLINE, limit=filters.limit, cursor=filters.cursor)
    sheets, ended = queries.sheets(page.items), queries.submissions(page.items)
    shown = [schemas.shown(row, sheets[row.id], ended.get(row.id)) for row in page.items]
    return {"items": shown, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.post("/self-inspections", auth=answerers, response=STARTED, exclude_none=True)
def start_self_inspection(request: doors.Request, body: schemas.SelfInspectionIn) -> Any:
    """Begin one because of something (逢事自查), as before hot work; the timetable goes on beside it."""
    at, actor = instant(request), request.actor
    got = requests.received(request, kind="self_inspection", id=body.id, actor_id=actor.id, at=at)
    wish = start.Wish(body.enterprise_id, body.checklist, body.occasion.strip(), body.began_at)
    row, receipt = start.start(wish, received=got, actor=actor, at=at)
    return replies.created(schemas.shown(row, {}, None), receipt)


@router.get("/self-inspections/{self_inspection_id}", auth=readers, response=schemas.SelfInspectionOut, exclude_none=True)
def read_self_inspection(request: doors.Request, self_inspection_id: Id) -> dict[str, Any]:
    """Return one self-inspection with its items and answers."""
    row = queries.get(self_inspection_id, actor=request.actor)
    sheet = queries.sheets([row])[row.id]
    told = schemas.shown(row, sheet, queries.submissions([row]).get(row.id))
    return {**told, "lacking": [gap.code for gap in queries.lacking(row, sheet, at=clock.now())]}


@router.get("/self-inspections/{self_inspection_id}/events", auth=chain_readers, response=outputs.EventsOut)
def list_self_inspection_events(
    request: doors.Request, self_inspection_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the self-inspection's chain of ledger entries, oldest first; auditors read it, too."""
    chain = queries.chain_of(self_inspection_id, actor=request.actor)
    page = pages.page(chain, order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [event(entry) for entry in page.items], "next_cursor": page.next_cursor}


ANSWERS = {200: schemas.AnswersOut, 201: schemas.AnswersOut}
SUBMISSIONS = {200: schemas.SubmissionOut, 201: schemas.SubmissionOut}


@router.post("/self-inspections/{self_inspection_id}/answers", auth=answerers, response=ANSWERS)
def answer_self_inspection(request: doors.Request, self_inspection_id: Id, body: AnswersIn) -> Any:
    """Answer some items, in any order; of several answers to an item the later one stands until it is handed in."""
    said = _taking(request, "self_inspection_answers", body.id, self_inspection_id)
    done = answer(given=body.as_answers(), answered_at=body.answered_at, **said)
    return replies.created(_answered(done.part, done.row, at=said["at"]), done.receipt)


def _answered(part: AnswerPart, row: SelfInspection, *, at: datetime) -> dict[str, Any]:
    return schemas.answers_shown(part, row, queries.lacking(row, queries.sheets([row])[row.id], at=at))


@router.post("/self-inspections/{self_inspection_id}/submissions", auth=answerers, response=SUBMISSIONS)
def submit_self_inspection(request: doors.Request, self_inspection_id: Id, body: schemas.SubmissionIn) -> Any:
    """Hand it in with a signed statement; every failed item becomes a hazard."""
    said = _taking(request, "self_inspection_submission", body.id, self_inspection_id)
    signature = refs([body.signature_photo_id])[0] if body.signature_photo_id else None
    done = submit(statement=body.statement, signature=signature, **said)
    return replies.created(schemas.submission_shown(done.submission, done.row), done.receipt)


def _taking(request: doors.Request, kind: str, id: UUID | None, self_inspection_id: UUID) -> dict[str, Any]:
    """Return what every act of answering is handed."""
    at, actor = instant(request), request.actor
    path = {"id": self_inspection_id}
    got = requests.received(request, kind=kind, id=id, actor_id=actor.id, at=at, path_ids=path)
    return {"self_inspection_id": self_inspection_id, "received": got, "actor": actor, "at": at}


@replies.presents("self_inspection")
def _started_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    row = queries.get(id, actor=cast(doors.Request, request).actor)
    return schemas.shown(row, queries.sheets([row])[row.id], queries.submissions([row]).get(row.id))


@replies.presents("self_inspection_answers")
def _answers_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    part = AnswerPart.objects.filter(id=id).first()
    if part is None:
        raise NotFound
    row = queries.get(part.self_inspection_id, actor=cast(doors.Request, request).actor)
    return _answered(part, row, at=clock.now())


@replies.presents("self_inspection_submission")
def _submission_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    row = queries.get(accounts.subject_of(id), actor=cast(doors.Request, request).actor)
    return schemas.submission_shown(Submission.objects.get(id=id), row)
