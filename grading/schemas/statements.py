"""Statements of an enterprise (企业声明): bodies and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints

from backend.kernel.web.fields import Body, Id, Out, ReceiptOut, Text
from grading.models import Statement
from grading.policy.statement_text import LONGEST


class StatementIn(Body):
    """`POST /enterprises/{id}/statements`: one line of plain words, without links or tags."""

    id: Id | None = None
    text: Annotated[Text, StringConstraints(max_length=LONGEST)]


class StatementWithdrawalIn(Body):
    """`POST /statements/{id}/withdrawals`."""

    id: Id | None = None


class StatementHidingIn(Body):
    """`POST /statements/{id}/hidings`."""

    id: Id | None = None
    reason: Text


class StatementOut(Out):
    """A statement; the one that is `shown` stands beside the code, also on the page that everybody reads."""

    id: UUID
    enterprise_id: UUID
    text: str
    status: Literal["shown", "replaced", "withdrawn", "hidden"]
    made_at: datetime
    withdrawn_at: datetime | None
    hidden_at: datetime | None
    hide_reason: str | None


class MadeStatementOut(StatementOut):
    """The same, as it is answered to whoever made it."""

    receipt: ReceiptOut


class StatementsOut(Out):
    """A page of statements."""

    items: list[StatementOut]
    next_cursor: str | None


class StatementActOut(Out):
    """An act on a statement, and the statement after it."""

    id: UUID
    kind: Literal["statement_withdrawal", "statement_hiding"]
    at: datetime
    statement: StatementOut
    receipt: ReceiptOut


def shown(row: Statement) -> dict[str, Any]:
    """Return a statement as every answer shows it."""
    return {
        "id": row.id, "enterprise_id": row.enterprise_id, "text": row.text, "status": row.status, "made_at": row.made_at,
        "withdrawn_at": row.withdrawn_at, "hidden_at": row.hidden_at, "hide_reason": row.hide_reason or None,
    }  # fmt: skip


def act(row: Statement, id: UUID) -> dict[str, Any]:
    """Return an act on a statement; the receipt is added where it is answered."""
    hidden = id == row.hiding_id
    kind, at = ("statement_hiding", row.hidden_at) if hidden else ("statement_withdrawal", row.withdrawn_at)
    return {"id": id, "kind": kind, "at": at, "statement": shown(row)}
