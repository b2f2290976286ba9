"""Yearly plans (年度监督检查计划) and campaigns (专项行动): set by regulators, read by officials."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from accounts.login import doors
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.calendar import local_day
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from inspections.actions.launch_campaign import launch
from inspections.actions.set_plan import set_plan
from inspections.queries import programmes
from inspections.schemas import programmes as schemas

router = Router()
officials = doors.only(*sorted(OFFICIALS))
regulators = doors.only(Role.REGULATOR)
BY_TIME = pages.Order("made_at")


@router.get("/inspection-plans", auth=officials, response=schemas.PlansOut)
def list_inspection_plans(request: doors.Request, filters: Query[schemas.PlansQuery]) -> dict[str, Any]:
    """Return the yearly plans of the caller's regions and of those above them, newest first."""
    rows = programmes.plans(actor=request.actor, **filters.model_dump(exclude={"limit", "cursor", "count"}))
    page = pages.page(rows, order=BY_TIME, limit=filters.limit, cursor=filters.cursor)
    items = [schemas.plan(row, superseded=programmes.is_superseded(row)) for row in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.post("/inspection-plans", auth=regulators, response={200: schemas.PlanCreated, 201: schemas.PlanCreated})
def set_inspection_plan(request: doors.Request, body: schemas.PlanIn) -> Any:
    """Set the plan of a region and year; a regulator of a county or above."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="inspection_plan", id=body.id, actor_id=actor.id, at=at)
    said = body.model_dump(include={"region", "year", "name", "reason"})
    targets = [target.as_target() for target in body.targets]
    row, receipt = set_plan(received=got, targets=targets, actor=actor, at=at, **said)
    return replies.created(_plan(request, row.id), receipt)


@router.get("/inspection-plans/{plan_id}", auth=officials, response=schemas.PlanOut)
def read_inspection_plan(request: doors.Request, plan_id: Id) -> dict[str, Any]:
    """Return a yearly plan with the coverage of each target, counted from administrative inspections that are over."""
    return _plan(request, plan_id)


@replies.presents("inspection_plan")
def _plan(request: Any, plan_id: UUID) -> dict[str, Any]:
    row = programmes.plan(plan_id, actor=request.actor)
    return schemas.plan(row, superseded=programmes.is_superseded(row), coverage=programmes.coverage(row))


@router.get("/campaigns", auth=officials, response=schemas.CampaignsOut, by_alias=True)
def list_campaigns(request: doors.Request, filters: Query[schemas.CampaignsQuery]) -> dict[str, Any]:
    """Return the campaigns of the caller's regions and of those above them, newest first."""
    today = local_day(clock.now())
    rows = programmes.campaigns(actor=request.actor, today=today, region=filters.region, state=filters.state)
    page = pages.page(rows, order=BY_TIME, limit=filters.limit, cursor=filters.cursor)
    items = [schemas.campaign(row, today=today) for row in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.post("/campaigns", auth=regulators, response={200: schemas.CampaignCreated, 201: schemas.CampaignCreated}, by_alias=True)
def launch_campaign(request: doors.Request, body: schemas.CampaignIn) -> Any:
    """Launch a campaign; a regulator of a county or above."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="campaign", id=body.id, actor_id=actor.id, at=at)
    said = body.model_dump(include={"region", "name", "start", "end", "percent", "note"})
    row, receipt = launch(received=got, filters=body.filters.as_filters(), actor=actor, at=at, **said)
    return replies.created(_campaign(request, row.id), receipt)


@router.get("/campaigns/{campaign_id}", auth=officials, response=schemas.CampaignOut, by_alias=True)
def read_campaign(request: doors.Request, campaign_id: Id) -> dict[str, Any]:
    """Return a campaign with its progress, counted from its inspections."""
    return _campaign(request, campaign_id)


def _campaign(request: Any, campaign_id: UUID) -> dict[str, Any]:
    row = programmes.campaign(campaign_id, actor=request.actor)
    return schemas.campaign(row, today=local_day(clock.now()), progress=programmes.progress(row))


@replies.presents("campaign")
def _campaign_again(request: HttpRequest, campaign_id: UUID) -> dict[str, Any]:
    return schemas.CampaignOut.model_validate(_campaign(request, campaign_id)).model_dump(by_alias=True)
