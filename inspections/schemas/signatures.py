"""The body of a signature, and how one is shown."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Flag, Id, Name, Out, Text
from inspections.actions.sign import Signing
from inspections.policy.documents import Signer
from inspections.policy.signing import REFUSERS, Missing
from inspections.queries.signatures import Signature
from media.policy.uses import Standing

Short = Annotated[Name, StringConstraints(max_length=60)]
Why = Annotated[Text, StringConstraints(max_length=200)]


class DocumentSignatureIn(Body):
    """Who signs and the photo of what was drawn (it may arrive later); or `refused` or `absent` with the witness.

    An officer is one of those the document names: by `name`, or by `officer_id`, his account, where two bear one name.
    """

    id: Id | None = None
    signer: Signer = Signer.PERSON_IN_CHARGE
    name: Short | None = None
    officer_id: Id | None = None
    image_photo_id: Id | None = None
    refused: Flag = False
    absent: Flag = False
    reason: Why | None = None
    witness: Short | None = None

    @model_validator(mode="after")
    def _drawn_or_witnessed(self) -> "DocumentSignatureIn":
        if [bool(self.image_photo_id), self.refused, self.absent].count(True) != 1:
            raise PydanticCustomError("signature_form", "one of image_photo_id, refused and absent")
        if self.image_photo_id and not (self.name or self.officer_id):
            raise PydanticCustomError("signature_form", "whoever signs has a name")
        if not self.image_photo_id and self.signer not in REFUSERS:
            raise PydanticCustomError("signature_form", "only the enterprise and the receiver refuse or are absent")
        if self.officer_id and self.signer != Signer.OFFICER:
            raise PydanticCustomError("signature_form", "officer_id names an officer")
        return self

    def signing(self) -> Signing:
        """Return it as the action takes it."""
        return Signing(
            self.signer, self.name or "", self.officer_id, self.image_photo_id, self.absent, self.reason or "",
            self.witness or "",
        )  # fmt: skip


class SignatureIn(DocumentSignatureIn):
    """The same on a visit, where `document_id` says which of its drafts."""

    document_id: Id


class SignatureRowOut(Out):
    """A signature bound to the digest of what was signed, or its refusal before a witness.

    `image` is where its picture stands (`expected`, `received`, `ready`, `refused`); the page shows it once it is ready.
    """

    id: UUID
    signer: Signer
    name: str | None = None
    image_photo_id: UUID | None = None
    image: Standing | None = None
    refused: bool
    absent: bool = False
    reason: str | None = None
    witness: str | None = None
    digest: str
    at: datetime
    recorded_by: UUID


class MissingSignatureOut(Out):
    """Somebody who has to sign a draft before it is issued; `id` is an officer's account."""

    signer: Signer
    name: Annotated[str | None, Field(description="an officer's")] = None
    id: UUID | None = None


def shown(one: Signature) -> dict[str, Any]:
    """Return a signature, or its refusal."""
    row = one.row
    return {
        "id": row.id, "signer": row.signer, "name": row.name or None, "image_photo_id": row.photo_id,
        "image": one.slot.status if one.slot else None, "refused": row.refused, "absent": row.absent,
        "reason": row.reason or None, "witness": row.witness or None, "digest": row.digest, "at": row.signed_at,
        "recorded_by": row.recorded_by,
    }  # fmt: skip


def missing(one: Missing) -> dict[str, Any]:
    """Return somebody who has not signed yet."""
    return {"signer": one.signer, "name": one.name or None, "id": one.id or None}
