"""Where the acts of the field are posted, and how answers to a checklist are put together. No network, no disk."""

from collections.abc import Mapping, Sequence
from typing import Any

# acts that are not upon a hazard: the act's name -> what it is upon, and the last part of its address
UPON = {
    "countersignature": ("reinspections", "countersignatures"), "decision": ("extensions", "decisions"),
    "lift": ("listings", "lifts"), "self_inspection_answers": ("self-inspections", "answers"),
    "self_inspection_submission": ("self-inspections", "submissions"),
    "check_in": ("inspections", "check-ins"), "visit_answers": ("inspections", "answers"), "finding": ("inspections", "findings"),
    "signature": ("inspections", "signatures"), "check_out": ("inspections", "check-outs"),
    "visit_cancellation": ("inspections", "cancellations"), "remote_answer": ("remote-checks", "answers"),
    "remote_refusal": ("remote-checks", "refusals"), "document_signature": ("documents", "signatures"),
    "document_issue": ("documents", "issues"), "document_service": ("documents", "services"),
}  # fmt: skip
# objects that a phone makes itself, and where
OPENED = {"inspection": "inspections", "self_inspection": "self-inspections", "document": "documents"}
ON_SITE = frozenset({"check_in", "check_out"})


def path_of(kind: str, subject: str) -> str:
    """Return the address of an act upon `subject`: a hazard unless the act is upon something else."""
    where, noun = UPON.get(kind, ("hazards", kind.replace("_", "-") + "s"))
    return f"/api/v1/{where}/{subject}/{noun}"


def items(answers: Mapping[str, Mapping[str, Any]], photos: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the items of an answer sheet: code -> what is said of it, each with the photos that were taken of it."""
    strangers = sorted(photos.keys() - answers.keys())
    if strangers:
        raise ValueError(f"photos of items without an answer: {', '.join(strangers)}")
    return [
        {"code": code, **said, **({"photo_ids": list(photos[code])} if code in photos else {})} for code, said in answers.items()
    ]
