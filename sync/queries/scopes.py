"""Where objects are to be seen now: the scopes under which the feed tells of them (lifecycle.md §2).

Each room's own `visible_to` decides what a reader is shown in the end (bodies.py); nothing may be told of an object outside
these scopes, not even that it is gone. A visit that its enterprise must not know of has no scope there until somebody
checks in, a draft none where it may not be read, a look-back task shows itself to those who may do it when it opens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.policy.places import Place
from enterprises.models import Enterprise
from hazards.models import Hazard
from hazards.policy.words import Level
from inspections.models import Document, Inspection, LookBackTask, RemoteCheck, SelfInspection
from inspections.queries import documents, look_backs
from sync.policy.feed import Audience, Kind, Standing

Key = tuple[Kind, UUID]
NOWHERE = Place()
PLACES = ("province", "city", "county", "town", "village", "grid")


@dataclass(frozen=True, slots=True)
class Scoped:
    """One scope of an object: its place, or its enterprise with the reporter (None: every member); `standing` for whom there."""

    audience: Audience
    enterprise_id: UUID | None
    person: UUID | None = None
    place: Place = NOWHERE
    standing: Standing = Standing.ANYBODY

    @property
    def name(self) -> str:
        """Return what tells this scope from the object's others."""
        if self.audience is Audience.PLACE:
            return "/".join(self.place.columns().values())
        return f"{self.enterprise_id and self.enterprise_id.hex}/{self.person.hex if self.person else ''}"

    def columns(self) -> dict[str, Any]:
        """Return the columns of a row in this scope."""
        own = {"scope": self.name, "audience": self.audience.value, "enterprise_id": self.enterprise_id, "person": self.person}
        return {**own, "standing": self.standing.value, **self.place.columns()}


def of(keys: Iterable[Key]) -> dict[Key, list[Scoped]]:
    """Return the scopes of these objects, none for what does not exist (one query per kind of object)."""
    wanted: dict[Kind, list[UUID]] = {}
    for kind, subject_id in keys:
        wanted.setdefault(kind, []).append(subject_id)
    found: dict[Key, list[Scoped]] = {}
    for kind, ids in wanted.items():
        model, columns, scopes_of = HOMES[kind]
        rows = model.objects.filter(id__in=ids).only("id", *PLACES, *columns)
        found |= {(kind, row.pk): scopes_of(row) for row in rows}
    return found


def _officials(row: Any, enterprise_id: UUID, standing: Standing = Standing.ANYBODY) -> Scoped:
    return Scoped(Audience.PLACE, enterprise_id, place=row.place, standing=standing)


def _of_enterprise(row: Enterprise) -> list[Scoped]:
    return [_officials(row, row.id), Scoped(Audience.FIRM, row.id)]


def _of_hazard(row: Hazard) -> list[Scoped]:
    return [_officials(row, row.enterprise_id), Scoped(Audience.FIRM, row.enterprise_id, row.reporter_person)]


def _members(row: Any, standing: Standing) -> Scoped:
    return Scoped(Audience.FIRM, row.enterprise_id, standing=standing)


def _of_inspection(row: Inspection) -> list[Scoped]:
    here = [_officials(row, row.enterprise_id)]
    return here if row.is_hidden else [*here, _members(row, Standing.RESPONSIBLE)]


def _of_self_inspection(row: SelfInspection) -> list[Scoped]:
    return [_officials(row, row.enterprise_id), _members(row, Standing.RESPONSIBLE)]


def _of_remote_check(row: RemoteCheck) -> list[Scoped]:
    return [_officials(row, row.enterprise_id), _members(row, Standing.ANYBODY)]


def _of_document(row: Document) -> list[Scoped]:
    own, issued = row.kind in documents.OWN, row.issued_at is not None
    officials = [_officials(row, row.enterprise_id)] if issued or not own else []
    return [*officials, *([_members(row, Standing.RESPONSIBLE)] if issued or own else [])]


def _of_look_back(row: LookBackTask) -> list[Scoped]:
    doers = Standing.ANYBODY if row.level == Level.GENERAL else Standing.RESPONSIBLE
    return [_officials(row, row.enterprise_id, doers if look_backs.has_opened(row) else Standing.REGULATOR)]


FIRM = ("enterprise_id",)
HOMES: dict[Kind, tuple[Any, tuple[str, ...], Callable[[Any], list[Scoped]]]] = {
    Kind.ENTERPRISE: (Enterprise, (), _of_enterprise),
    Kind.HAZARD: (Hazard, (*FIRM, "reporter_person"), _of_hazard),
    Kind.INSPECTION: (Inspection, (*FIRM, "mode", "checked_in_at"), _of_inspection),
    Kind.SELF_INSPECTION: (SelfInspection, FIRM, _of_self_inspection),
    Kind.REMOTE_CHECK: (RemoteCheck, FIRM, _of_remote_check),
    Kind.DOCUMENT: (Document, (*FIRM, "kind", "issued_at"), _of_document),
    Kind.LOOK_BACK: (LookBackTask, (*FIRM, "level", "status", "next_at", "window_from", "done_at"), _of_look_back),
}  # fmt: skip
