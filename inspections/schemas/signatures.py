"""The body of a signature, and how one is shown."""

from typing import Annotated

from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Flag, Id, Name
from inspections.actions.sign import Signing
from inspections.policy.documents import Signer

Short = Annotated[Name, StringConstraints(max_length=60)]


class SignatureIn(Body):
    """Who signs and the photo of what was drawn; or `refused` with the witness. The picture may arrive later."""

    id: Id | None = None
    document_id: Id
    signer: Signer = Signer.PERSON_IN_CHARGE
    name: Short | None = None
    image_photo_id: Id | None = None
    refused: Flag = False
    witness: Short | None = None

    @model_validator(mode="after")
    def _signed_or_refused(self) -> "SignatureIn":
        if self.refused == bool(self.image_photo_id) or not (self.refused or self.name):
            raise PydanticCustomError("signature_form", "either name and image_photo_id, or refused with a witness")
        return self

    def signing(self) -> Signing:
        """Return it as the action takes it."""
        return Signing(self.document_id, self.signer, self.name or "", self.image_photo_id, self.witness or "")
