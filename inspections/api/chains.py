"""The chains of ledger entries (台账) of what has no act of its own to show them beside: auditors read them, too."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import pages
from backend.kernel.models import LedgerEntry
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.router import Router
from hazards.schemas import outputs
from hazards.schemas.show import event
from inspections.queries import checklists, programmes, statistics

router = Router()
CHAIN = pages.Order("seq", descending=False, parse=int)


def _readers(roles: Collection[Role]) -> doors.Door:
    return doors.only(*sorted({*roles, Role.AUDITOR}))


def _page(chain: QuerySet[LedgerEntry], limit: int, cursor: str | None) -> dict[str, Any]:
    page = pages.page(chain, order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [event(entry) for entry in page.items], "next_cursor": page.next_cursor}


@router.get("/checklists/{checklist_id}/events", auth=_readers(BOUND_TO_ENTERPRISE | OFFICIALS), response=outputs.EventsOut)
def list_checklist_events(
    request: doors.Request, checklist_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the chain of one version of a checklist (by its id), oldest first; of the catalogue's own it is empty."""
    return _page(checklists.chain_of(checklist_id, actor=request.actor), limit, cursor)


@router.get(
    "/statistics-forms/{statistics_form_id}/events", auth=_readers({*statistics.READERS, *OFFICIALS}), response=outputs.EventsOut
)
def list_statistics_form_events(
    request: doors.Request, statistics_form_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the chain of a statistics form, oldest first."""
    return _page(statistics.chain_of(statistics_form_id, actor=request.actor), limit, cursor)


@router.get("/inspection-plans/{plan_id}/events", auth=_readers(OFFICIALS), response=outputs.EventsOut)
def list_inspection_plan_events(
    request: doors.Request, plan_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the chain of one version of a yearly plan."""
    return _page(programmes.chain_of_plan(plan_id, actor=request.actor), limit, cursor)


@router.get("/campaigns/{campaign_id}/events", auth=_readers(OFFICIALS), response=outputs.EventsOut)
def list_campaign_events(
    request: doors.Request, campaign_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the chain of a campaign."""
    return _page(programmes.chain_of_campaign(campaign_id, actor=request.actor), limit, cursor)
