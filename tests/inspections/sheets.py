"""Checklists and answer sheets as the tests of this room need them, made by the real actions."""

from datetime import datetime, timedelta
from typing import Any

from backend.kernel import idempotency, ids
from enterprises.models import Enterprise
from inspections.actions import author_checklist, schedule
from inspections.actions.author_checklist import Draft
from inspections.models import ChecklistVersion, SelfInspection
from inspections.policy.occurrences import Period, SelfInspections
from inspections.policy.templates import Item
from tests.loop import CATEGORY


def an_item(code: str, **how: Any) -> Item:
    """Return an item that has nothing wrong with it."""
    told = {"text": f"{code} 是否符合", "category": CATEGORY, "basis": "安全生产法第四十一条", "basis_verified": True}
    return Item(**{"code": code, **told, **how})


def drafted(cast: Any, *, at: datetime, code: str = "TRY", items: tuple[Item, ...] = (), **how: Any) -> ChecklistVersion:
    """Return a draft by the county's regulator: one item, unless some are given."""
    wanted = Draft(code=code, name=how.pop("name", "试用检查表"), items=items or (an_item(f"{code}-01"),), **how)
    actor = cast.actor("regulator", at=at)
    return author_checklist.draft(wanted, received=got("checklist", actor.id, at=at), actor=actor, at=at)[0]


def published(cast: Any, *, at: datetime, **how: Any) -> ChecklistVersion:
    """Return a checklist that is in force."""
    draft, actor = drafted(cast, at=at, **how), cast.actor("regulator", at=at)
    received = got("checklist_publication", actor.id, at=at)
    return author_checklist.publish(version_id=draft.id, received=received, actor=actor, at=at)[0]


def an_occurrence(firm: Any, version: ChecklistVersion, *, at: datetime, days: int = 7) -> SelfInspection:
    """Return a self-inspection of `firm` that begins at `at` and is due `days` days later, as the timetable makes them."""
    enterprise = Enterprise.objects.get(id=firm.id)
    due = at + timedelta(days=days)
    row = schedule.occurrence(enterprise, version, Period(f"P{version.code}"[:10], at, due), SelfInspections(), at=at)
    schedule.open_many([row], at=at)
    return row


def got(kind: str, actor_id: Any, *, at: datetime, **content: Any) -> idempotency.Received:
    """Return something received under an id of its own."""
    return idempotency.received(
        id=ids.new(), kind=kind, route="POST /test", path_ids={}, content=content, actor_id=actor_id, at=at
    )
