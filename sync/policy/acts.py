"""What a phone may queue (离线队列): its addresses, what an act waits for, and what a refusal means for it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

PREFIX, REPORT = "/api/v1", "/hazards"
LONGEST_PATH = 2000
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
# address -> kind of the act; nothing else is ever called for a queue. A test holds it against the routers.
QUEUED = {
    "/hazards": "hazard",
    "/hazards/{hazard_id}/verifications": "verification",
    "/hazards/{hazard_id}/resubmissions": "resubmission",
    "/hazards/{hazard_id}/withdrawals": "withdrawal",
    "/hazards/{hazard_id}/plans": "plan",
    "/hazards/{hazard_id}/rectifications": "rectification",
    "/hazards/{hazard_id}/acceptances": "acceptance",
    "/hazards/{hazard_id}/reinspections": "reinspection",
    "/reinspections/{reinspection_id}/countersignatures": "countersignature",
    "/hazards/{hazard_id}/draws": "draw",
    "/hazards/{hazard_id}/extensions": "extension",
    "/extensions/{extension_id}/decisions": "decision",
    "/hazards/{hazard_id}/listings": "listing",
    "/listings/{listing_id}/lifts": "lift",
    "/hazards/{hazard_id}/look-backs": "look_back",
    "/hazards/{hazard_id}/reclassifications": "reclassification",
    "/hazards/{hazard_id}/annulments": "annulment",
    "/hazards/{hazard_id}/transfers": "transfer",
    "/hazards/{hazard_id}/rulings": "ruling",
    "/self-inspections": "self_inspection",
    "/self-inspections/{self_inspection_id}/answers": "self_inspection_answers",
    "/self-inspections/{self_inspection_id}/submissions": "self_inspection_submission",
    "/inspections": "inspection",
    "/inspections/{inspection_id}/check-ins": "check_in",
    "/inspections/{inspection_id}/answers": "visit_answers",
    "/inspections/{inspection_id}/findings": "finding",
    "/inspections/{inspection_id}/signatures": "signature",
    "/inspections/{inspection_id}/check-outs": "check_out",
    "/inspections/{inspection_id}/cancellations": "visit_cancellation",
    "/remote-checks/{remote_check_id}/answers": "remote_answer",
    "/remote-checks/{remote_check_id}/refusals": "remote_refusal",
    "/documents": "document",
    "/documents/{document_id}/signatures": "document_signature",
    "/documents/{document_id}/issues": "document_issue",
    "/documents/{document_id}/services": "document_service",
}
# what a path begins with -> the object that acts below it are about: a phone may call them all by its name
OBJECTS = {
    "hazards": "hazard", "inspections": "inspection", "self-inspections": "self_inspection", "remote-checks": "remote_check",
    "documents": "document",
}  # fmt: skip
# a queue is judged in this order, then as sent: what opens something first, what needs all the rest last; papers are
# drawn up of what was found and decided, signed, issued and served before those who brought them leave
STAGES = {
    "/hazards": 0, "/inspections": 0, "/self-inspections": 0, "/inspections/{inspection_id}/check-ins": 1,
    "/inspections/{inspection_id}/answers": 2, "/inspections/{inspection_id}/findings": 2, "/documents": 5,
    "/inspections/{inspection_id}/signatures": 6, "/documents/{document_id}/signatures": 6,
    "/documents/{document_id}/issues": 7, "/documents/{document_id}/services": 8,
    "/inspections/{inspection_id}/check-outs": 9, "/inspections/{inspection_id}/cancellations": 9,
    "/self-inspections/{self_inspection_id}/answers": 2, "/self-inspections/{self_inspection_id}/submissions": 9,
}  # fmt: skip
ON_A_HAZARD, ON_AN_ACT, NOWHERE = 3, 4, 10
KINDS = frozenset(QUEUED.values())
_FORMS = [(re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)), template) for template in QUEUED]
# codes of a refusal that say: this was written for other rules than ours
STRANGE = frozenset(
    {
        "request.invalid", "act.not_understood", "hazard.unknown_category", "hazard.region_unknown",
        "self_inspection.unknown_item", "checklist.unknown", "inspection.item_unknown",
    }
)  # fmt: skip
CRITERION = "hazard.criterion_required"


class Awaits(StrEnum):
    """What an act waits for."""

    HAZARD = "hazard"
    INSPECTION = "inspection"
    SELF_INSPECTION = "self_inspection"
    REMOTE_CHECK = "remote_check"
    DOCUMENT = "document"
    ACT = "act"
    PHOTO = "photo"
    STEP_UP = "step_up"


# names of ids in paths -> what they are ids of; every other is an act's
REFERS = {
    "hazard_id": Awaits.HAZARD, "inspection_id": Awaits.INSPECTION, "self_inspection_id": Awaits.SELF_INSPECTION,
    "remote_check_id": Awaits.REMOTE_CHECK, "document_id": Awaits.DOCUMENT,
}  # fmt: skip
# members of bodies that name what may have come before
NAMED = {
    "duplicate_of": Awaits.HAZARD, "related_to": Awaits.HAZARD, "hazard_id": Awaits.HAZARD,
    "inspection_id": Awaits.INSPECTION, "document_id": Awaits.DOCUMENT, "supersedes_id": Awaits.DOCUMENT,
}  # fmt: skip


class Fate(StrEnum):
    """What becomes of an act that was not taken: held until something comes, kept in quarantine, or refused."""

    HELD = "held"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing an act waits for; a step-up has no id."""

    kind: Awaits
    id: UUID | None = None

    def as_json(self) -> dict[str, str]:
        """Return it as answers show it."""
        return {"kind": self.kind.value, **({"id": str(self.id)} if self.id else {})}


