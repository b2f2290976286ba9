"""Dated facts (档案事实): bodies and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from backend.kernel.calendar import end_of, start_of
from backend.kernel.web.fields import Body, Code, Day, Id, Instant, Out, ReceiptOut, Text
from grading.actions.record import Given
from grading.models import Fact
from grading.policy.fact_kinds import STORED

_DAY: TypeAdapter[Any] = TypeAdapter(Day)
_INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)
DAY_LONG = 10


def _known(kind: str) -> str:
    if kind not in STORED:
        raise PydanticCustomError("literal_error", "must be a known kind of fact", {"expected": ", ".join(sorted(STORED))})
    return kind


def _moment(*, end: bool) -> Any:
    def read(value: Any) -> datetime:
        """A day counts whole: from its first instant, or to its end."""
        if isinstance(value, str) and len(value) == DAY_LONG:
            day = _DAY.validate_python(value)
            return end_of(day) if end else start_of(day)
        at: datetime = _INSTANT.validate_python(value)
        return at

    return read


SHOWN = {"type": "string", "description": "a day (Asia/Shanghai, counted whole) or an instant"}
From = Annotated[datetime, BeforeValidator(_moment(end=False)), WithJsonSchema(SHOWN)]
To = Annotated[datetime, BeforeValidator(_moment(end=True)), WithJsonSchema(SHOWN)]
Kind = Annotated[Code, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": sorted(STORED)})]


class FactIn(Body):
    """`POST /facts`. `value` has the shape of its kind; `origin`, if said, is `official`."""

    id: Id | None = None
    enterprise_id: Id
    kind: Kind
    value: dict[str, Any] = Field(default_factory=dict, max_length=20)
    start: Annotated[From, Field(alias="from")]
    to: To | None = None
    origin: Literal["official"] = "official"

    def given(self) -> Given:
        """Return what is said of the enterprise."""
        return Given(self.kind, self.value, self.start, self.to)


class FactEndIn(Body):
    """`POST /facts/{id}/endings`: a day is the last on which it holds, an instant the first at which it does not."""

    id: Id | None = None
    to: To
    reason: Text


class FactVoidIn(Body):
    """`POST /facts/{id}/voidings`."""

    id: Id | None = None
    reason: Text


class FactOut(Out):
    """A fact: it holds from `from` until before `to`; one that was voided never counted."""

    id: UUID
    enterprise_id: UUID
    kind: str
    label: str
    value: dict[str, Any]
    start: datetime = Field(serialization_alias="from")
    to: datetime | None
    origin: Literal["official", "import", "enterprise", "room"]
    recorded_at: datetime
    ended_at: datetime | None
    voided_at: datetime | None
    reason: str | None


class RecordedFactOut(FactOut):
    """The same, as it is answered to whoever acted on it."""

    receipt: ReceiptOut


class FactsOut(Out):
    """A page of facts."""

    items: list[FactOut]
    next_cursor: str | None


def shown(fact: Fact) -> dict[str, Any]:
    """Return a fact as JSON."""
    return {
        "id": fact.id, "enterprise_id": fact.enterprise_id, "kind": fact.kind, "label": STORED[fact.kind].label,
        "value": fact.value, "start": fact.valid_from, "to": fact.valid_to, "origin": fact.origin,
        "recorded_at": fact.recorded_at, "ended_at": fact.ended_at, "voided_at": fact.voided_at, "reason": fact.reason or None,
    }  # fmt: skip


def again(fact: Fact) -> dict[str, Any]:
    """Return a fact whose act was sent again, as the answer to it was spelt."""
    return FactOut.model_validate(shown(fact)).model_dump(by_alias=True)
