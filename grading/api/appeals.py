"""Appeals (申诉): the owner disputes what a grade rests on, an official who took no part decides."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies, versions
from backend.kernel.web.fields import Id
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from enterprises import queries as enterprises
from grading.actions import appeal, decide_appeal
from grading.models import Appeal
from grading.queries import appeals as queries
from grading.schemas import appeals as schemas
from media import queries as media

router = Router()
owners, regulators = doors.only(Role.OWNER), doors.only(Role.REGULATOR)
readers = doors.only(Role.OWNER, Role.OFFICER, *OFFICIALS)
LATEST = pages.Order("made_at")
DECIDED: dict[int, Any] = {200: schemas.AppealActOut, 201: schemas.AppealActOut}


@router.post("/enterprises/{enterprise_id}/appeals", auth=owners, response={200: schemas.AppealOut, 201: schemas.AppealOut})
def make_appeal(request: doors.Request, enterprise_id: Id, body: schemas.AppealIn) -> Any:
    """Appeal against rows, facts or an override of the present explanation (申诉): the owner, within 5 working days (policy)."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="appeal", id=body.id, actor_id=actor.id, at=at, path_ids={"id": enterprise_id})
    done = appeal.make(schemas.claimed(body), received=got, enterprise_id=enterprise_id, actor=actor, at=at)
    return replies.created(_shown(done.appeal), done.receipt)


@router.post("/appeals/{appeal_id}/decisions", auth=regulators, response=DECIDED)
def decide_on_appeal(request: doors.Request, appeal_id: Id, body: schemas.AppealDecisionIn) -> Any:
    """Grant or refuse an appeal with reasons: a regulator of the county or above who took no part in what is disputed."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="appeal_decision", id=body.id, actor_id=actor.id, at=at, path_ids={"id": appeal_id})
    act = {"granted": decide_appeal.grant, "refused": decide_appeal.refuse}[body.outcome]
    done = act(reasons=body.reasons, received=got, appeal_id=appeal_id, actor=actor, at=at)
    return replies.created(schemas.decided(done.appeal, done.enterprise, _slots(done.appeal), at=at), done.receipt)


@router.get("/appeals", auth=readers, response=schemas.AppealsOut)
def list_appeals(request: doors.Request, filters: Query[schemas.AppealFilters]) -> dict[str, Any]:
    """Return a page of the appeals in the caller's scope, newest first."""
    at = clock.now()
    rows = queries.listed(actor=request.actor, filters=filters.model_dump(), at=at)
    page = pages.page(queries.shown(rows), order=LATEST, limit=filters.limit, cursor=filters.cursor)
    slots = media.slots([row.id for row in page.items])
    items = [schemas.shown(row, slots[row.id], at=at) for row in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.get("/appeals/{appeal_id}", auth=readers, response=schemas.AppealOut)
def read_appeal(request: doors.Request, appeal_id: Id, response: HttpResponse) -> dict[str, Any]:
    """Return one appeal."""
    found = queries.get(appeal_id, actor=request.actor)
    versions.tag(response, found.version)
    return _shown(found)


def _slots(row: Appeal) -> Any:
    return media.slots([row.id])[row.id]


def _shown(row: Appeal) -> dict[str, Any]:
    return schemas.shown(row, _slots(row), at=clock.now())


@replies.presents("appeal")
def appeal_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an appeal that was sent again, as it is now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    return _shown(queries.get(id, actor=actor))


@replies.presents("appeal_decision")
def decision_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a decision that was sent again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    row = queries.by_decision(id, actor=actor)
    return schemas.decided(row, enterprises.get_plain(row.enterprise_id), _slots(row), at=clock.now())
