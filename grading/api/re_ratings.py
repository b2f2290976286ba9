"""Requests for a visit (复评申请、信用修复): the owner asks, officials of the place come and look, or say why not."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Id
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from grading.actions import re_rate
from grading.queries import re_ratings as queries
from grading.schemas import re_ratings as schemas

router = Router()
owners, officials = doors.only(Role.OWNER), doors.only(*OFFICIALS)
readers = doors.only(Role.OWNER, Role.OFFICER, *OFFICIALS)
LATEST = pages.Order("made_at")
REFUSED: dict[int, Any] = {200: schemas.ReRatingRefusalOut, 201: schemas.ReRatingRefusalOut}


@router.post(
    "/enterprises/{enterprise_id}/re-ratings", auth=owners, response={200: schemas.ReRatingOut, 201: schemas.ReRatingOut}
)
def ask_for_re_rating(request: doors.Request, enterprise_id: Id, body: schemas.ReRatingIn) -> Any:
    """Ask for a visit after repair, so that the grade can improve: the owner, while it waits for nothing else."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="re_rating", id=body.id, actor_id=actor.id, at=at, path_ids={"id": enterprise_id})
    done = re_rate.ask(note=body.note or "", received=got, enterprise_id=enterprise_id, actor=actor, at=at)
    return replies.created(schemas.shown(done.re_rating), done.receipt)


@router.get("/re-ratings", auth=readers, response=schemas.ReRatingsOut)
def list_re_ratings(request: doors.Request, filters: Query[schemas.ReRatingFilters]) -> dict[str, Any]:
    """Return a page of the requests for a visit in the caller's scope, newest first."""
    rows = queries.listed(actor=request.actor, filters=filters.model_dump())
    page = pages.page(queries.named(rows), order=LATEST, limit=filters.limit, cursor=filters.cursor)
    items = [schemas.shown(row) for row in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.post("/re-ratings/{re_rating_id}/refusals", auth=officials, response=REFUSED)
def refuse_re_rating(request: doors.Request, re_rating_id: Id, body: schemas.ReRatingRefusalIn) -> Any:
    """Say why nobody comes: an official of the place."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="re_rating_refusal", id=body.id, actor_id=actor.id, at=at, path_ids={"id": re_rating_id})
    done = re_rate.refuse(reason=body.reason, received=got, re_rating_id=re_rating_id, actor=actor, at=at)
    return replies.created(schemas.refusal(done.re_rating), done.receipt)


@replies.presents("re_rating")
def re_rating_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a request that was sent again, as it is now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    return schemas.shown(queries.get(id, actor=actor))


@replies.presents("re_rating_refusal")
def refusal_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a refusal that was sent again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    return schemas.refusal(queries.by_refusal(id, actor=actor))
