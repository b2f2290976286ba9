"""Extensions and supervision listings: acts whose rows are acted upon themselves."""

from typing import Any

from accounts.login import doors
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from hazards.actions import extend, list_
from hazards.api.acts import ANSWERS, shown, taking
from hazards.schemas import forms, inputs

router = Router()


@router.post("/hazards/{hazard_id}/extensions", auth=doors.signed_in, response=ANSWERS)
def ask_extension(request: doors.Request, hazard_id: Id, body: inputs.ExtensionIn) -> Any:
    """Ask for a later deadline (申请延期)."""
    said = taking(request, "extension", body, hazard_id) | {"hazard_id": hazard_id, "remarks": forms.remarks(body)}
    return shown(extend.ask(due_on=body.due_on, reason=body.reason, **said), request)


@router.post("/extensions/{extension_id}/decisions", auth=doors.signed_in, response=ANSWERS)
def decide_extension(request: doors.Request, extension_id: Id, body: inputs.DecisionIn) -> Any:
    """Grant or refuse an extension (延期审批)."""
    said = taking(request, "decision", body, extension_id)
    verb = extend.grant if body.outcome == "grant" else extend.refuse
    return shown(verb(extension_id=extension_id, remarks=forms.remarks(body), **said), request)


@router.post("/hazards/{hazard_id}/listings", auth=doors.signed_in, response=ANSWERS)
def list_hazard(request: doors.Request, hazard_id: Id, body: inputs.ListingIn) -> Any:
    """Order a listing, or propose one (挂牌督办)."""
    said = taking(request, "listing", body, hazard_id) | {"hazard_id": hazard_id, "remarks": forms.remarks(body)}
    if body.authority is None and body.document_no is None:
        return shown(list_.propose(due_on=body.due_on, **said), request)
    return shown(list_.order(**forms.order(body), **said), request)


@router.post("/listings/{listing_id}/lifts", auth=doors.signed_in, response=ANSWERS)
def lift_listing(request: doors.Request, listing_id: Id, body: inputs.LiftIn) -> Any:
    """Lift a listing with its acceptance report (解除挂牌)."""
    said = taking(request, "lift", body, listing_id)
    return shown(list_.lift(listing_id=listing_id, acceptance=body.acceptance, remarks=forms.remarks(body), **said), request)
