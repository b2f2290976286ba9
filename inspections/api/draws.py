"""Random draws (双随机抽查): committed to by regulators, read by whoever inspects, regulates or audits there."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts.login import doors
from accounts.policy.roles import Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from hazards.schemas import outputs
from hazards.schemas.show import event
from inspections.actions import draw as drawing
from inspections.queries import draws as queries
from inspections.schemas import draws as schemas

router = Router()
regulators = doors.only(Role.REGULATOR)
readers = doors.only(*queries.READERS)
LATEST = pages.Order("committed_at")
CHAIN = pages.Order("seq", descending=False, parse=int)


@router.post("/draws", auth=regulators, response={200: schemas.DrawCreated, 201: schemas.DrawCreated})
def commit_draw(request: doors.Request, body: schemas.DrawIn) -> Any:
    """Freeze the pool, make the seed and publish the digests of both; a regulator of the county or above.

    The answer is the commitment, never the seed: that is published by the reveal, together with what it drew.
    """
    at, actor = clock.now(), request.actor
    got = received(request, kind="random_draw", id=body.id, actor_id=actor.id, at=at)
    row, receipt = drawing.commit(body.wish(), received=got, actor=actor, at=at)
    return replies.created(schemas.draw(row), receipt)


@router.get("/draws", auth=readers, response=schemas.DrawsOut)
def list_draws(request: doors.Request, filters: Query[schemas.DrawFilters]) -> dict[str, Any]:
    """Return the draws in the caller's regions, the newest first."""
    rows = queries.listed(queries.visible_to(request.actor), region=filters.region, revealed=filters.revealed)
    page = pages.page(rows, order=LATEST, limit=filters.limit, cursor=filters.cursor)
    items, total = [schemas.draw(row) for row in page.items], rows.count() if filters.count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}


@router.get("/draws/{draw_id}", auth=readers, response=schemas.WholeDrawOut)
def read_draw(request: doors.Request, draw_id: Id) -> HttpResponse:
    """Return one draw with all that went into the drum."""
    row = queries.get(draw_id, actor=request.actor)
    return HttpResponse(schemas.whole(row, public=False), content_type="application/json")


@router.post("/draws/{draw_id}/reveals", auth=regulators, response={200: schemas.RevealOut, 201: schemas.RevealOut})
def reveal_draw(request: doors.Request, draw_id: Id, body: schemas.RevealIn) -> Any:
    """Publish the seed and what it drew, from the day that was named on; at the end of that day the clock does it."""
    at, actor = clock.now(), request.actor
    got = received(request, kind="random_draw_reveal", id=body.id, actor_id=actor.id, at=at, path_ids={"draw": draw_id})
    row, receipt = drawing.reveal(draw_id=draw_id, received=got, actor=actor, at=at)
    return replies.created({"id": got.id, "kind": "reveal", "draw": schemas.draw(row)}, receipt)


@router.get("/draws/{draw_id}/events", auth=readers, response=outputs.EventsOut)
def list_draw_events(request: doors.Request, draw_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> dict[str, Any]:
    """Return the draw's chain of ledger entries, oldest first: the commitment, the reveal, and what could not be planned."""
    chain = queries.chain_of(draw_id, actor=request.actor)
    page = pages.page(chain, order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [event(entry) for entry in page.items], "next_cursor": page.next_cursor}


@replies.presents("random_draw")
def draw_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a draw whose id was sent again."""
    return schemas.draw(queries.get(id, actor=request.actor))  # type: ignore[attr-defined]  # came through a door


@replies.presents("random_draw_reveal")
def reveal_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a reveal that was sent again, with its draw."""
    row = queries.revealed_by(id, actor=request.actor)  # type: ignore[attr-defined]  # came through a door
    return {"id": id, "kind": "reveal", "draw": schemas.draw(row)}
