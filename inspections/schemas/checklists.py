"""Bodies, filters and answers of the checklists."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from backend.kernel.web.fields import Body, Code, Count, Cursor, Flag, Id, Limit, Name, Note, Out, QueryFlag, ReceiptOut, Text
from inspections.actions.author_checklist import Draft
from inspections.models import ChecklistVersion
from inspections.policy import templates
from inspections.policy.templates import ChecklistStatus, Frequency, Item, ItemLevel, Result, When

ChecklistCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,15}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,15}-[0-9]{2,3}$")]
Set = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Short = Annotated[str, StringConstraints(max_length=200)]


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7 else "no number"


VersionNumber = Annotated[int, Field(ge=1, le=999_999), BeforeValidator(_number)]


class WhenIn(Body):
    """When an item is asked: risk features of the enterprise, an earlier item with its results, or both."""

    features: Annotated[list[Code], Field(max_length=10)] = []
    item: ItemCode | None = None
    results: Annotated[list[Result], Field(max_length=3)] = []

    def as_when(self) -> When:
        """Return it as rules take it."""
        return When(tuple(self.features), self.item or "", tuple(self.results))


class ChecklistItemIn(Body):
    """One item of a draft."""

    code: ItemCode
    text: Annotated[Text, StringConstraints(max_length=300)]
    category: Code
    level: ItemLevel = ItemLevel.GENERAL
    criteria: Annotated[list[Code], Field(max_length=10)] = []
    basis: Annotated[Text, StringConstraints(max_length=300)]
    basis_verified: Flag = False
    deadline_days: Annotated[Count, Field(ge=0, le=365)]
    rectification: Short = ""
    photo: Flag = False
    frequency: Frequency = Frequency.MONTHLY
    when: WhenIn | None = None

    def as_item(self) -> Item:
        """Return it as rules take it."""
        plain = self.model_dump(exclude={"criteria", "when"})
        return Item(**plain, criteria=tuple(self.criteria), when=self.when.as_when() if self.when else None)


class ChecklistIn(Body):
    """`POST /checklists`: a draft."""

    id: Id | None = None
    code: ChecklistCode
    name: Name
    applies: Short = ""
    industries: Annotated[list[Set], Field(max_length=30)] = []
    features: Annotated[list[Code], Field(max_length=10)] = []
    frequency: Frequency = Frequency.MONTHLY
    items: Annotated[list[ChecklistItemIn], Field(min_length=1, max_length=200)]

    def as_draft(self) -> Draft:
        """Return it as the action takes it."""
        return Draft(
            code=self.code, name=self.name.strip(), applies=self.applies, industries=tuple(dict.fromkeys(self.industries)),
            features=tuple(dict.fromkeys(self.features)), frequency=self.frequency, items=[i.as_item() for i in self.items],
        )  # fmt: skip


class ChecklistActIn(Body):
    """A publication or a retirement."""

    id: Id | None = None
    note: Note = ""


class ChecklistFilters(Body):
    """`GET /checklists`: `industry` is a set of the catalogue (泵阀)."""

    status: ChecklistStatus = ChecklistStatus.PUBLISHED
    industry: Set | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class ImportIn(Body):
    """`POST /checklists/imports`: the id of the draft stands beside the file."""

    id: Id | None = None


class ExportIn(Body):
    """What kind of file is wanted."""

    format: Literal["yaml", "xlsx"] = "yaml"


class WhenOut(Out):
    """When an item is asked; what is left out is no condition."""

    features: list[str] | None = None
    item: str | None = None
    results: list[Result] | None = None


class ChecklistItemOut(Out):
    """One item. `basis` says itself when it was not verified; `deadline_days` and `rectification` are proposals."""

    code: str
    text: str
    category: str
    level: ItemLevel
    level_label: str
    criteria: list[str]
    basis: str
    basis_verified: bool
    deadline_days: int
    rectification: str
    photo: bool
    frequency: Frequency
    when: WhenOut | None = None


class ChecklistOut(Out):
    """One version of a checklist."""

    id: UUID
    code: str
    version: int
    name: str
    applies: str
    status: ChecklistStatus
    status_label: str
    industries: list[str]
    features: list[str]
    frequency: Frequency
    created_at: datetime
    author_id: UUID | None = None
    published_at: datetime | None = None
    valid_to: datetime | None = None
    items: list[ChecklistItemOut]


class ChecklistCreated(ChecklistOut):
    """A draft with its receipt."""

    receipt: ReceiptOut


class ChecklistsOut(Out):
    """A page of versions."""

    items: list[ChecklistOut]
    next_cursor: str | None = None
    count: int | None = None


class ChecklistActOut(Out):
    """A publication or a retirement, with the version as it is now."""

    id: UUID
    kind: Literal["checklist_publication", "checklist_retirement"]
    checklist: ChecklistOut
    receipt: ReceiptOut


def item_shown(item: Item) -> dict[str, Any]:
    """Return an item as people may read it."""
    return {
        **item.as_json(), "basis": templates.basis_shown(item), "basis_verified": templates.is_verified(item),
        "level_label": templates.LEVEL_LABELS[item.level],
    }  # fmt: skip


def shown(row: ChecklistVersion) -> dict[str, Any]:
    """Return a version as every answer shows it."""
    names = (
        "id", "code", "version", "name", "applies", "status", "industries", "features", "frequency", "created_at", "author_id",
        "published_at", "valid_to",
    )  # fmt: skip
    found = {name: getattr(row, name) for name in names}
    return {
        **found,
        "status_label": templates.STATUS_LABELS[ChecklistStatus(row.status)],
        "items": [item_shown(i) for i in row.asked],
    }


def act_shown(id: UUID, kind: str, row: ChecklistVersion) -> dict[str, Any]:
    """Return a publication or retirement."""
    return {"id": id, "kind": kind, "checklist": shown(row)}
