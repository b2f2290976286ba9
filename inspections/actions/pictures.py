"""The picture of a signature (签名图像) that belongs to a document itself and to no visit."""

from datetime import datetime
from uuid import UUID

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from hazards.policy import phrases
from inspections.models import Document
from media.actions import attach
from media.policy.uses import PhotoRef, Use


def attached(
    document: Document, photo_id: UUID | None, *, act_id: UUID, label: str, actor: Actor, role: Role, at: datetime
) -> list[dict[str, str | None]]:
    """Open the slot of a picture, which may arrive later; return it as the ledger names photos, [] for none."""
    if photo_id is None:
        return []
    use = Use(
        subject_id=document.id, subject_kind="document", act_id=act_id, label=label, author_id=actor.id,
        author_person=actor.person, enterprise_id=document.enterprise_id, place=document.place,
        caption=document.content["unit"]["name"], person=phrases.signed(actor.name, role),
    )  # fmt: skip
    attach.attach([PhotoRef(photo_id)], use=use, at=at)
    return [{"id": str(photo_id), "sha256": None}]
