"""Planning and reading inspections (检查)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query

from accounts.login import doors
from accounts.policy.roles import Role
from backend.kernel import clock, pages
from backend.kernel.problems import StaleVersion
from backend.kernel.web import replies, versions
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from inspections.actions import change, plan, reading
from inspections.api import present_inspections as present
from inspections.policy import crews
from inspections.queries import inspections as queries
from inspections.schemas import inspections as schemas
from inspections.schemas import show_inspections as show

router = Router()
planners = doors.only(*sorted(crews.PLANNERS))
readers = doors.only(Role.OWNER, Role.OFFICER, Role.AGENCY, Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR)
watchers = doors.only(Role.REGULATOR, Role.AUDITOR)
chain_readers = doors.only(*sorted(readers.roles | {Role.AUDITOR}))
BY_DAY = pages.Order("planned_on", parse=date.fromisoformat)
CHAIN = pages.Order("seq", descending=False, parse=int)
BY_TIME = pages.Order("at", descending=False)


@router.post("/inspections", auth=planners, response={200: schemas.InspectionOut, 201: schemas.InspectionOut})
def plan_inspection(request: doors.Request, body: schemas.InspectionIn) -> Any:
    """Plan an inspection that the caller makes (制定检查任务), alone or with others."""
    at, actor = clock.now(), request.actor
    got = received(request, kind="inspection", id=body.id, actor_id=actor.id, at=at)
    done = plan.plan(_wanted(body, actor.id), received=got, actor=actor, at=at)
    return replies.created(present.whole(done.inspection, actor=actor, at=at), done.receipt)


def _wanted(body: schemas.InspectionIn, caller: Id) -> plan.Wanted:
    return plan.Wanted(
        enterprise_id=body.enterprise_id, type=body.type, mode=body.mode, planned_on=body.planned_on,
        inspectors=tuple(body.inspectors or [caller]), checklists=tuple(body.checklists), campaign_id=body.campaign,
        action_code=body.action_code or "", note=body.note,
    )  # fmt: skip


@router.get("/inspections", auth=readers, response=schemas.InspectionsOut)
def list_inspections(request: doors.Request, filters: Query[schemas.InspectionFilters]) -> dict[str, Any]:
    """Return a page of the inspections in the caller's scope, the latest planned day first."""
    at, actor = clock.now(), request.actor
    rows = queries.listed(actor=actor, filters=filters.model_dump())
    page = pages.page(queries.shown(rows), order=BY_DAY, limit=filters.limit, cursor=filters.cursor)
    reading.note(page.items, actor=actor, at=at)
    items = [show.row(inspection, actor=actor) for inspection in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.get("/inspections/{inspection_id}", auth=readers, response=schemas.InspectionOut)
def read_inspection(request: doors.Request, inspection_id: Id, response: HttpResponse) -> dict[str, Any]:
    """Return one inspection in full."""
    return _shown(inspection_id, request, response)


@router.patch("/inspections/{inspection_id}", auth=planners, response=schemas.InspectionOut)
def change_inspection(
    request: doors.Request, response: HttpResponse, inspection_id: Id, body: schemas.InspectionPatch
) -> dict[str, Any]:
    """Change a planned inspection (变更检查安排): its day, who goes, its checklists; one who could go may take it over."""
    at, actor = clock.now(), request.actor
    wish, version = _wish(body), versions.expected(request)
    try:
        done = change.change(
            wish, inspection_id=inspection_id, version=version, actor=actor, at=at, request_id=request.request_id
        )
    except StaleVersion as stale:
        raise StaleVersion(current=_shown(inspection_id, request, response)) from stale
    return _shown(done.id, request, response)


def _wish(body: schemas.InspectionPatch) -> change.Wish:
    return change.Wish(
        planned_on=body.planned_on, inspectors=None if body.inspectors is None else tuple(body.inspectors),
        checklists=None if body.checklists is None else tuple(body.checklists), reason=body.reason,
    )  # fmt: skip


def _shown(inspection_id: UUID, request: doors.Request, response: HttpResponse) -> dict[str, Any]:
    found = queries.get(inspection_id, actor=request.actor)
    versions.tag(response, found.version)
    return present.whole(found, actor=request.actor, at=clock.now())


@router.get("/inspections/{inspection_id}/events", auth=chain_readers, response=schemas.VisitEventsOut)
def list_inspection_events(
    request: doors.Request, inspection_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the inspection's chain of ledger entries, oldest first; auditors read it, too."""
    chain, inspection = queries.chain_of(inspection_id, actor=request.actor), queries.get_plain(inspection_id)
    reading.note([inspection], actor=request.actor, at=clock.now())
    page = pages.page(chain, order=CHAIN, limit=limit, cursor=cursor)
    return {"items": present.chain(inspection, page.items, actor=request.actor), "next_cursor": page.next_cursor}


@router.get("/inspections/{inspection_id}/readings", auth=watchers, response=schemas.ReadingsOut)
def list_plan_readings(
    request: doors.Request, inspection_id: Id, limit: Limit = 50, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return who looked at the plan of an unannounced inspection before it began (查阅记录), the first first."""
    rows = queries.readings_of(inspection_id, actor=request.actor)
    page = pages.page(rows, order=BY_TIME, limit=limit, cursor=cursor)
    return {"items": [show.reading(row) for row in page.items], "next_cursor": page.next_cursor}
