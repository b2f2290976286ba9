"""Bodies and answers of documents."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from backend.kernel.web.fields import Body, Cursor, Id, Instant, Limit, Name, Out, QueryFlag, ReceiptOut, Text
from inspections.actions.draft import Wanted
from inspections.actions.serve import Proof
from inspections.documents import fields as forms
from inspections.policy.documents import DocumentKind, DocumentStatus, How, Outcome
from inspections.schemas.signatures import MissingSignatureOut, SignatureRowOut

Reason = Annotated[Text, StringConstraints(max_length=500)]


class DocumentIn(Body):
    """A draft: `fields` are those of its kind (`GET /document-kinds`); what is known already need not be said."""

    id: Id | None = None
    kind: DocumentKind
    enterprise_id: Id | None = None
    hazard_id: Id | None = None
    inspection_id: Id | None = None
    supersedes_id: Id | None = None
    fields: dict[str, Any] = Field(default_factory=dict)  # no default in the document: generators stumble over it

    @model_validator(mode="after")
    def _fields_fit(self) -> "DocumentIn":
        try:
            self.fields = forms.plain(self.kind, self.fields)
        except ValidationError as error:
            found = [_nested(one) for one in error.errors(include_url=False)[:20]]
            raise ValidationError.from_exception_data("DocumentIn", found) from error
        if not (self.enterprise_id or self.hazard_id or self.inspection_id):
            raise PydanticCustomError("about_what", "name enterprise_id, hazard_id or inspection_id")
        return self

    def wanted(self) -> Wanted:
        """Return it as the action takes it."""
        return Wanted(
            kind=self.kind, fields=self.fields, enterprise_id=self.enterprise_id, hazard_id=self.hazard_id,
            inspection_id=self.inspection_id, supersedes_id=self.supersedes_id,
        )  # fmt: skip


def _nested(one: Any) -> InitErrorDetails:
    wrong = PydanticCustomError(one["type"], "{said}", {"said": str(one["msg"])[:200]})
    return InitErrorDetails(type=wrong, loc=("fields", *one["loc"]), input=None)


class ActIn(Body):
    """An act that says nothing but its id."""

    id: Id | None = None


class VoidingIn(ActIn):
    """Why a document is made void."""

    reason: Reason


class ServiceIn(ActIn):
    """How a document was served, when, to whom; `opened` is an electronic copy that was opened, a refusal has its witness.

    `signature_photo_id` is the picture of the receiver's signature, if he signed; it may arrive later.
    """

    how: How
    at: Instant
    receiver: Name
    outcome: Outcome
    witness: Name | None = None
    signature_photo_id: Id | None = None

    @model_validator(mode="after")
    def _signed_if_shown(self) -> "ServiceIn":
        if self.signature_photo_id and self.outcome != Outcome.SIGNED:
            raise PydanticCustomError("signature_form", "a picture of a signature needs the outcome signed")
        return self

    def proof(self) -> Proof:
        """Return it as the action takes it."""
        return Proof(self.how, self.at, self.receiver, self.outcome, self.witness or "", self.signature_photo_id)


class DocumentFilters(Body):
    """Filters of the list."""

    kind: DocumentKind | None = None
    status: DocumentStatus | None = None
    hazard_id: Id | None = None
    inspection_id: Id | None = None
    enterprise_id: Id | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None

    def exact(self) -> dict[str, Any]:
        """Return the filters by column."""
        return self.model_dump(exclude={"count", "limit", "cursor"}, exclude_none=True)


class SignatoryOut(Out):
    """An officer who signs."""

    id: UUID
    name: str
    licence_no: str


class PeriodsOut(Out):
    """Until when a served document may be contested: last days, Asia/Shanghai."""

    counted_from: date
    review_until: date
    lawsuit_until: date


class ServiceRowOut(Out):
    """A proof of service."""

    id: UUID
    how: How
    at: datetime
    receiver: str
    outcome: Outcome
    witness: str | None = None
    signature_photo_id: UUID | None = None
    recorded_at: datetime


class PrintOut(Out):
    """The PDF that was kept."""

    sha256: str
    bytes: int
    printed_at: datetime


class DocumentRowOut(Out):
    """A document in a list."""

    id: UUID
    kind: DocumentKind
    title: str
    status: DocumentStatus
    status_label: str
    number: str | None = None
    issued_on: date | None = None
    authority: str
    enterprise_id: UUID
    enterprise_name: str
    hazard_id: UUID | None = None
    inspection_id: UUID | None = None
    supersedes_id: UUID | None = None
    made_at: datetime
    issued_at: datetime | None = None
    version: int


class DocumentOut(DocumentRowOut):
    """A document in full. `digest` is SHA-256 of what it says; `verify_url` stands in the QR.

    `missing_signatures` of a draft: who has to sign before it is issued.
    """

    fields: dict[str, Any]
    officers: list[SignatoryOut]
    digest: str
    superseded_by: UUID | None = None
    voided_at: datetime | None = None
    void_reason: str | None = None
    verify_url: str | None = None
    pdf: PrintOut | None = None
    signatures: list[SignatureRowOut] = []
    missing_signatures: list[MissingSignatureOut] = []
    services: list[ServiceRowOut] = []
    periods: PeriodsOut | None = None


class CreatedDocumentOut(DocumentOut):
    """A draft that was just made."""

    receipt: ReceiptOut


class DocumentsOut(Out):
    """A page of documents."""

    items: list[DocumentRowOut]
    next_cursor: str | None = None
    count: int | None = None


class DocumentActOut(Out):
    """An act on a document, and the document after it."""

    id: UUID
    kind: str
    document: DocumentOut
    receipt: ReceiptOut | None = None


class KindOut(Out):
    """A kind of document, who makes it, and the JSON schema of its fields."""

    kind: DocumentKind
    title: str
    roles: list[str]
    officers: int
    fields: dict[str, Any]
    needed: list[list[str]]


class KindsOut(Out):
    """All kinds."""

    items: list[KindOut]


class PublishedDocumentOut(Out):
    """What anybody who holds a document's QR is told: is it genuine, and is it still in force?"""

    state: Annotated[str, Field(pattern="^(genuine|superseded|void)$")]
    kind: DocumentKind
    title: str
    number: str
    authority: str
    issued_on: date
    enterprise: str | None = None
    digest: str
    superseded_by: str | None = None
