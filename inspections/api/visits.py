"""Acts of an inspection: verbs posted as nouns. Whoever may read it may knock; only those who make it act."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.login import doors
from accounts.policy.actor import Actor
from backend.kernel import clock
from backend.kernel.problems import NotFound
from backend.kernel.web import replies
from backend.kernel.web.fields import Id
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from hazards.api import present as hazards
from hazards.schemas import outputs
from inspections.actions import check_in, check_out, fill_in, find, sign
from inspections.actions.visiting import Done, Remarks
from inspections.api import present_inspections as present
from inspections.models import Inspection, VisitAct
from inspections.queries import inspections as queries
from inspections.schemas import inspections as shapes
from inspections.schemas import show_inspections as show
from inspections.schemas import visits as schemas
from inspections.schemas.signatures import SignatureIn

router = Router()
ANSWERS: dict[int, Any] = {200: shapes.VisitActOut, 201: shapes.VisitActOut}
FOUND: dict[int, Any] = {200: outputs.HazardOut, 201: outputs.HazardOut}


def _taking(request: doors.Request, kind: str, id: UUID | None, inspection_id: UUID) -> dict[str, Any]:
    """Return what every act is handed: what was received on which inspection, who acts, and when."""
    at, actor = clock.now(), request.actor
    got = received(request, kind=kind, id=id, actor_id=actor.id, at=at, path_ids={"id": inspection_id})
    return {"received": got, "inspection_id": inspection_id, "actor": actor, "at": at}


def _body(act: VisitAct, inspection: Inspection, actor: Actor) -> dict[str, Any]:
    can = present.allowed(inspection, actor=actor, at=clock.now())
    brief = show.brief(inspection, actor=actor, allowed=can)
    return {**show.act(act, official=show.is_official(inspection, actor)), "inspection": brief}


def _shown(done: Done, request: doors.Request) -> Any:
    """Return 201 with the act that was taken."""
    return replies.created(_body(done.act, done.inspection, request.actor), done.receipt)


@router.post("/inspections/{inspection_id}/check-ins", auth=doors.signed_in, response=ANSWERS)
def check_in_at(request: doors.Request, inspection_id: Id, body: schemas.CheckInIn) -> Any:
    """Check in on site (签到): by place or by a scanned code; what is odd is flagged, never refused."""
    said = _taking(request, "check_in", body.id, inspection_id)
    return _shown(check_in.check_in(**schemas.checking_in(body), **said), request)


@router.post("/inspections/{inspection_id}/answers", auth=doors.signed_in, response=ANSWERS)
def answer_items(request: doors.Request, inspection_id: Id, body: schemas.VisitAnswersIn) -> Any:
    """Answer items of the pinned checklists (填写检查表), in parts and in any order."""
    said = _taking(request, "visit_answers", body.id, inspection_id)
    return _shown(fill_in.fill_in(**schemas.answering(body), **said), request)


@router.post("/inspections/{inspection_id}/findings", auth=doors.signed_in, response=FOUND)
def find_hazard(request: doors.Request, inspection_id: Id, body: schemas.FindingIn) -> Any:
    """Report a hazard found on this visit (登记隐患); answered like `POST /hazards`."""
    said = _taking(request, "finding", body.id, inspection_id)
    report, where = schemas.finding(body)
    done = find.find(report=report, said=where, **said)
    return hazards.reported(done, actor=request.actor, at=clock.now(), language=replies.language(request))


@router.post("/inspections/{inspection_id}/signatures", auth=doors.signed_in, response=ANSWERS)
def sign_document(request: doors.Request, inspection_id: Id, body: SignatureIn) -> Any:
    """Sign a draft of this visit with a drawn picture (签名), or record that it was refused before a witness."""
    said = _taking(request, "signature", body.id, inspection_id)
    return _shown(sign.sign_on_visit(body.signing(), document_id=body.document_id, **said), request)


@router.post("/inspections/{inspection_id}/check-outs", auth=doors.signed_in, response=ANSWERS)
def check_out_of(request: doors.Request, inspection_id: Id, body: schemas.CheckOutIn) -> Any:
    """Finish the visit (签退) once everything is answered."""
    said = _taking(request, "check_out", body.id, inspection_id)
    return _shown(check_out.check_out(remarks=schemas.remarks(body), **said), request)


@router.post("/inspections/{inspection_id}/cancellations", auth=doors.signed_in, response=ANSWERS)
def cancel_inspection(request: doors.Request, inspection_id: Id, body: schemas.CancellationIn) -> Any:
    """Cancel a visit on which nothing was found (取消检查), with a reason."""
    said = _taking(request, "visit_cancellation", body.id, inspection_id)
    return _shown(check_out.cancel(reason=body.reason, remarks=Remarks(), **said), request)


def _act_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an act that was sent again, with its inspection as it is now. Raises: NotFound if it is out of scope."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # came through a door
    act = VisitAct.objects.filter(id=id).first()
    if act is None:
        raise NotFound
    return _body(act, queries.get(act.inspection_id, actor=actor), actor)


for _kind in ("check_in", "visit_answers", "signature", "check_out", "visit_cancellation"):
    replies.presents(_kind)(_act_again)
replies.presents("finding")(hazards.hazard_again)
