"""Bodies of the acts of an inspection, and how they become what actions take."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Code, Flag, Id, Instant, Location, Note, Text
from hazards.actions.parts import Report
from hazards.policy.words import Level, Source
from hazards.schemas import forms, inputs
from hazards.schemas.inputs import Item, Photos, PlaceName, RulingIn, Title
from inspections.actions.find import Said
from inspections.actions.visiting import Remarks
from inspections.policy.answers import Answer
from inspections.policy.templates import Result
from inspections.schemas.inspections import Codes

MOST_ITEMS, MOST_PHOTOS = 200, 60
NOBODYS = "00000000-0000-0000-0000-000000000000"
Token = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9_.:/?=&-]+$")]
Spot = Annotated[Note, StringConstraints(max_length=200)]


class OnSiteIn(Body):
    """What an act on site may carry; `observed_at` is when the phone says it was, for one without a network."""

    id: Id | None = None
    note: Note = ""
    photo_ids: Photos = []
    location: Location | None = None
    observed_at: Instant | None = None


class CheckInIn(OnSiteIn):
    """`POST /inspections/{id}/check-ins`: where one is, or what one scanned there (`code`), or both.

    `checklists` are pinned when the visit has none yet: a draw plans visits without.
    """

    mock_location: Flag = False
    code: Token | None = None
    action_code: Code | None = None
    checklists: Codes = []


class CheckOutIn(OnSiteIn):
    """`POST /inspections/{id}/check-outs`."""


class CancellationIn(Body):
    """`POST /inspections/{id}/cancellations`."""

    id: Id | None = None
    reason: Text


class VisitAnswerIn(Body):
    """What was found at one item."""

    code: Code
    result: Result
    note: Note = ""
    place: Spot = ""
    photo_ids: Photos = []


def _bounded(items: list[VisitAnswerIn]) -> list[VisitAnswerIn]:
    if len({item.code for item in items}) != len(items):
        raise PydanticCustomError("twice", "answers an item twice")
    if sum(len(item.photo_ids) for item in items) > MOST_PHOTOS:
        raise PydanticCustomError("too_many_photos", f"names more than {MOST_PHOTOS} photos")
    return items


class VisitAnswersIn(Body):
    """`POST /inspections/{id}/answers`: one part of the sheet, in any order; the later answer to an item wins."""

    id: Id | None = None
    items: Annotated[list[VisitAnswerIn], Field(min_length=1, max_length=MOST_ITEMS), AfterValidator(_bounded)]
    answered_at: Instant | None = None


class FindingIn(Body):
    """`POST /inspections/{id}/findings`: a report as `POST /hazards` takes it; enterprise and source are the visit's."""

    id: Id | None = None
    enterprise_id: Id | None = None
    source: Source | None = None
    category: Code
    title: Title | None = None
    description: Text
    place: PlaceName
    location: Location | None = None
    found_at: Instant
    level_claimed: Level | None = None
    checklist_item: Item | None = None
    related_to: Id | None = None
    photo_ids: Photos = []
    verification: RulingIn | None = None


def remarks(body: OnSiteIn) -> Remarks:
    """Return what an act on site carries."""
    location = body.location.model_dump() if body.location else None
    return Remarks(note=body.note, location=location, claimed_at=body.observed_at, photos=forms.photos(body.photo_ids))


def checking_in(body: CheckInIn) -> dict[str, Any]:
    """Return a check-in as the action takes it."""
    said = {"token": body.code or "", "mock": body.mock_location, "action_code": body.action_code or ""}
    return {**said, "codes": body.checklists, "remarks": remarks(body)}


def answering(body: VisitAnswersIn) -> dict[str, Any]:
    """Return a part of an answer sheet as the action takes it."""
    answers = [
        Answer(code=one.code, result=one.result, note=one.note, place=one.place, photos=forms.photos(one.photo_ids))
        for one in body.items
    ]
    return {"answers": answers, "remarks": Remarks(claimed_at=body.answered_at)}


def finding(body: FindingIn) -> tuple[Report, Said]:
    """Return a finding as the action takes it, and what it said of where and how. Raises: Invalid."""
    fields = {name: getattr(body, name) for name in FindingIn.model_fields} | {"rectification": None}
    fields |= {"enterprise_id": body.enterprise_id or NOBODYS, "source": body.source or Source.INSPECTION}
    said = Said(body.enterprise_id, body.source.value if body.source else None)
    return forms.report(inputs.ReportIn.model_construct(**fields)), said
