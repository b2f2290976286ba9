"""Documents of the demo's history: drafted, signed by those who must, issued with a number, served."""

from typing import Any

from demo.history.crew import id_of
from demo.history.stage import Stage
from inspections.actions import draft, issue, serve, sign
from inspections.actions.serve import Proof
from inspections.actions.sign import Signing
from inspections.policy.documents import DocumentKind, How, Outcome, Signer

FIELDS: dict[DocumentKind, dict[str, Any]] = {
    DocumentKind.RISK_NOTICE: {"risk": "夏季高温,喷涂作业区可燃气体易积聚。", "requirement": "加强通风,作业前检测。"},
}


def issued_and_served(stage: Stage, kind: DocumentKind, part: str, officers: tuple[str, ...], **about: Any) -> None:
    """Draft a document, let its officers sign on the phone of `part`, issue it, and hand it to the owner an hour later."""
    fields = dict(FIELDS.get(kind, {}))
    if officers:
        fields["officers"] = [str(id_of(one, stage.tale)) for one in officers]
    document, _ = draft.draft(draft.Wanted(kind, fields, **about), **_taking(stage, "document", part))
    for one in officers:
        signing = Signing(Signer.OFFICER, officer_id=id_of(one, stage.tale), photo_id=stage.hand(part).id)
        sign.sign(signing, document_id=document.id, **_taking(stage, "document_signature", part))
    issue.issue(document_id=document.id, **_taking(stage, "document_issue", part))
    stage.later(60)
    proof = Proof(How.DIRECT, stage.at, stage.actor("owner").name, Outcome.SIGNED)
    serve.serve(proof, document_id=document.id, **_taking(stage, "document_service", part))


def _taking(stage: Stage, kind: str, part: str) -> dict[str, Any]:
    return {"received": stage.received(kind, part), "actor": stage.actor(part), "at": stage.at}
