"""What anyone may read of the lots (抽签公开): keys and their commitments, and each lot once its day's key is revealed."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints

from backend.kernel import clock
from backend.kernel.web.fields import Body, Cursor, Day, Limit, Out
from hazards import queries
from hazards.models import DayKey, Draw

Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DrawKeyFilters(Body):
    """`GET /public/draw-keys`."""

    day: Day | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class SamplingFilters(Body):
    """`GET /public/sampling`."""

    day: Day
    limit: Limit = 200
    cursor: Cursor | None = None


class DrawKeyOut(Out):
    """One day's key: `commitment` is the SHA-256 (hex) of its 32 bytes, `key` (hex) null until `reveals_on`."""

    day: date
    commitment: Hex
    committed_at: str
    reveals_on: date
    key: Hex | None
    demo: bool


class DrawKeysOut(Out):
    """Keys, the latest day first."""

    items: list[DrawKeyOut]
    next_cursor: str | None


class LotOut(Out):
    """One lot: drawn when its fraction is below `rate`; `cause` says what asked for it. Times as in the receipt."""

    hazard_id: UUID
    received_at: str
    rate: float
    drawn: bool
    cause: str


class LotsOut(Out):
    """The lots of one day."""

    items: list[LotOut]
    next_cursor: str | None


def draw_key(row: DayKey, *, at: datetime) -> dict[str, Any]:
    """Return a day's key as anyone may see it at `at`."""
    return {
        "day": row.day, "commitment": row.commitment, "committed_at": clock.text(row.committed_at),
        "reveals_on": queries.reveal_day(row.day, at=at), "key": row.key if row.revealed_at else None, "demo": row.demo,
    }  # fmt: skip


def lot(row: Draw) -> dict[str, Any]:
    """Return a lot as anyone may see it once its day's key is revealed."""
    return {
        "hazard_id": row.hazard_id, "received_at": clock.text(row.received_at), "rate": row.rate, "drawn": row.drawn,
        "cause": row.cause,
    }  # fmt: skip
