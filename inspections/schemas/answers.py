"""The answer sheet as phones send it and read it; the same for whoever works through a checklist."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Id, Instant, Money, Name, Note, Out, Text
from hazards.schemas.inputs import MOST_PHOTOS, PhotoIn, PhotoRefIn
from inspections.policy.answers import Answer, Given, Remedy
from inspections.policy.templates import Item, Result
from inspections.schemas.checklists import ChecklistItemOut, ItemCode, item_shown
from media.policy.uses import PhotoRef

Place = Annotated[str, StringConstraints(max_length=200)]


def _each_once(photos: list[PhotoIn]) -> list[PhotoIn]:
    if len({photo.id for photo in photos}) != len(photos):
        raise PydanticCustomError("photo_twice", "names a photo twice")
    return photos


AnswerPhotos = Annotated[list[PhotoRefIn], Field(max_length=MOST_PHOTOS), AfterValidator(_each_once)]


class RemedyIn(Body):
    """What was done about a failed item at once."""

    measures: Text
    responsible: Name
    finished_at: Instant
    cost_cny: Money | None = None
    photo_ids: AnswerPhotos = []


class AnswerIn(Body):
    """What is said about one item."""

    code: ItemCode
    result: Result
    note: Note = ""
    place: Place = ""
    photo_ids: AnswerPhotos = []
    rectification: RemedyIn | None = None

    @model_validator(mode="after")
    def _fits(self) -> "AnswerIn":
        if self.rectification is not None and self.result is not Result.PROBLEM:
            raise PydanticCustomError("unfit", "only a failed item is rectified")
        fixed = self.rectification.photo_ids if self.rectification else []
        _each_once([*self.photo_ids, *fixed])
        return self

    def as_answer(self) -> Answer:
        """Return it as rules take it."""
        return Answer(self.code, self.result, self.note, self.place, refs(self.photo_ids), _remedy(self.rectification))


def _each_item_once(items: list[AnswerIn]) -> list[AnswerIn]:
    if len({item.code for item in items}) != len(items):
        raise PydanticCustomError("repeated", "answers an item twice")
    return items


class AnswersIn(Body):
    """Some answers of a sheet, in parts and in any order; `answered_at` is when the phone says they were given."""

    id: Id | None = None
    items: Annotated[list[AnswerIn], Field(min_length=1, max_length=200), AfterValidator(_each_item_once)]
    answered_at: Instant | None = None

    def as_answers(self) -> list[Answer]:
        """Return them as rules take them."""
        return [item.as_answer() for item in self.items]


def refs(photos: list[PhotoIn]) -> tuple[PhotoRef, ...]:
    """Return photos as rules take them."""
    return tuple(PhotoRef(photo.id, photo.sha256, photo.bytes) for photo in photos)


def _remedy(said: RemedyIn | None) -> Remedy | None:
    if said is None:
        return None
    return Remedy(said.measures, said.responsible, said.finished_at, said.cost_cny, refs(said.photo_ids))


class RemedyOut(Out):
    """What was done at once."""

    measures: str
    responsible: str
    finished_at: datetime
    cost_cny: float | None = None
    photo_ids: list[UUID]


class AnswerOut(Out):
    """The answer that stands for an item."""

    result: Result
    note: str
    place: str
    photo_ids: list[UUID]
    rectification: RemedyOut | None = None
    answered_at: datetime


class SheetItemOut(ChecklistItemOut):
    """An item with its answer; `asked`: whether it has to be answered, as features and answers stand."""

    asked: bool
    answer: AnswerOut | None = None


def said_shown(answer: Answer) -> dict[str, Any]:
    """Return an answer as its act shows it."""
    told = answer.as_json()
    fixed = told["rectification"]
    if fixed is not None:
        told["rectification"] = {**fixed, "photo_ids": [photo["id"] for photo in fixed["photo_ids"]]}
    return {**told, "photo_ids": [photo["id"] for photo in told["photo_ids"]]}


def given_shown(given: Given) -> dict[str, Any]:
    """Return the answer that stands for an item."""
    return {**said_shown(given.answer), "answered_at": given.at}


def sheet_item(item: Item, *, asked: bool, given: Given | None) -> dict[str, Any]:
    """Return an item with what was answered."""
    return {**item_shown(item), "asked": asked, "answer": given_shown(given) if given else None}
