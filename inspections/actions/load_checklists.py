"""The catalogue's checklists (检查表目录) as published first versions: loaded after every migration."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from inspections import models
from inspections.policy.templates import ChecklistStatus, Frequency, Item, ItemLevel
from inspections.queries import checklists


def load(*, at: datetime) -> int:
    """Publish version 1 of every template whose code has none yet, and return how many; again it changes nothing.

    What regulators have published since is theirs: a newer catalogue does not touch it.
    """
    there = set(models.ChecklistVersion.objects.values_list("code", flat=True))
    rows = [_row(template, at=at) for template in checklists.catalogue()["templates"] if template["key"] not in there]
    models.ChecklistVersion.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(template: dict[str, Any], *, at: datetime) -> models.ChecklistVersion:
    code, sets = template["key"], checklists.industry_sets()
    named = [name for name, codes in sets.items() if code in codes]
    return models.ChecklistVersion(
        id=uuid5(NAMESPACE_URL, f"bihuan-checklist:{code}:1"), code=code, version=1, name=template["name"],
        applies=template["applies"], status=ChecklistStatus.PUBLISHED, frequency=Frequency(template["default_frequency"]),
        industries=named, features=[checklists.FEATURE_SETS[name] for name in named if name in checklists.FEATURE_SETS],
        items=[_item(told).as_json() for told in template["items"]], created_at=at, published_at=at,
    )  # fmt: skip


def _item(told: dict[str, Any]) -> Item:
    return Item(
        code=told["code"], text=told["text"], category=told["category"], level=ItemLevel(told["level"]),
        criteria=tuple(told["major_ref"]), basis=told["basis"], basis_verified=told["basis_verified"],
        deadline_days=told["deadline_days"], rectification=told["rectification"], photo=told["photo"],
        frequency=Frequency(told["frequency"]),
    )  # fmt: skip
