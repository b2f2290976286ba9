"""Remote checks (云巡查): officials ask, the enterprise answers or refuses, he who asked judges."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.requests import instant, received
from backend.kernel.web.router import Router
from hazards.schemas import outputs
from hazards.schemas.show import event
from inspections.actions import remote
from inspections.models import RemoteCheck
from inspections.policy.remote import ASKERS
from inspections.queries import remote_checks as queries
from inspections.schemas import remote_checks as schemas
from media import queries as media

router = Router()
askers = doors.only(*sorted(ASKERS))
readers = doors.only(Role.OWNER, Role.OFFICER, Role.EMPLOYEE, Role.AGENCY, Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR)
ACT: dict[int, Any] = {200: schemas.RemoteActOut, 201: schemas.RemoteActOut}
chain_readers = doors.only(*sorted({*OFFICIALS, Role.AUDITOR}))
CHAIN = pages.Order("seq", descending=False, parse=int)
BY_TIME = pages.Order("asked_at")


@router.post("/remote-checks", auth=askers, response={200: schemas.RemoteCheckOut, 201: schemas.RemoteCheckOut})
def ask_remotely(request: doors.Request, body: schemas.RemoteCheckIn) -> Any:
    """Ask an enterprise for a picture of a named spot (云巡查); it has ten minutes (policy)."""
    at, actor = clock.now(), request.actor
    got = received(request, kind="remote_check", id=body.id, actor_id=actor.id, at=at)
    done = remote.ask(schemas.question(body), received=got, actor=actor, at=at)
    return replies.created(schemas.shown(done.check, actor=actor, at=at, slots=()), done.receipt)


@router.get("/remote-checks", auth=readers, response=schemas.RemoteChecksOut)
def list_remote_checks(request: doors.Request, filters: Query[schemas.RemoteFilters]) -> dict[str, Any]:
    """Return a page of the remote checks in the caller's scope, newest first."""
    at, actor = clock.now(), request.actor
    rows = queries.listed(actor=actor, filters=filters.model_dump(), at=at)
    page = pages.page(rows.annotate(firm=F("enterprise__name")), order=BY_TIME, limit=filters.limit, cursor=filters.cursor)
    slots = media.slots([check.id for check in page.items])
    items = [schemas.shown(check, actor=actor, at=at, slots=slots[check.id]) for check in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "count": rows.count() if filters.count else None}


@router.get("/remote-checks/{remote_check_id}", auth=readers, response=schemas.RemoteCheckOut)
def read_remote_check(request: doors.Request, remote_check_id: Id, response: HttpResponse) -> dict[str, Any]:
    """Return one remote check."""
    found = queries.get(remote_check_id, actor=request.actor)
    response["ETag"] = f'"{found.version}"'
    return _whole(found, request.actor)


@router.get("/remote-checks/{remote_check_id}/events", auth=chain_readers, response=outputs.EventsOut)
def list_remote_check_events(
    request: doors.Request, remote_check_id: Id, limit: Limit = 200, cursor: Cursor | None = None
) -> dict[str, Any]:
    """Return the remote check's chain of ledger entries, oldest first; auditors read it, the enterprise does not."""
    chain = queries.chain_of(remote_check_id, actor=request.actor)
    page = pages.page(chain, order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [event(entry) for entry in page.items], "next_cursor": page.next_cursor}


def _whole(check: RemoteCheck, actor: Actor) -> dict[str, Any]:
    return schemas.shown(check, actor=actor, at=clock.now(), slots=media.slots([check.id])[check.id])


def _taking(request: doors.Request, kind: str, id: UUID | None, check_id: UUID) -> dict[str, Any]:
    at, actor = instant(request), request.actor
    got = received(request, kind=kind, id=id, actor_id=actor.id, at=at, path_ids={"id": check_id})
    return {"received": got, "check_id": check_id, "actor": actor, "at": at}


def _body(id: UUID, check: RemoteCheck, actor: Actor) -> dict[str, Any]:
    judged = id == check.judgement_id
    refused = check.status == "refused"
    kind, at = ("judgement", check.judged_at) if judged else ("refusal" if refused else "answer", check.replied_at)
    return {"id": id, "kind": kind, "at": at, "remote_check": _whole(check, actor)}


def _shown(done: remote.Step, said: dict[str, Any]) -> Any:
    return replies.created(_body(said["received"].id, done.check, said["actor"]), done.receipt)


@router.post("/remote-checks/{remote_check_id}/answers", auth=doors.signed_in, response=ACT)
def answer_remote_check(request: doors.Request, remote_check_id: Id, body: schemas.RemoteAnswerIn) -> Any:
    """Answer with photos of the spot; a right nonce, or the number in the picture, shows that they are fresh."""
    said = _taking(request, "remote_answer", body.id, remote_check_id)
    return _shown(remote.answer(schemas.reply(body), **said), said)


@router.post("/remote-checks/{remote_check_id}/refusals", auth=doors.signed_in, response=ACT)
def refuse_remote_check(request: doors.Request, remote_check_id: Id, body: schemas.RemoteRefusalIn) -> Any:
    """Refuse to show the spot, with a reason."""
    said = _taking(request, "remote_refusal", body.id, remote_check_id)
    return _shown(remote.refuse(reason=body.reason, **said), said)


@router.post("/remote-checks/{remote_check_id}/judgements", auth=doors.signed_in, response=ACT)
def judge_remote_check(request: doors.Request, remote_check_id: Id, body: schemas.RemoteJudgementIn) -> Any:
    """Say what the answer is worth: he who asked."""
    said = _taking(request, "remote_judgement", body.id, remote_check_id)
    return _shown(remote.judge(outcome=body.outcome, note=body.note, **said), said)


@replies.presents("remote_check")
def remote_check_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a remote check whose question was sent again, as it is now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # came through a door
    return _whole(queries.get(id, actor=actor), actor)


def _act_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an act on a remote check that was sent again. Raises: NotFound if it is out of scope."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # came through a door
    return _body(id, queries.by_act(id, actor=actor), actor)


for _kind in ("remote_answer", "remote_refusal", "remote_judgement"):
    replies.presents(_kind)(_act_again)
