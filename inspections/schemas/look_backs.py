"""Look-back tasks and their published lots, in and out."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel import clock
from backend.kernel.web.fields import Body, Cursor, Day, Limit, Out, QueryFlag, RegionCode
from inspections.models import LookBackKey, LookBackLot, LookBackTask
from inspections.queries import look_backs as queries


class LookBackFilters(Body):
    """`GET /look-backs`."""

    mine: QueryFlag | None = None
    status: Literal["open", "done", "missed"] | None = None
    region: RegionCode | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class KeyFilters(Body):
    """`GET /public/look-back-keys`."""

    day: Day | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class LotFilters(Body):
    """`GET /public/look-backs`."""

    day: Day
    limit: Limit = 200
    cursor: Cursor | None = None


class LookedAtOut(Out):
    """The hazard that is to be looked back at."""

    id: UUID
    title: str
    category: str
    level: str
    enterprise_id: UUID
    enterprise: str
    region: str
    place: str
    closed_at: datetime


class LookBackTaskOut(Out):
    """A task: to be done from `window_from` to `window_to` (days, both included) by `POST /hazards/{id}/look-backs`.

    `mine`: the caller may do it now. `act_id` is the look-back that met it; of a missed one, one that came too late.
    """

    id: UUID
    hazard: LookedAtOut
    window_from: date
    window_to: date
    due_at: datetime
    status: str
    act_id: UUID | None
    done_at: datetime | None
    mine: bool


class LookBackTasksOut(Out):
    """Tasks, the next due first."""

    items: list[LookBackTaskOut]
    next_cursor: str | None
    count: int | None


class LookBackKeyOut(Out):
    """One day's key: `commitment` is the SHA-256 (hex) of its 32 bytes, `key` (hex) null until it is revealed."""

    day: date
    commitment: str
    committed_at: str
    reveals_on: date
    key: str | None
    demo: bool


class LookBackKeysOut(Out):
    """Keys, the latest day first."""

    items: list[LookBackKeyOut]
    next_cursor: str | None


class LookBackLotOut(Out):
    """The lot of one closure; drawn when its fraction is below `rate`."""

    hazard_id: UUID
    closed_at: str
    level: str
    rate: float
    drawn: bool


class LookBackLotsOut(Out):
    """The lots of one day."""

    items: list[LookBackLotOut]
    next_cursor: str | None


def task(row: LookBackTask, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return a task as an official sees it at `at`."""
    hazard = row.hazard
    looked_at = {
        "id": hazard.id, "title": hazard.title, "category": hazard.category, "level": row.level,
        "enterprise_id": row.enterprise_id, "enterprise": row.__dict__["firm"], "region": row.place.code,
        "place": hazard.location_name, "closed_at": row.closed_at,
    }  # fmt: skip
    over = row.status == "open" and row.due_at <= at
    return {
        "id": row.id, "hazard": looked_at, "window_from": row.window_from, "window_to": row.window_to, "due_at": row.due_at,
        "status": "missed" if over else row.status, "act_id": row.act_id, "done_at": row.done_at,
        "mine": queries.may_do(row, actor, at=at),
    }  # fmt: skip


def key(row: LookBackKey, *, at: datetime) -> dict[str, Any]:
    """Return a day's key as anyone may see it at `at`."""
    return {
        "day": row.day, "commitment": row.commitment, "committed_at": clock.text(row.committed_at),
        "reveals_on": queries.reveal_day(row.day, at=at), "key": row.key if row.revealed_at else None, "demo": row.demo,
    }  # fmt: skip


def lot(row: LookBackLot) -> dict[str, Any]:
    """Return a lot as anyone may see it once its day's key is revealed."""
    return {
        "hazard_id": row.hazard_id, "closed_at": clock.text(row.closed_at), "level": row.level, "rate": row.rate,
        "drawn": row.drawn,
    }  # fmt: skip
