"""A phone's queue, and what of it is kept: held until something comes, or in quarantine until somebody looks."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts.login import doors, limits
from accounts.middleware import SUBMIT_DAY
from backend.kernel import clock, idempotency, pages
from backend.kernel.web import body as bodies
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from sync import queries
from sync.actions import hand_in, handle, judge
from sync.calls import Asker, as_json
from sync.models import KeptAct
from sync.schemas import acts as schemas

router = Router()
BY_TIME = pages.Order("received_at")


@router.post("/sync/acts", auth=doors.signed_in, response=list[schemas.AnswerOut], openapi_extra=schemas.QUEUE)
def send_acts(request: doors.Request) -> HttpResponse:
    """Receive a phone's queue: at most 100 acts and 1 MiB, each judged alone, in any order; answers in the order sent."""
    sent = bodies.read_list(request, largest=schemas.LARGEST, most=schemas.MOST)
    at, asker = clock.now(), Asker.of(request)
    if asker.actor.stepped_up(at):
        judge.stepped_up(asker=asker, at=at)
    judged = hand_in.hand_in(sent, asker=asker, room=_room(request, len(sent)), at=at)
    told = schemas.answered(judged, actor=asker.actor, language=replies.language(request))
    return HttpResponse(replies.render(told), content_type="application/json")


def _room(request: doors.Request, acts: int) -> hand_in.Room:
    """Count each act of a queue as a submission of the day; the request itself was counted as one already."""
    taken = limits.take(SUBMIT_DAY, str(request.actor.id), amount=acts - 1) if acts > 1 else None
    return hand_in.Room(acts if taken is None else acts - taken.beyond, taken.reset_s if taken else 1)


@router.get("/sync/acts/{act_id}", auth=doors.signed_in, response=schemas.KeptOut)
def read_kept_act(request: doors.Request, act_id: Id) -> dict[str, Any]:
    """Return an act that was not taken at once: where it stands, what it waits for, why it was refused."""
    return schemas.one(queries.get(act_id, actor=request.actor), actor=request.actor, language=replies.language(request))


@router.get("/sync/quarantine", auth=doors.signed_in, response=schemas.KeptsOut)
def list_quarantine(request: doors.Request, filters: Query[schemas.Filters]) -> dict[str, Any]:
    """Return acts that nobody here understood, newest first: one's own, and those in an official's region; `state` for others."""
    rows = queries.quarantine(actor=request.actor, filters=filters.model_dump())
    page = pages.page(rows, order=BY_TIME, limit=filters.limit, cursor=filters.cursor)
    items = schemas.shown(page.items, actor=request.actor, language=replies.language(request))
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.post(
    "/sync/quarantine/{act_id}/handlings", auth=doors.signed_in, response={200: schemas.HandlingOut, 201: schemas.HandlingOut}
)
def handle_quarantined(request: doors.Request, act_id: Id, body: schemas.HandlingIn) -> Any:
    """Say what was done about an act in quarantine: an official in scope, or an administrator."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="act_handling", id=body.id, actor_id=actor.id, at=at, path_ids={"id": act_id})
    row, receipt = handle.handle(received=got, act_id=act_id, note=body.note, actor=actor, at=at)
    return replies.created(_handling(request, got.id, row), receipt)


def _handling(request: Any, id: UUID, row: KeptAct) -> dict[str, Any]:
    return {"id": id, "kind": "handling", "act": schemas.one(row, actor=request.actor, language=replies.language(request))}


@replies.presents("act_handling")
def handling_again(request: Any, id: UUID) -> dict[str, Any]:
    """Return a handling that was sent again, with the act as it is now."""
    return _handling(request, id, queries.get(queries.handled_by(id), actor=request.actor))


@replies.presents(idempotency.HELD)
def held_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Judge a held act once more that is sent again by itself, and return what it brought, or where it stands."""
    asker, tongue = Asker.of(request), replies.language(request)
    row = queries.get(id, actor=asker.actor)
    done = judge.again(judge.read(row), asker=asker, at=clock.now())
    if done.answer is not None and done.answer.problem is None:
        return as_json(done.answer)
    return schemas.one(queries.get(id, actor=asker.actor), actor=asker.actor, language=tongue)
