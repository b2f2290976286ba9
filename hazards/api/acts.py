"""Acts on a hazard: verbs of the loop posted as nouns. Whoever may read the hazard may knock; the lifecycle decides."""

from typing import Any
from uuid import UUID

from accounts.login import doors
from backend.kernel import clock
from backend.kernel.idempotency import Received
from backend.kernel.web.fields import Id
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from hazards.actions import accept, annul, draw, look_back, reclassify, rectify, reinspect, resubmit, transfer, verify
from hazards.actions.steps import Done
from hazards.api import present
from hazards.policy.words import Level
from hazards.schemas import forms, inputs, outputs

router = Router()
ANSWERS: dict[int, Any] = {200: outputs.ActOut, 201: outputs.ActOut}


def taking(request: doors.Request, kind: str, body: inputs.ActIn, subject_id: UUID) -> dict[str, Any]:
    """Return what every act is handed: what was received, who acts, and when."""
    at, actor = clock.now(), request.actor
    got: Received = received(request, kind=kind, id=body.id, actor_id=actor.id, at=at, path_ids={"id": subject_id})
    return {"received": got, "actor": actor, "at": at}


def shown(done: Done, request: doors.Request) -> Any:
    """Return 201 with the act that was taken."""
    return present.taken(done, actor=request.actor, at=clock.now())


