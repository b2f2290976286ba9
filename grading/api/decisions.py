"""What the county decides about a grade: that it may leave red (降档决定), or what it is for a while (人工调整)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from enterprises import queries as enterprises
from grading.actions import improve, override
from grading.queries import contests, standings
from grading.queries import overrides as queries
from grading.schemas import decisions as schemas

router = Router()
regulators = doors.only(Role.REGULATOR)
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)
LATEST = pages.Order("at")


@router.post(
    "/enterprises/{enterprise_id}/improvements",
    auth=regulators,
    response={200: schemas.ImprovementOut, 201: schemas.ImprovementOut},
)
def decide_improvement(request: doors.Request, enterprise_id: Id, body: schemas.ImprovementIn) -> Any:
    """Let an enterprise leave a colour that only the county opens (red → orange): a regulator of the county or above."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="improvement", id=body.id, actor_id=actor.id, at=at, path_ids={"id": enterprise_id})
    done = improve.improve(reason=body.reason or "", received=got, enterprise_id=enterprise_id, actor=actor, at=at)
    language = replies.language(request)
    return replies.created(schemas.improvement(done.improvement, done.enterprise, done.waiting, language=language), done.receipt)


@router.post(
    "/enterprises/{enterprise_id}/overrides",
    auth=regulators,
    response={200: schemas.MadeOverrideOut, 201: schemas.MadeOverrideOut},
)
def override_grade(request: doors.Request, enterprise_id: Id, body: schemas.OverrideIn) -> Any:
    """Set a grade by hand, for a time and with a reason (人工调整): a regulator of the county or above, freshly stepped up."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="override", id=body.id, actor_id=actor.id, at=at, path_ids={"id": enterprise_id})
    done = override.make(schemas.wanted(body), received=got, enterprise_id=enterprise_id, actor=actor, at=at)
    return replies.created(schemas.made_override(done.override, done.enterprise, at=at), done.receipt)


@router.get("/enterprises/{enterprise_id}/overrides", auth=readers, response=schemas.OverridesOut)
def list_overrides(request: doors.Request, enterprise_id: Id, limit: Limit = 50, cursor: Cursor | None = None) -> Any:
    """Return the overrides of an enterprise with their reasons, newest first; the enterprise reads them, too."""
    rows, at = queries.of(enterprise_id, actor=request.actor), clock.now()
    page = pages.page(rows, order=LATEST, limit=limit, cursor=cursor)
    return {"items": [schemas.shown(row, at=at) for row in page.items], "next_cursor": page.next_cursor}


@router.post(
    "/overrides/{override_id}/endings",
    auth=regulators,
    response={200: schemas.OverrideEndingOut, 201: schemas.OverrideEndingOut},
)
def end_override(request: doors.Request, override_id: Id, body: schemas.OverrideEndingIn) -> Any:
    """End an override before its time, with a reason: a regulator of the county or above, freshly stepped up."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="override_ending", id=body.id, actor_id=actor.id, at=at, path_ids={"id": override_id})
    done = override.end(reason=body.reason, received=got, override_id=override_id, actor=actor, at=at)
    return replies.created(schemas.ending(done.override, done.enterprise, at=at), done.receipt)


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    return found


@replies.presents("improvement")
def improvement_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a decision that was sent again, with the enterprise as it is now."""
    made, at = queries.improvement(id, actor=_actor(request)), clock.now()
    row = standings.of(made.enterprise_id)
    row.enterprise = made.enterprise
    return schemas.improvement(made, made.enterprise, contests.waiting(row, at), language=replies.language(request))


@replies.presents("override")
def override_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an override that was sent again."""
    row = queries.get(id, actor=_actor(request))
    return schemas.made_override(row, enterprises.get_plain(row.enterprise_id), at=clock.now())


@replies.presents("override_ending")
def ending_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return the end of an override that was sent again."""
    row = queries.by_ending(id, actor=_actor(request))
    return schemas.ending(row, enterprises.get_plain(row.enterprise_id), at=clock.now())
