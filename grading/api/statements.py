"""What an enterprise says beside its code (企业声明)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from grading.actions import state
from grading.queries import statements as queries
from grading.schemas import statements as schemas

router = Router()
owners, regulators = doors.only(Role.OWNER), doors.only(Role.REGULATOR)
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)
LATEST = pages.Order("made_at")
MADE: dict[int, Any] = {200: schemas.MadeStatementOut, 201: schemas.MadeStatementOut}
ACT: dict[int, Any] = {200: schemas.StatementActOut, 201: schemas.StatementActOut}


@router.post("/enterprises/{enterprise_id}/statements", auth=owners, response=MADE)
def make_statement(request: doors.Request, enterprise_id: Id, body: schemas.StatementIn) -> Any:
    """Say something beside the code (企业声明): the owner; it takes the place of what was said before."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="statement", id=body.id, actor_id=actor.id, at=at, path_ids={"id": enterprise_id})
    done = state.make(text=body.text, received=got, enterprise_id=enterprise_id, actor=actor, at=at)
    return replies.created(schemas.shown(done.statement), done.receipt)


@router.get("/enterprises/{enterprise_id}/statements", auth=readers, response=schemas.StatementsOut)
def list_statements(request: doors.Request, enterprise_id: Id, limit: Limit = 50, cursor: Cursor | None = None) -> Any:
    """Return what an enterprise has said, newest first, with what was withdrawn or hidden."""
    rows = queries.of(enterprise_id, actor=request.actor)
    page = pages.page(rows, order=LATEST, limit=limit, cursor=cursor)
    return {"items": [schemas.shown(row) for row in page.items], "next_cursor": page.next_cursor}


@router.post("/statements/{statement_id}/withdrawals", auth=owners, response=ACT)
def withdraw_statement(request: doors.Request, statement_id: Id, body: schemas.StatementWithdrawalIn) -> Any:
    """Take a statement back: the owner."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="statement_withdrawal", id=body.id, actor_id=actor.id, at=at, path_ids={"id": statement_id})
    done = state.withdraw(received=got, statement_id=statement_id, actor=actor, at=at)
    return replies.created(schemas.act(done.statement, got.id), done.receipt)


@router.post("/statements/{statement_id}/hidings", auth=regulators, response=ACT)
def hide_statement(request: doors.Request, statement_id: Id, body: schemas.StatementHidingIn) -> Any:
    """Hide an unlawful statement with a reason: a regulator of the county or above."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="statement_hiding", id=body.id, actor_id=actor.id, at=at, path_ids={"id": statement_id})
    done = state.hide(reason=body.reason, received=got, statement_id=statement_id, actor=actor, at=at)
    return replies.created(schemas.act(done.statement, got.id), done.receipt)


@replies.presents("statement")
def statement_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a statement that was sent again."""
    return schemas.shown(queries.get(id, actor=request.actor))  # type: ignore[attr-defined]  # it came through a door


def _act_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an act on a statement that was sent again."""
    return schemas.act(queries.by_act(id, actor=request.actor), id)  # type: ignore[attr-defined]  # it came through a door


for _kind in ("statement_withdrawal", "statement_hiding"):
    replies.presents(_kind)(_act_again)