@dataclass(frozen=True, slots=True)
class Address:
    """Which operation a path leads to: its template, its kind, and the ids in it as they were written."""

    template: str
    kind: str
    ids: Mapping[str, str]

    @property
    def stage(self) -> int:
        """Return when in a queue it is judged: what opens something, the acts of a visit, acts on hazards, acts on acts."""
        return STAGES.get(self.template, ON_A_HAZARD if "hazard_id" in self.ids else ON_AN_ACT)

    def may_be_called(self, kind: str) -> bool:
        """Return whether `kind` says nothing else: the act's own, its object's, or a word that stands for no other act."""
        return kind in (self.kind, OBJECTS.get(self.template.split("/")[1])) or kind not in KINDS


@dataclass(frozen=True, slots=True)
class Act:
    """One member of a queue as it was sent: `place` in the request, `id` its own or one made of its content."""

    place: int
    id: UUID
    kind: str
    path: str
    body: Any
    address: Address | None

    @property
    def reports(self) -> bool:
        """Return whether it opens a hazard."""
        return self.address is not None and self.address.template == REPORT


def address_of(path: str) -> Address | None:
    """Return where `path` (with or without /api/v1) leads, or None for what a queue cannot call."""
    short = path.removeprefix(PREFIX)
    for form, template in _FORMS:
        if found := form.fullmatch(short):
            return Address(template, QUEUED[template], found.groupdict())
    return None


def uuid_in(value: Any) -> UUID | None:
    """Return a UUID in its usual spelling, or None for anything else."""
    return UUID(value) if isinstance(value, str) and _UUID.fullmatch(value) else None


def named(act: Act) -> list[Wait]:
    """Return what the act refers to and may have come before: objects and acts, by the ids in its path and its body."""
    found = [
        Wait(REFERS.get(name, Awaits.ACT), id)
        for name, text in (act.address.ids if act.address else {}).items()
        if (id := uuid_in(text))
    ]
    body = act.body if isinstance(act.body, dict) else {}
    return found + [Wait(kind, id) for name, kind in NAMED.items() if (id := uuid_in(body.get(name)))]


def photos_in(act: Act) -> list[UUID]:
    """Return the ids of the photos that the act names itself."""
    given = act.body.get("photo_ids") if isinstance(act.body, dict) else None
    ids = [photo.get("id") if isinstance(photo, dict) else photo for photo in given] if isinstance(given, list) else []
    return [id for text in ids if (id := uuid_in(text))]


def is_strange(code: str, body: Any) -> bool:
    """Return whether a refusal means that the act was written for an older or newer app, or names a retired code."""
    return code in STRANGE or (code == CRITERION and isinstance(body, dict) and bool(_criterion(body)))


def _criterion(body: dict[str, Any]) -> Any:
    nested = body.get("verification")
    return body.get("criterion") or (nested.get("criterion") if isinstance(nested, dict) else None)


def order(act: Act) -> tuple[int, int]:
    """Return the key by which a queue is judged; within a stage as it was sent."""
    return (act.address.stage if act.address else NOWHERE, act.place)


def stage_of(path: str) -> int:
    """Return when in a queue an act with this path is judged."""
    address = address_of(path)
    return address.stage if address else NOWHERE
