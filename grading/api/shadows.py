"""Shadow runs of a policy (并行试算): switched on and off by regulators of the county and above, for a region of theirs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from accounts import queries as accounts
from accounts.login import doors
from accounts.policy.roles import Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit, QueryFlag
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from grading.actions import shadow
from grading.models import Shadow
from grading.queries import shadows as queries
from grading.schemas import shadows as schemas
from grading.schemas import trials

router = Router()
regulators = doors.only(Role.REGULATOR)
IN_ORDER = pages.Order("id", descending=False, parse=int, unique=True)
LATEST = pages.Order("began_at")
MADE: dict[int, Any] = {200: schemas.MadeShadowOut, 201: schemas.MadeShadowOut}
ENDED: dict[int, Any] = {200: schemas.ShadowEndingOut, 201: schemas.ShadowEndingOut}


@router.post("/policies/{id}/shadows", auth=regulators, response=MADE)
def begin_shadow(request: doors.Request, id: Id, body: schemas.ShadowIn) -> Any:
    """Work a draft out beside the live rule, every night until it is ended; it touches nobody."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="shadow", id=body.id, actor_id=actor.id, at=at, path_ids={"id": id})
    row, receipt = shadow.begin(body.wish(id, at), received=got, actor=actor, at=at)
    return replies.created(schemas.shadow(row), receipt)


@router.get("/policies/{id}/shadows", auth=regulators, response=schemas.ShadowsOut)
def list_shadows(
    request: doors.Request, id: Id, limit: Limit | None = None, cursor: Cursor | None = None, count: QueryFlag | None = None
) -> dict[str, Any]:
    """Return the shadow runs of a policy in the caller's regions, newest first."""
    rows = queries.of_policy(accounts.policy_row(id), actor=request.actor)
    page = pages.page(rows, order=LATEST, limit=limit, cursor=cursor)
    items, total = [schemas.shadow(row) for row in page.items], rows.count() if count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}


@router.get("/policies/{id}/shadows/{shadow_id}", auth=regulators, response=schemas.WholeShadowOut, by_alias=True)
def read_shadow(request: doors.Request, id: Id, shadow_id: Id) -> dict[str, Any]:
    """Return a shadow run: its matrix so far, and the first page of those who stand otherwise."""
    row = queries.get(shadow_id, actor=request.actor, policy_id=id)
    changes = _changes(request, row, trials.ChangeFilters())
    return {**schemas.shadow(row), **schemas.matrix(row), "changes": changes}


@router.get("/policies/{id}/shadows/{shadow_id}/changes", auth=regulators, response=trials.ChangesOut, by_alias=True)
def list_shadow_changes(request: doors.Request, id: Id, shadow_id: Id, filters: Query[trials.ChangeFilters]) -> dict[str, Any]:
    """Return who stands otherwise under the draft as of the last look at each, and why."""
    return _changes(request, queries.get(shadow_id, actor=request.actor, policy_id=id), filters)


@router.post("/shadows/{shadow_id}/endings", auth=regulators, response=ENDED)
def end_shadow(request: doors.Request, shadow_id: Id, body: schemas.ShadowEndingIn) -> Any:
    """Switch a shadow run off; what it found stays readable."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="shadow_ending", id=body.id, actor_id=actor.id, at=at, path_ids={"id": shadow_id})
    row, receipt = shadow.end(shadow_id, received=got, actor=actor, at=at)
    return replies.created({"id": got.id, "kind": "ending", "shadow": schemas.shadow(row)}, receipt)


def _changes(request: HttpRequest, row: Shadow, filters: trials.ChangeFilters) -> dict[str, Any]:
    rows = queries.changes(row, live=filters.from_, draft=filters.to)
    page = pages.page(rows, order=IN_ORDER, limit=filters.limit, cursor=filters.cursor)
    items = [trials.change(one, language=replies.language(request)) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@replies.presents("shadow")
def shadow_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a shadow run whose id was sent again."""
    return schemas.shadow(queries.get(id, actor=request.actor))  # type: ignore[attr-defined]  # came through a door


@replies.presents("shadow_ending")
def ending_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return the end of a shadow run whose id was sent again."""
    row = queries.get(accounts.subject_of(id), actor=request.actor)  # type: ignore[attr-defined]  # came through a door
    return {"id": id, "kind": "ending", "shadow": schemas.shadow(row)}
