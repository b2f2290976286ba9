"""What comes out of the phone's side."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from backend.kernel.web.fields import Body, Limit, Out
from enterprises.schemas.enterprise import EnterpriseOut
from hazards.schemas.outputs import HazardRowOut
from inspections.schemas.documents import DocumentRowOut
from inspections.schemas.inspections import InspectionRowOut
from inspections.schemas.look_backs import LookBackTaskOut
from inspections.schemas.remote_checks import RemoteCheckOut
from inspections.schemas.self_inspections import SelfInspectionOut
from sync.queries.changes import Change

FeedCursor = Annotated[str, StringConstraints(min_length=1, max_length=6000, pattern=r"^[A-Za-z0-9_.:-]+$")]


class ChangesIn(Body):
    """Where to go on (left out: from the beginning), and how many changes at most (50)."""

    cursor: FeedCursor | None = None
    limit: Limit = 50


class HazardNowOut(HazardRowOut):
    """A hazard as lists show it, and whether it is drawn (null while the reader must not know)."""

    drawn: bool | None


class SlotNowOut(Out):
    """One act that names the photo, and where the photo stands there; `hazard_id` is the subject, if that is a hazard."""

    subject_kind: Literal["hazard", "inspection", "self_inspection", "remote_check", "document"]
    subject_id: UUID
    hazard_id: UUID | None
    act_id: UUID
    label: str
    status: Literal["expected", "received", "ready", "refused"]
    lapsed: bool
    sha256: str | None
    code: str | None


class PhotoNowOut(Out):
    """Where a photo stands in the objects of the reader's scope; its addresses are at `GET /photos/{id}`."""

    id: UUID
    slots: list[SlotNowOut]


class ChangeOut(Out):
    """`put`: keep `body` in place of what you hold; `gone`: forget it (`body` and `version` are null).

    `position` is the place of the change in the ledger's order; what one holds at a position does not come again.
    """

    id: UUID
    op: Literal["put", "gone"]
    position: int
    version: int | None


class HazardChangeOut(ChangeOut):
    """A hazard changed; `version` is the hazard's."""

    kind: Literal["hazard"]
    body: HazardNowOut | None


class EnterpriseChangeOut(ChangeOut):
    """An enterprise changed; `version` is the enterprise's."""

    kind: Literal["enterprise"]
    body: EnterpriseOut | None


class PhotoChangeOut(ChangeOut):
    """A photo was named, arrived, was checked, refused or given up; it carries no version."""

    kind: Literal["photo"]
    body: PhotoNowOut | None


class InspectionChangeOut(ChangeOut):
    """An inspection changed: its row; the whole is at `GET /inspections/{id}`. Reading a hidden one here is written down."""

    kind: Literal["inspection"]
    body: InspectionRowOut | None


class SelfInspectionChangeOut(ChangeOut):
    """A self-inspection was planned, answered, handed in or missed; `version` is its own, in the body that of its checklist."""

    kind: Literal["self_inspection"]
    body: SelfInspectionOut | None


class RemoteCheckChangeOut(ChangeOut):
    """A remote check was asked, answered, refused, judged or is over; the nonce for those who are told it."""

    kind: Literal["remote_check"]
    body: RemoteCheckOut | None


class DocumentChangeOut(ChangeOut):
    """A document was drafted, signed, issued, served, superseded or made void: its row; the whole is at `GET /documents/{id}`."""

    kind: Literal["document"]
    body: DocumentRowOut | None


class LookBackChangeOut(ChangeOut):
    """A look-back task was drawn, its window opened, or it came to its end; it carries no version."""

    kind: Literal["look_back"]
    body: LookBackTaskOut | None


AnyChange = Annotated[
    HazardChangeOut
    | EnterpriseChangeOut
    | PhotoChangeOut
    | InspectionChangeOut
    | SelfInspectionChangeOut
    | RemoteCheckChangeOut
    | DocumentChangeOut
    | LookBackChangeOut,
    Field(discriminator="kind"),
]


class ChangesOut(Out):
    """A page of changes. Keep `cursor` when they are kept; `more`: ask again at once, else later."""

    changes: list[AnyChange]
    cursor: str
    more: bool


def change(row: Change) -> dict[str, Any]:
    """Return one change as it is answered."""
    return {
        "kind": row.kind.name.lower(), "id": row.id, "version": row.version, "op": row.op, "position": row.position,
        "body": row.body,
    }  # fmt: skip
