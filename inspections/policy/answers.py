"""Answer sheets (检查答卷): many parts, sent in any order and any number of times, make one sheet. Pure.

An item's later answer wins. Later is decided by what the phone says (`answered_at`), but never by more than the moment of
receipt: a clock that runs ahead cannot win for ever. Between equal instants the greater id decides. So the sheet is the
same whatever the order in which its parts arrived.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspections.policy.templates import Item, Result
from media.policy.uses import PhotoRef


@dataclass(frozen=True, slots=True)
class Remedy:
    """What an answer says was done at once (自查自改): as the rectification of a report."""

    measures: str
    responsible: str
    finished_at: datetime
    cost_cny: float | None = None
    photos: tuple[PhotoRef, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored and shown."""
        return {
            "measures": self.measures, "responsible": self.responsible, "finished_at": self.finished_at.isoformat(),
            "cost_cny": self.cost_cny, "photo_ids": _photos_json(self.photos),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said about one item. `place`: where exactly, if somebody said so."""

    code: str
    result: Result
    note: str = ""
    place: str = ""
    photos: tuple[PhotoRef, ...] = ()
    remedy: Remedy | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored and shown."""
        found = {"code": self.code, "result": self.result.value, "note": self.note, "place": self.place}
        return {
            **found, "photo_ids": _photos_json(self.photos), "rectification": self.remedy.as_json() if self.remedy else None,
        }  # fmt: skip

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Answer":
        """Return the answer that was stored so."""
        return cls(
            code=told["code"], result=Result(told["result"]), note=told["note"], place=told["place"],
            photos=_photos_of(told["photo_ids"]), remedy=_remedy_of(told["rectification"]),
        )  # fmt: skip


def _photos_json(photos: Iterable[PhotoRef]) -> list[dict[str, Any]]:
    return [{"id": str(p.id), "sha256": p.sha256, "bytes": p.bytes} for p in photos]


def _photos_of(told: Iterable[Mapping[str, Any]]) -> tuple[PhotoRef, ...]:
    return tuple(PhotoRef(UUID(p["id"]), p["sha256"], p["bytes"]) for p in told)


def _remedy_of(told: Mapping[str, Any] | None) -> Remedy | None:
    if told is None:
        return None
    return Remedy(
        measures=told["measures"], responsible=told["responsible"], finished_at=datetime.fromisoformat(told["finished_at"]),
        cost_cny=told["cost_cny"], photos=_photos_of(told["photo_ids"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One act of answering: its id, the instant that ranks it, and what it says of some items."""

    id: UUID
    at: datetime
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that stands for an item, and when it was given."""

    answer: Answer
    at: datetime
    part_id: UUID


@dataclass(frozen=True, slots=True)
class Gap:
    """An item that still lacks something: the answer itself (`missing`), a photo, or a reason."""

    code: str
    why: str


Sheet = Mapping[str, Given]


def moment(*, answered_at: datetime | None, received_at: datetime) -> datetime:
    """Return the instant that ranks a part: when it says it was answered, at the latest when it was received."""
    return min(answered_at, received_at) if answered_at else received_at


def merge(parts: Iterable[Part]) -> Sheet:
    """Return the answers that stand, by item code, whatever the order of `parts` and however often one is among them."""
    found: dict[str, Given] = {}
    for part in sorted(parts, key=lambda part: (part.at, part.id)):
        for answer in part.answers:
            found[answer.code] = Given(answer, part.at, part.id)
    return found


def visible(items: Sequence[Item], sheet: Sheet, features: Collection[str]) -> list[Item]:
    """Return the items that are asked, in their order: those without a condition, and those whose condition holds.

    A condition on an item that is not asked itself does not hold. `features` are the enterprise's risk features.
    """
    asked: dict[str, Item] = {}
    for item in items:
        if _holds(item, asked, sheet, features):
            asked[item.code] = item
    return list(asked.values())


def _holds(item: Item, asked: Collection[str], sheet: Sheet, features: Collection[str]) -> bool:
    when = item.when
    if when is None:
        return True
    if when.features and not set(when.features) & set(features):
        return False
    if not when.item:
        return True
    given = sheet.get(when.item) if when.item in asked else None
    return given is not None and given.answer.result in when.results


def incomplete(items: Sequence[Item], sheet: Sheet, features: Collection[str], *, reasons: bool = False) -> list[Gap]:
    """Return what an answer sheet still lacks; `reasons`: whether "not applicable" must say why."""
    found = []
    for item in visible(items, sheet, features):
        given = sheet.get(item.code)
        if given is None:
            found.append(Gap(item.code, "missing"))
        elif given.answer.result is Result.PROBLEM and item.photo and not given.answer.photos:
            found.append(Gap(item.code, "photo_required"))
        elif given.answer.result is Result.NOT_APPLICABLE and reasons and not given.answer.note.strip():
            found.append(Gap(item.code, "reason_required"))
    return found


def lacking(
    items: Sequence[Item], sheet: Sheet, features: Collection[str], *, reasons: bool, zero_hazard_photos: int
) -> list[Gap]:  # fmt: skip
    """Return what stands between a self-inspection and its submission, by the numbers in force.

    A complete sheet on which nothing failed may need pictures as well (零隐患): that gap has the code "*".
    """
    if gaps := incomplete(items, sheet, features, reasons=reasons):
        return gaps
    shown = len(photos_of(given.answer for given in sheet.values()))
    return [Gap("*", "zero_hazard_photos")] if shown < zero_hazard_photos and not problems(items, sheet, features) else []


def problems(items: Sequence[Item], sheet: Sheet, features: Collection[str]) -> list[tuple[Item, Given]]:
    """Return the failed items among those asked, each with its answer, in the order of the checklist."""
    given = [(item, sheet[item.code]) for item in visible(items, sheet, features) if item.code in sheet]
    return [(item, one) for item, one in given if one.answer.result is Result.PROBLEM]


def photos_of(answers: Iterable[Answer]) -> list[PhotoRef]:
    """Return every photo that the answers name, each once."""
    named = [photo for answer in answers for photo in (*answer.photos, *(answer.remedy.photos if answer.remedy else ()))]
    return list({photo.id: photo for photo in named}.values())


def strangers(items: Iterable[Item], answers: Iterable[Answer]) -> list[str]:
    """Return the codes among `answers` that the pinned version does not have."""
    own = {item.code for item in items}
    return sorted({answer.code for answer in answers} - own)
