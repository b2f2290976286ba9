"""What was signed under a document, by whom, and who is still missing before its issue."""

from dataclasses import dataclass
from datetime import datetime

from inspections.models import Document, DocumentSignature
from inspections.policy import signing
from inspections.policy.documents import DocumentKind, DocumentStatus, Signer
from inspections.policy.signing import Missing
from inspections.queries.documents import numbers
from media import queries as media
from media.policy.uses import Slot, Standing


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature with the slot of its picture; None for a refusal or an absence."""

    row: DocumentSignature
    slot: Slot | None

    @property
    def is_drawn(self) -> bool:
        """Return whether the picture can be set on a page."""
        return self.slot is not None and self.slot.status == Standing.READY

    @property
    def is_void(self) -> bool:
        """Return whether there is no picture and none will come: the decoder refused it, or nobody sent it for a week."""
        if self.row.photo_id is None or self.is_drawn:
            return False
        return self.slot is None or self.slot.lapsed or self.slot.status == Standing.REFUSED

    @property
    def is_awaited(self) -> bool:
        """Return whether the picture may still come, or is being looked at."""
        return self.row.photo_id is not None and not self.is_void and not self.is_drawn


def of(document: Document) -> list[Signature]:
    """Return the signatures under a document and the refusals to sign it, oldest first (3 queries)."""
    rows = list(DocumentSignature.objects.filter(document=document).order_by("signed_at", "id"))
    subjects = {row.inspection_id or document.id for row in rows if row.photo_id}
    slots = {slot.act_id: slot for found in media.slots(subjects).values() for slot in found}
    return [Signature(row, slots.get(row.id)) for row in rows]


def missing(document: Document, found: list[Signature], *, at: datetime) -> list[Missing]:
    """Return who has to sign a draft before it is issued and has not; of any other document nobody."""
    if document.status != DocumentStatus.DRAFT:
        return []
    counted = [one.row for one in found if not one.is_void]
    return signing.missing(
        DocumentKind(document.kind), document.content["officers"],
        persons={str(row.person) for row in counted if row.signer == Signer.OFFICER},
        firm_answered=any(row.signer == Signer.PERSON_IN_CHARGE for row in counted), policy=numbers(at).document,
    )  # fmt: skip
