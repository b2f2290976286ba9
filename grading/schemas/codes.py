"""Codes of an enterprise (安全码): what is asked for, and what a code looks like."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from backend.kernel import seals
from backend.kernel.web.fields import Body, Id, Out, ReceiptOut, Text
from grading.actions.printed_codes import Replaced
from grading.models import PrintedCode
from grading.policy import tokens
from grading.policy.tokens import Kind, LiveCode

Reason = Annotated[Text, StringConstraints(max_length=200)]


class CodeTokenIn(Body):
    """`POST /enterprises/{id}/code-tokens`: a live code unless `kind` says otherwise.

    A printed one that takes the place of another names it in `replaces`, with the `reason`.
    """

    id: Id | None = None
    kind: Literal["live", "printed"] = "live"
    replaces: Id | None = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _belongs(self) -> "CodeTokenIn":
        if (self.replaces is None) is not (self.reason is None) or (self.replaces and self.kind == "live"):
            raise PydanticCustomError("unfit", "a printed code is replaced with a reason")
        return self

    def replaced(self) -> Replaced | None:
        """Return which code is replaced."""
        return Replaced(self.replaces, self.reason) if self.replaces and self.reason else None


class CodeRevocationIn(Body):
    """`POST …/code-tokens/{id}/revocations`."""

    id: Id | None = None
    reason: Reason


class CodeTokenOut(Out):
    """A code (安全码): `url` is what its QR says. A live one is good until `expires_at`, a printed one until it is revoked."""

    id: UUID
    kind: Literal["live", "printed"]
    enterprise_id: UUID
    token: str
    url: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    reason: str | None


class IssuedCodeOut(CodeTokenOut):
    """The same, as it is answered to whoever asked for it."""

    receipt: ReceiptOut


class CodeTokensOut(Out):
    """A page of printed codes."""

    items: list[CodeTokenOut]
    next_cursor: str | None


class CodeRevocationOut(Out):
    """A code that was revoked."""

    id: UUID
    kind: str
    code_token: CodeTokenOut
    receipt: ReceiptOut


def address(token: str) -> str:
    """Return what the QR of a token says."""
    return f"{settings.PUBLIC_URL}/c/{token}"


def printed(row: PrintedCode) -> dict[str, Any]:
    """Return a printed code as every answer shows it."""
    return {
        "id": row.id, "kind": Kind.PRINTED.value, "enterprise_id": row.enterprise_id, "token": row.code,
        "url": address(row.code), "issued_at": row.issued_at, "expires_at": None, "revoked_at": row.revoked_at,
        "reason": row.reason or None,
    }  # fmt: skip


def live(code: LiveCode) -> dict[str, Any]:
    """Return a live code as every answer shows it."""
    token = seals.sealed(tokens.LIVE, code.said())
    return {
        "id": code.id, "kind": Kind.LIVE.value, "enterprise_id": code.enterprise_id, "token": token, "url": address(token),
        "issued_at": code.span.issued_at, "expires_at": code.span.expires_at, "revoked_at": None, "reason": None,
    }  # fmt: skip
