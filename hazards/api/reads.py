"""Reading hazards, and the catalogues a phone needs to report one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts.login import doors
from accounts.policy.roles import Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import instant, received
from backend.kernel.web.router import Router
from hazards import queries
from hazards.actions import judge, report
from hazards.api import present
from hazards.policy import reporting
from hazards.schemas import forms, inputs, outputs, show
from media import queries as media

router = Router()
reporters = doors.only(*sorted(reporting.REPORTERS))
readers = doors.only(Role.OWNER, Role.OFFICER, Role.EMPLOYEE, Role.AGENCY, Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR)
chain_readers = doors.only(*sorted(readers.roles | {Role.AUDITOR}))
CHAIN = pages.Order("seq", descending=False, parse=int)
ORDERS = {"-reported_at": pages.Order("received_at"), "due_at": pages.Order("due_at", descending=False, gaps=True)}


@router.get("/hazard-categories", auth=doors.signed_in, response=outputs.CategoriesOut)
def list_hazard_categories(request: HttpRequest) -> dict[str, Any]:
    """Return the categories a reporter picks from, leaves only (隐患类别)."""
    return {"items": [{"code": code, "name": name, "group": group} for code, (name, group) in queries.categories().items()]}


@router.get("/major-criteria", auth=doors.signed_in, response=outputs.CriteriaOut)
def list_major_criteria(request: HttpRequest) -> dict[str, Any]:
    """Return the criteria for major hazards (重大事故隐患判定标准) with the days they are in force."""
    return {"items": [forms.criterion(row) for row in queries.criteria().values()]}


@router.post("/hazards", auth=reporters, response={200: outputs.HazardOut, 201: outputs.HazardOut})
def report_hazard(request: doors.Request, body: inputs.ReportIn) -> Any:
    """Report a hazard (上报); with a verification it is an official's finding, with a rectification self-fixed."""
    at, actor = instant(request), request.actor
    got = received(request, kind="hazard", id=body.id, actor_id=actor.id, at=at)
    done = report.report(forms.report(body), received=got, actor=actor, at=at)
    return present.reported(done, actor=actor, at=at, language=replies.language(request))


@router.get("/hazards", auth=readers, response=outputs.HazardsOut, exclude_none=False)
def list_hazards(request: doors.Request, filters: Query[inputs.Filters]) -> dict[str, Any]:
    """Return a page of the hazards in the caller's scope."""
    at, actor = clock.now(), request.actor
    rows, whole = queries.listed(at=at, actor=actor, filters=filters.model_dump()), filters.allowed == "full"
    page = pages.page(queries.light(rows), order=ORDERS[filters.sort], limit=filters.limit, cursor=filters.cursor)
    slots = media.slots([hazard.id for hazard in page.items])
    shown = [
        show.row(
            h, actor=actor, at=at, slots=slots[h.id], allowed=judge.row(h, actor=actor, at=at, slots=slots[h.id], whole=whole)
        )
        for h in page.items
    ]
    return {"items": shown, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.get("/hazards/{hazard_id}", auth=readers, response=outputs.HazardOut)
def read_hazard(request: doors.Request, hazard_id: Id, response: HttpResponse) -> dict[str, Any]:
    """Return one hazard in full."""
    actor = request.actor
    hazard = queries.get(hazard_id, actor=actor)
    response["ETag"] = f'"{hazard.version}"'
    return present.whole(hazard, actor=actor, at=clock.now(), language=replies.language(request))


@router.get("/hazards/{hazard_id}/events", auth=chain_readers, response=outputs.EventsOut)
def list_hazard_events(request: doors.Request, hazard_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> dict[str, Any]:
    """Return the hazard's chain of ledger entries, oldest first; auditors read it, too."""
    chain = queries.chain_of(hazard_id, actor=request.actor)
    page = pages.page(chain, order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [show.event(entry) for entry in page.items], "next_cursor": page.next_cursor}
