"""Checklists (检查表): what an item is, when it is asked, and what a version must not break of those before it. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Fault = dict[str, str]
# what the catalogue says of a basis that nobody could look up: never to be read as settled law
_DOUBT = re.compile(r"\s*(\[[^\]]*unsure[^\]]*\]|\([^)]*confirm[^)]*\))")
UNVERIFIED = "(条款待核实,不作为执法依据)"


class ChecklistStatus(StrEnum):
    """Where a version of a checklist stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class ItemLevel(StrEnum):
    """What a failed item is; `conditional` is major only if the criterion's conditions hold, which an official decides."""

    GENERAL = "general"
    MAJOR = "major"
    CONDITIONAL = "conditional"


class Frequency(StrEnum):
    """How often an item or a checklist is meant to be worked through; `event`: whenever it happens."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    EVENT = "event"


class Result(StrEnum):
    """What was found at an item."""

    OK = "ok"
    PROBLEM = "problem"
    NOT_APPLICABLE = "not_applicable"


STATUS_LABELS = {ChecklistStatus.DRAFT: "草稿", ChecklistStatus.PUBLISHED: "已发布", ChecklistStatus.RETIRED: "已废止"}
LEVEL_LABELS = {ItemLevel.GENERAL: "一般", ItemLevel.MAJOR: "重大", ItemLevel.CONDITIONAL: "视情重大"}
FREQUENCY_LABELS = {
    Frequency.DAILY: "每日", Frequency.WEEKLY: "每周", Frequency.MONTHLY: "每月", Frequency.QUARTERLY: "每季度",
    Frequency.YEARLY: "每年", Frequency.EVENT: "逢事",
}  # fmt: skip
RESULT_LABELS = {Result.OK: "符合", Result.PROBLEM: "有问题", Result.NOT_APPLICABLE: "不适用"}


@dataclass(frozen=True, slots=True)
class When:
    """When an item is asked: the enterprise has one of `features`, and an earlier `item` was answered one of `results`.

    What is left empty is no condition.
    """

    features: tuple[str, ...] = ()
    item: str = ""
    results: tuple[Result, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored and shown."""
        found: dict[str, Any] = {"features": list(self.features)} if self.features else {}
        return found | ({"item": self.item, "results": [r.value for r in self.results]} if self.item else {})


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist: what is asked, on what basis, and what follows when it fails (days in calendar days)."""

    code: str
    text: str
    category: str
    level: ItemLevel = ItemLevel.GENERAL
    criteria: tuple[str, ...] = ()
    basis: str = ""
    basis_verified: bool = False
    deadline_days: int = 0
    rectification: str = ""
    photo: bool = False
    frequency: Frequency = Frequency.MONTHLY
    when: When | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the item as it is stored: plain JSON."""
        found: dict[str, Any] = {
            "code": self.code, "text": self.text, "category": self.category, "level": self.level.value,
            "criteria": list(self.criteria), "basis": self.basis, "basis_verified": self.basis_verified,
            "deadline_days": self.deadline_days, "rectification": self.rectification, "photo": self.photo,
            "frequency": self.frequency.value,
        }  # fmt: skip
        return found | ({"when": self.when.as_json()} if self.when else {})

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Item":
        """Return the item that was stored so."""
        when = told.get("when")
        return cls(
            code=told["code"], text=told["text"], category=told["category"], level=ItemLevel(told["level"]),
            criteria=tuple(told["criteria"]), basis=told["basis"], basis_verified=told["basis_verified"],
            deadline_days=told["deadline_days"], rectification=told["rectification"], photo=told["photo"],
            frequency=Frequency(told["frequency"]), when=when_of(when) if when else None,
        )  # fmt: skip


def when_of(told: Mapping[str, Any]) -> When:
    """Return the condition that was stored so."""
    results = tuple(Result(result) for result in told.get("results", ()))
    return When(tuple(told.get("features", ())), told.get("item", ""), results)


def is_verified(item: Item) -> bool:
    """Return whether somebody has seen the very article: it was said so, and nothing in the words doubts it."""
    return item.basis_verified and not _DOUBT.search(item.basis)


def basis_shown(item: Item) -> str:
    """Return the legal basis as people may read it: one that was not verified says so itself."""
    return item.basis if is_verified(item) else f"{_DOUBT.sub('', item.basis)}{UNVERIFIED}"


def key_items(items: Iterable[Item]) -> list[Item]:
    """Return the items that the checklist has for every day (重点条目)."""
    return [item for item in items if item.frequency is Frequency.DAILY]


def level_claimed(item: Item) -> str:
    """Return the level that the enterprise claims for a failed item; what is only perhaps major is an official's to say."""
    return "major" if item.level is ItemLevel.MAJOR else "general"


@dataclass(frozen=True, slots=True)
class Known:
    """What the codes of a checklist may refer to, and which item codes it has used.

    `in_force`: code -> category of the version that a new one follows; `ever`: every item code that was ever published.
    """

    categories: Collection[str]
    criteria: Collection[str]
    features: Collection[str]
    in_force: Mapping[str, str]
    ever: Collection[str]


def faults(code: str, items: Sequence[Item], known: Known) -> list[Fault]:
    """Return what is wrong with the items of a new version of checklist `code`, by row."""
    found: list[Fault] = []
    seen: set[str] = set()
    for place, item in enumerate(items):
        found += [_at(place, *fault) for fault in _faults(code, item, seen, known)]
        seen.add(item.code)
    return found


def _faults(code: str, item: Item, before: Collection[str], known: Known) -> Iterable[tuple[str, str, str, str]]:
    if not re.fullmatch(rf"{re.escape(code)}-[0-9]{{2,3}}", item.code):
        yield "code", "item.foreign_code", f"must be {code}- and two or three digits", f"应为 {code}- 加两到三位数字"
    if item.code in before:
        yield "code", "repeated", "stands twice in this checklist", "在本表中重复"
    if item.code in known.ever and item.code not in known.in_force:
        yield "code", "item.code_retired", "was retired and never comes back", "该条目编码已废止,不得再用"
    if known.in_force.get(item.code, item.category) != item.category:
        yield "category", "item.other_meaning", "the code stood for another category", "同一编码不得改作另一类隐患"
    if item.category not in known.categories:
        yield "category", "category.unknown", "no such hazard category", "没有这个隐患类别"
    for criterion in item.criteria:
        if criterion not in known.criteria:
            yield "criteria", "criterion.unknown", f"no such criterion: {criterion}", f"没有这条判定标准:{criterion}"
    if item.level is not ItemLevel.GENERAL and not item.criteria:
        yield "criteria", "missing", "a level above general names its criterion", "级别不是一般的条目须写明判定标准"
    yield from _faults_of_when(item, before, known) if item.when else ()


def _faults_of_when(item: Item, before: Collection[str], known: Known) -> Iterable[tuple[str, str, str, str]]:
    when = item.when or When()
    if not when.features and not when.item:
        yield "when", "missing", "name features or an item", "须写明风险特征或条目"
    for feature in when.features:
        if feature not in known.features:
            yield "when.features", "feature.unknown", f"no such risk feature: {feature}", f"没有这个风险特征:{feature}"
    if when.item and when.item not in before:
        yield "when.item", "item.unknown", "must be an item further up", "须是本表中排在前面的条目"
    if bool(when.item) != bool(when.results):
        yield "when.results", "missing", "an item and its results go together", "条目与其结果须同时写明"


def _at(place: int, field: str, code: str, message: str, zh: str) -> Fault:
    return {"field": f"items[{place}].{field}", "code": code, "message": message, "zh": zh}
