"""Simulations of a policy (推演): asked for by regulators of the county and above, of a region of theirs."""

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
from grading.actions import simulate
from grading.models import Simulation
from grading.queries import simulations as queries
from grading.schemas import simulations as schemas
from grading.schemas import trials

router = Router()
regulators = doors.only(Role.REGULATOR)
IN_ORDER = pages.Order("id", descending=False, parse=int, unique=True)
LATEST = pages.Order("asked_at")
MADE: dict[int, Any] = {200: schemas.MadeSimulationOut, 201: schemas.MadeSimulationOut}


@router.post("/policies/{id}/simulations", auth=regulators, response=MADE, by_alias=True)
def ask_for_simulation(request: doors.Request, id: Id, body: schemas.SimulationIn) -> Any:
    """Run a draft over what happened in a region, in the background; it touches nobody. One at a time."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="simulation", id=body.id, actor_id=actor.id, at=at, path_ids={"id": id})
    row, receipt = simulate.ask(body.asked(id, at), received=got, actor=actor, at=at)
    return replies.created(schemas.simulation(row), receipt)


@router.get("/policies/{id}/simulations", auth=regulators, response=schemas.SimulationsOut, by_alias=True)
def list_simulations(
    request: doors.Request, id: Id, limit: Limit | None = None, cursor: Cursor | None = None, count: QueryFlag | None = None
) -> dict[str, Any]:
    """Return the simulations of a policy in the caller's regions, newest first."""
    rows = queries.of_policy(accounts.policy_row(id), actor=request.actor)
    page = pages.page(rows, order=LATEST, limit=limit, cursor=cursor)
    items, total = [schemas.simulation(row) for row in page.items], rows.count() if count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}


@router.get(
    "/policies/{id}/simulations/{simulation_id}", auth=regulators, response=schemas.WholeSimulationOut, by_alias=True
)  # fmt: skip
def read_simulation(request: doors.Request, id: Id, simulation_id: Id) -> dict[str, Any]:
    """Return a simulation: progress, matrix, and the first page of those who would change."""
    row = queries.get(simulation_id, actor=request.actor, policy_id=id)
    filters = trials.ChangeFilters()
    return {**schemas.simulation(row), "changes": _changes(request, row, filters)}


@router.get(
    "/policies/{id}/simulations/{simulation_id}/changes", auth=regulators, response=trials.ChangesOut, by_alias=True
)  # fmt: skip
def list_simulated_changes(
    request: doors.Request, id: Id, simulation_id: Id, filters: Query[trials.ChangeFilters]
) -> dict[str, Any]:
    """Return who would change, from which colour to which, and why."""
    return _changes(request, queries.get(simulation_id, actor=request.actor, policy_id=id), filters)


def _changes(request: HttpRequest, row: Simulation, filters: trials.ChangeFilters) -> dict[str, Any]:
    rows = queries.changes(row, live=filters.from_, draft=filters.to)
    page = pages.page(rows, order=IN_ORDER, limit=filters.limit, cursor=filters.cursor)
    items = [trials.change(one, language=replies.language(request)) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@replies.presents("simulation")
def simulation_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a simulation whose id was sent again."""
    return schemas.simulation(queries.get(id, actor=request.actor))  # type: ignore[attr-defined]  # came through a door
