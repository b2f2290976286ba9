"""What visits, self-inspections, remote checks, documents and look-back tasks look like to one person: as their lists show them.

To fetch is to authorise: what he may not read is simply not among the answers, and what a room keeps from him (a nonce,
flags) it keeps from him here, too.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.policy.actor import Actor
from inspections.queries import documents, inspections, look_backs, remote_checks, self_inspections
from inspections.schemas import look_backs as look_back_schemas
from inspections.schemas import remote_checks as remote_schemas
from inspections.schemas import show_documents, show_inspections
from inspections.schemas.self_inspections import shown as sheet_shown
from media import queries as media
from sync.policy.feed import Kind

Shown = tuple[int | None, dict[str, Any]]
Ids = Collection[UUID]


def of(wanted: Mapping[int, Ids], *, actor: Actor, at: datetime) -> dict[tuple[int, UUID], Shown]:
    """Return (version, body) of each of these that `actor` may read (≤ 4 queries per kind however many they are)."""
    return {
        (kind, shown[1]["id"]): shown
        for kind, read in READERS.items() if (ids := wanted.get(kind)) for shown in read(ids, actor, at)
    }  # fmt: skip


def visible(carriers: Mapping[UUID, Kind], *, actor: Actor) -> set[UUID]:
    """Return which of these carriers of photos, but hazards, `actor` may read (one query per kind)."""
    found: set[UUID] = set()
    for kind, visible_to in CARRIERS.items():
        if ids := [id for id, known in carriers.items() if known is kind]:
            found |= set(visible_to(actor).filter(id__in=ids).values_list("id", flat=True))
    return found


def _inspections(ids: Ids, actor: Actor, at: datetime) -> Iterable[Shown]:
    for row in inspections.shown(inspections.visible_to(actor).filter(id__in=ids)):
        yield row.version, show_inspections.row(row, actor=actor)


def _self_inspections(ids: Ids, actor: Actor, at: datetime) -> Iterable[Shown]:
    rows = list(self_inspections.visible_to(actor).filter(id__in=ids).select_related("checklist", "enterprise"))
    sheets, ended = self_inspections.sheets(rows), self_inspections.submissions(rows)
    for row in rows:
        yield row.version, sheet_shown(row, sheets[row.id], ended.get(row.id))


def _remote_checks(ids: Ids, actor: Actor, at: datetime) -> Iterable[Shown]:
    rows = list(remote_checks.visible_to(actor).filter(id__in=ids).annotate(firm=F("enterprise__name")))
    slots = media.slots([row.id for row in rows])
    for row in rows:
        yield row.version, remote_schemas.shown(row, actor=actor, at=at, slots=slots[row.id])


def _documents(ids: Ids, actor: Actor, at: datetime) -> Iterable[Shown]:
    for row in documents.visible_to(actor).filter(id__in=ids):
        yield row.version, show_documents.row(row)


def _look_backs(ids: Ids, actor: Actor, at: datetime) -> Iterable[Shown]:
    rows = look_backs.visible_to(actor, at=at).filter(id__in=ids)
    for row in rows.annotate(firm=F("enterprise__name")).select_related("hazard"):
        yield None, look_back_schemas.task(row, actor=actor, at=at)


READERS: dict[int, Callable[[Ids, Actor, datetime], Iterable[Shown]]] = {
    Kind.INSPECTION: _inspections, Kind.SELF_INSPECTION: _self_inspections, Kind.REMOTE_CHECK: _remote_checks,
    Kind.DOCUMENT: _documents, Kind.LOOK_BACK: _look_backs,
}  # fmt: skip
CARRIERS: dict[Kind, Callable[[Actor], Any]] = {
    Kind.INSPECTION: inspections.visible_to, Kind.SELF_INSPECTION: self_inspections.visible_to,
    Kind.REMOTE_CHECK: remote_checks.visible_to, Kind.DOCUMENT: documents.visible_to,
}  # fmt: skip
