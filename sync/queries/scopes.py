"""Where objects are to be seen now: the scopes under which the feed tells of them (lifecycle.md §2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.policy.places import Place
from enterprises.models import Enterprise
from hazards.models import Hazard
from media.models import PhotoUse
from sync.policy.feed import Audience, Kind

Key = tuple[Kind, UUID]
BY_HAND, NOWHERE = "draw", Place()


@dataclass(frozen=True, slots=True)
class Scoped:
    """One scope of an object: its place, or its enterprise with the reporter (None: every member)."""

    audience: Audience
    enterprise_id: UUID | None
    person: UUID | None = None
    place: Place = NOWHERE

    @property
    def name(self) -> str:
        """Return what tells this scope from the object's others."""
        if self.audience is Audience.PLACE:
            return "/".join(self.place.columns().values())
        return f"{self.enterprise_id and self.enterprise_id.hex}/{self.person.hex if self.person else ''}"

    def columns(self) -> dict[str, Any]:
        """Return the columns of a row in this scope."""
        own = {"scope": self.name, "audience": self.audience.value, "enterprise_id": self.enterprise_id, "person": self.person}
        return {**own, **self.place.columns()}


def _audiences(label: str) -> tuple[Audience, ...]:
    """Return who may know of a slot: a photo of a draw by hand would tell the enterprise that its hazard was drawn."""
    return (Audience.PLACE,) if label == BY_HAND else (Audience.PLACE, Audience.FIRM)


def hazards_of(photos: Iterable[UUID]) -> list[tuple[UUID, UUID, tuple[Audience, ...]]]:
    """Return (photo, hazard, who may know of it) for every slot of these photos."""
    if not (wanted := list(photos)):
        return []
    uses = PhotoUse.objects.filter(photo_id__in=wanted, subject_kind="hazard")
    return [(photo, hazard, _audiences(label)) for photo, hazard, label in uses.values_list("photo_id", "subject_id", "label")]


def of_hazards(ids: Iterable[UUID]) -> dict[Key, list[Scoped]]:
    """Return the scopes of hazards: the officials of their place, and their enterprise."""
    wanted = list(ids)
    return {
        (Kind.HAZARD, row.id): _of(row) for row in (_hazards().filter(id__in=wanted) if wanted else ())
    }  # fmt: skip


def _hazards() -> Any:
    return Hazard.objects.only("id", "enterprise_id", "reporter_person", "province", "city", "county", "town", "village", "grid")


def _of(hazard: Hazard) -> list[Scoped]:
    return [
        Scoped(Audience.PLACE, hazard.enterprise_id, place=hazard.place),
        Scoped(Audience.FIRM, hazard.enterprise_id, hazard.reporter_person),
    ]


def of_enterprises(ids: Iterable[UUID]) -> dict[Key, list[Scoped]]:
    """Return the scopes of enterprises: the officials of their place, and all their members."""
    wanted = list(ids)
    found = Enterprise.objects.filter(id__in=wanted).only("id", "province", "city", "county", "town", "village", "grid")
    return {
        (Kind.ENTERPRISE, row.id): [Scoped(Audience.PLACE, row.id, place=row.place), Scoped(Audience.FIRM, row.id)]
        for row in (found if wanted else ())
    }


@dataclass(frozen=True, slots=True)
class Slot:
    """One photo named by one act on one hazard, and who may know of it."""

    photo_id: UUID
    hazard_id: UUID
    act_id: UUID
    audiences: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class Photos:
    """The slots of photos and their scopes: those of the hazards that name them."""

    slots: list[Slot]
    scopes: dict[Key, list[Scoped]]

    def carried_by(self, hazards: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """Return by photo those of these hazards that name it: where they go, it goes."""
        changed, found = set(hazards), dict[UUID, list[UUID]]()
        for slot in self.slots:
            if slot.hazard_id in changed:
                found.setdefault(slot.photo_id, []).append(slot.hazard_id)
        return found


def of_photos(*, hazards: Iterable[UUID], photos: Iterable[UUID]) -> Photos:
    """Return the slots and scopes of these photos and of all that these hazards name."""
    changed, named = set(hazards), set(photos)
    if changed:
        own = PhotoUse.objects.filter(subject_id__in=changed, subject_kind="hazard")
        named |= set(own.values_list("photo_id", flat=True))
    uses = PhotoUse.objects.filter(photo_id__in=named, subject_kind="hazard").order_by("id") if named else ()
    slots = [Slot(use.photo_id, use.subject_id, use.act_id, _audiences(use.label)) for use in uses]
    homes = {row.id: _of(row) for row in _hazards().filter(id__in={slot.hazard_id for slot in slots})} if slots else {}
    found: dict[Key, list[Scoped]] = {}
    for slot in slots:
        shown = [scoped for scoped in homes[slot.hazard_id] if scoped.audience in slot.audiences]
        found.setdefault((Kind.PHOTO, slot.photo_id), []).extend(shown)
    return Photos(slots, found)
