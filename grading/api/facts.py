"""Facts that no room produces yet (档案事实): certificates, insurance, penalties, lists; recorded by officials."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts import queries as accounts
from accounts.login import doors
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from grading.actions import record
from grading.queries import facts as queries
from grading.schemas import facts as schemas

router = Router()
recorders, regulators = doors.only(*record.RECORDERS), doors.only(Role.REGULATOR)
readers = doors.only(*OFFICIALS, Role.OWNER, Role.OFFICER, Role.AGENCY)
LATEST = pages.Order("recorded_at")
MADE: dict[int, Any] = {200: schemas.RecordedFactOut, 201: schemas.RecordedFactOut}


@router.post("/facts", auth=recorders, response=MADE, by_alias=True)
def record_fact(request: doors.Request, body: schemas.FactIn) -> Any:
    """Record a dated fact about an enterprise: an inspector or a regulator of the place."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="fact", id=body.id, actor_id=actor.id, at=at)
    done = record.record(given=body.given(), enterprise_id=body.enterprise_id, received=got, actor=actor, at=at)
    return replies.created(schemas.shown(done.fact), done.receipt)


@router.get("/facts", auth=readers, response=schemas.FactsOut, by_alias=True)
def list_facts(request: doors.Request, enterprise_id: Id, limit: Limit = 50, cursor: Cursor | None = None) -> Any:
    """Return the facts about an enterprise, those recorded last first; voided ones stay in the list."""
    page = pages.page(queries.of(enterprise_id, actor=request.actor), order=LATEST, limit=limit, cursor=cursor)
    return {"items": [schemas.shown(row) for row in page.items], "next_cursor": page.next_cursor}


@router.post("/facts/{fact_id}/endings", auth=recorders, response=MADE, by_alias=True)
def end_fact(request: doors.Request, fact_id: Id, body: schemas.FactEndIn) -> Any:
    """End a fact that holds: it was mended, lifted, struck off its list."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="fact_ending", id=body.id, actor_id=actor.id, at=at, path_ids={"id": fact_id})
    done = record.end(fact_id=fact_id, to=body.to, reason=body.reason, received=got, actor=actor, at=at)
    return replies.created(schemas.shown(done.fact), done.receipt)


@router.post("/facts/{fact_id}/voidings", auth=regulators, response=MADE, by_alias=True)
def void_fact(request: doors.Request, fact_id: Id, body: schemas.FactVoidIn) -> Any:
    """Void a fact that was never true: a regulator of the county or above; the grade is corrected from its beginning on."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="fact_voiding", id=body.id, actor_id=actor.id, at=at, path_ids={"id": fact_id})
    done = record.void(fact_id=fact_id, reason=body.reason, received=got, actor=actor, at=at)
    return replies.created(schemas.shown(done.fact), done.receipt)


@replies.presents("fact")
def fact_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a fact that was sent again."""
    return schemas.again(queries.get(id, actor=request.actor))  # type: ignore[attr-defined]  # it came through a door


def _act_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return the fact that an act sent again speaks of."""
    return schemas.again(queries.get(accounts.subject_of(id), actor=request.actor))  # type: ignore[attr-defined]  # it came through a door


for _kind in ("fact_ending", "fact_voiding"):
    replies.presents(_kind)(_act_again)
