"""Acts of a queue: how they are sent, answered, and shown while they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import StringConstraints

from accounts import queries as accounts
from accounts.policy.actor import Actor
from backend.kernel.web import replies
from backend.kernel.web.fields import Body, Cursor, Id, Limit, Out, QueryFlag, ReceiptOut, Text
from sync import queries
from sync.actions.judge import Judged
from sync.models import KeptAct
from sync.policy.acts import Awaits

NOBODYS = UUID(int=0)
MOST = 100
LARGEST = 1024 * 1024
# the body is read by hand: ninja would refuse all of it for one bad act
QUEUE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array", "maxItems": MOST, "title": "ActsIn",
                    "description": "a phone's queue, in any order; what is not understood is kept and shown",
                    "items": {
                        "description": "`kind` as its answer has it, `path` and `body` as of its own POST",
                    },
                }
            }
        },
    }
}  # fmt: skip


class WaitOut(Out):
    """What an act waits for; a step-up has no id."""

    kind: Awaits
    id: UUID | None = None


class ReasonOut(Out):
    """The last refusal of a kept act, in the reader's language."""

    code: str
    status: int
    title: str
    detail: str
    errors: list[dict[str, Any]]


class KeptOut(Out):
    """An act that was committed and not taken at once."""

    id: UUID
    kind: str
    path: str
    body: Any = None
    state: Literal["held", "quarantined", "refused", "taken"]
    held_for: list[WaitOut]
    problem: ReasonOut | None
    sender: dict[str, Any]
    received_at: datetime
    judged_at: datetime
    held_until: datetime
    handled_at: datetime | None
    handled_note: str | None
    receipt: ReceiptOut | None = None


class AnswerOut(Out):
    """What one act is answered: `body` if it was taken (200, 201) or kept (202), else `problem`."""

    id: UUID | None
    status: int
    body: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    retry_after: int | None = None


class KeptsOut(Out):
    """A page of kept acts."""

    items: list[KeptOut]
    next_cursor: str | None
    count: int | None = None


class HandlingIn(Body):
    """`POST /sync/quarantine/{id}/handlings`."""

    id: Id | None = None
    note: Text


class HandlingOut(Out):
    """That an act in quarantine was handled."""

    id: UUID
    kind: Literal["handling"]
    act: KeptOut
    receipt: ReceiptOut | None = None


class Filters(Body):
    """`GET /sync/quarantine`."""

    state: Annotated[Literal["held", "quarantined", "refused"], StringConstraints(max_length=12)] | None = None
    handled: QueryFlag | None = None
    mine: QueryFlag | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


def shown(rows: Sequence[KeptAct], *, actor: Actor, language: str) -> list[dict[str, Any]]:
    """Return kept acts as the reader may see them; what they say is for their senders and officials."""
    names, receipts = accounts.names(row.person_id for row in rows), queries.receipts_of(row.id for row in rows)
    return [
        {
            "id": row.id, "kind": row.kind, "path": row.path, "state": row.state, "held_for": row.held_for,
            "body": orjson.loads(row.body) if row.body and queries.may_read_body(row, actor) else None,
            "problem": _reason(row.problem, language), "sender": {"id": row.person_id, "name": names.get(row.person_id, "")},
            "received_at": row.received_at, "judged_at": row.judged_at, "held_until": row.lapses_at,
            "handled_at": row.handled_at, "handled_note": row.handled_note or None,
            "receipt": receipts.get(row.id) if row.person_id == actor.id else None,
        }
        for row in rows
    ]  # fmt: skip


def one(row: KeptAct, *, actor: Actor, language: str) -> dict[str, Any]:
    """Return one kept act as the reader may see it."""
    return shown([row], actor=actor, language=language)[0]


def _reason(problem: dict[str, Any] | None, language: str) -> dict[str, Any] | None:
    if problem is None:
        return None
    errors = [replies.member(found, language) for found in problem["errors"]]
    return {"code": problem["code"], "status": problem["status"], "errors": errors, **problem[language]}


def answered(judged: Sequence[Judged], *, actor: Actor, language: str) -> list[dict[str, Any]]:
    """Return what the acts of a queue are answered, in order; the answers of their operations stand in it byte by byte."""
    rows = [done.row for done in judged if done.row is not None]
    kept = {row["id"]: row for row in shown(rows, actor=actor, language=language)} if rows else {}
    return [_answer(done, kept) for done in judged]


def _answer(done: Judged, kept: dict[UUID, dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": done.act.id if done.act.id != NOBODYS else None, "status": done.status}
    if done.answer is None:
        return {**told, "body": kept[done.act.id]}
    if done.answer.retry_after is not None:
        told["retry_after"] = done.answer.retry_after
    return {**told, "problem" if done.answer.status >= 400 else "body": orjson.Fragment(done.answer.content)}