@router.post("/hazards/{hazard_id}/verifications", auth=doors.signed_in, response=ANSWERS)
def verify_hazard(request: doors.Request, hazard_id: Id, body: inputs.VerificationIn) -> Any:
    """Confirm, return or dismiss a report (核查)."""
    said = taking(request, "verification", body, hazard_id)
    if body.outcome == "confirm":
        return shown(verify.confirm(hazard_id=hazard_id, ruling=forms.ruling(body), remarks=forms.remarks(body), **said), request)
    if body.outcome == "return":
        return shown(verify.return_(hazard_id=hazard_id, remarks=forms.returning(body), **said), request)
    return shown(verify.dismiss(hazard_id=hazard_id, **forms.dismissal(body), remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/resubmissions", auth=doors.signed_in, response=ANSWERS)
def resubmit_hazard(request: doors.Request, hazard_id: Id, body: inputs.ResubmissionIn) -> Any:
    """Send a returned report again (补正重报)."""
    said = taking(request, "resubmission", body, hazard_id)
    return shown(
        resubmit.resubmit(hazard_id=hazard_id, changes=forms.changes(body), remarks=forms.remarks(body), **said), request
    )


@router.post("/hazards/{hazard_id}/withdrawals", auth=doors.signed_in, response=ANSWERS)
def withdraw_hazard(request: doors.Request, hazard_id: Id, body: inputs.ActIn) -> Any:
    """Withdraw one's own report (撤回)."""
    said = taking(request, "withdrawal", body, hazard_id)
    return shown(resubmit.withdraw(hazard_id=hazard_id, remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/plans", auth=doors.signed_in, response=ANSWERS)
def file_plan(request: doors.Request, hazard_id: Id, body: inputs.PlanIn) -> Any:
    """File the plan of a major hazard (治理方案)."""
    said = taking(request, "plan", body, hazard_id)
    return shown(rectify.plan(hazard_id=hazard_id, plan=forms.plan(body), remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/rectifications", auth=doors.signed_in, response=ANSWERS)
def submit_rectification(request: doors.Request, hazard_id: Id, body: inputs.RectificationIn) -> Any:
    """Submit what was done, with photos (整改)."""
    said = taking(request, "rectification", body, hazard_id)
    return shown(rectify.submit(hazard_id=hazard_id, fix=forms.fix(body), remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/acceptances", auth=doors.signed_in, response=ANSWERS)
def accept_fix(request: doors.Request, hazard_id: Id, body: inputs.AcceptanceIn) -> Any:
    """Accept or reject a colleague's fix (内部验收)."""
    said = taking(request, "acceptance", body, hazard_id)
    verb = accept.accept if body.outcome == "accept" else accept.reject
    return shown(verb(hazard_id=hazard_id, remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/reinspections", auth=doors.signed_in, response=ANSWERS)
def reinspect_hazard(request: doors.Request, hazard_id: Id, body: inputs.ReinspectionIn) -> Any:
    """Pass or fail a rectification (复查)."""
    said = taking(request, "reinspection", body, hazard_id) | {"hazard_id": hazard_id, "remarks": forms.remarks(body)}
    if body.outcome == "pass":
        return shown(reinspect.pass_(**forms.passing(body), **said), request)
    return shown(reinspect.fail(**forms.failing(body), **said), request)


@router.post("/reinspections/{reinspection_id}/countersignatures", auth=doors.signed_in, response=ANSWERS)
def countersign(request: doors.Request, reinspection_id: Id, body: inputs.ActIn) -> Any:
    """Countersign the pass of a major hazard (会签)."""
    said = taking(request, "countersignature", body, reinspection_id)
    return shown(reinspect.countersign(reinspection_id=reinspection_id, remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/draws", auth=doors.signed_in, response=ANSWERS)
def draw_hazard(request: doors.Request, hazard_id: Id, body: inputs.ActIn) -> Any:
    """Draw a sampled hazard by hand (人工抽查)."""
    said = taking(request, "draw", body, hazard_id)
    return shown(draw.by_hand(hazard_id=hazard_id, remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/look-backs", auth=doors.signed_in, response=ANSWERS)
def look_back_at(request: doors.Request, hazard_id: Id, body: inputs.LookBackIn) -> Any:
    """Look back at a closed hazard (回头看)."""
    said = taking(request, "look_back", body, hazard_id) | {"hazard_id": hazard_id}
    if body.outcome == "holds":
        return shown(look_back.hold(remarks=forms.holding(body), **said), request)
    return shown(look_back.recur(due_on=forms.due_on(body), remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/reclassifications", auth=doors.signed_in, response=ANSWERS)
def reclassify_hazard(request: doors.Request, hazard_id: Id, body: inputs.ReclassificationIn) -> Any:
    """Raise or lower the level (升级/降级)."""
    said = taking(request, "reclassification", body, hazard_id) | {"hazard_id": hazard_id, "remarks": forms.remarks(body)}
    if body.level == Level.MAJOR:
        return shown(reclassify.raise_(criterion=body.criterion or "", reason=body.reason, **said), request)
    return shown(reclassify.lower(reason=forms.lowering(body), **said), request)


@router.post("/hazards/{hazard_id}/annulments", auth=doors.signed_in, response=ANSWERS)
def annul_hazard(request: doors.Request, hazard_id: Id, body: inputs.AnnulmentIn) -> Any:
    """Annul a hazard (撤销)."""
    said = taking(request, "annulment", body, hazard_id)
    return shown(annul.annul(hazard_id=hazard_id, reason=body.reason, remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/transfers", auth=doors.signed_in, response=ANSWERS)
def transfer_hazard(request: doors.Request, hazard_id: Id, body: inputs.TransferIn) -> Any:
    """Transfer a hazard to another region's officials (移交)."""
    said = taking(request, "transfer", body, hazard_id) | {"hazard_id": hazard_id, "remarks": forms.remarks(body)}
    return shown(transfer.transfer(to_region=body.to_region, reason=body.reason, **said), request)


@router.post("/hazards/{hazard_id}/rulings", auth=doors.signed_in, response=ANSWERS)
def rule_on_hazard(request: doors.Request, hazard_id: Id, body: inputs.RulingActIn) -> Any:
    """Rule finally whose hazard it is (裁定)."""
    said = taking(request, "ruling", body, hazard_id) | {"hazard_id": hazard_id, "remarks": forms.remarks(body)}
    return shown(transfer.rule(region=body.region, reason=body.reason, **said), request)
