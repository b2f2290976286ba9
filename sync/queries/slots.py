"""Photos in the feed: they are to be seen where the objects are whose acts name them, and move with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from media.models import PhotoUse
from sync.policy.feed import Audience, Kind
from sync.queries import scopes
from sync.queries.scopes import Key, Scoped

BY_HAND = "draw"
# what a slot's subject may be -> its kind
CARRIERS = {
    "hazard": Kind.HAZARD, "inspection": Kind.INSPECTION, "self_inspection": Kind.SELF_INSPECTION,
    "remote_check": Kind.REMOTE_CHECK, "document": Kind.DOCUMENT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """One photo named by one act on one object, and who may know of it."""

    photo_id: UUID
    carrier: Key
    act_id: UUID
    audiences: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class Photos:
    """The slots of photos and their scopes: those of the objects that carry them."""

    slots: list[Slot]
    scopes: dict[Key, list[Scoped]]

    def carried_by(self, changed: Iterable[Key]) -> dict[UUID, list[Key]]:
        """Return by photo those of these objects that name it: where they go, it goes."""
        moving, found = set(changed), dict[UUID, list[Key]]()
        for slot in self.slots:
            if slot.carrier in moving:
                found.setdefault(slot.photo_id, []).append(slot.carrier)
        return found


def _read(**condition: Any) -> list[Slot]:
    uses = PhotoUse.objects.filter(subject_kind__in=list(CARRIERS), **condition).order_by("id")
    columns = ("photo_id", "subject_kind", "subject_id", "act_id", "label")
    return [
        Slot(photo, (CARRIERS[kind], subject), act, _audiences(label))
        for photo, kind, subject, act, label in uses.values_list(*columns)
    ]


def _audiences(label: str) -> tuple[Audience, ...]:
    """Return who may know of a slot: a photo of a draw by hand would tell the enterprise that its hazard was drawn."""
    return (Audience.PLACE,) if label == BY_HAND else (Audience.PLACE, Audience.FIRM)


def naming(photos: Iterable[UUID]) -> list[Slot]:
    """Return every slot of these photos (one query)."""
    wanted = list(photos)
    return _read(photo_id__in=wanted) if wanted else []


def of(*, carriers: Iterable[Key], photos: Iterable[UUID]) -> Photos:
    """Return the slots and scopes of these photos and of all that these objects name."""
    changed, named = {id for kind, id in carriers if kind in CARRIERS.values()}, set(photos)
    if changed:
        own = PhotoUse.objects.filter(subject_id__in=changed, subject_kind__in=list(CARRIERS))
        named |= set(own.values_list("photo_id", flat=True))
    slots = naming(named)
    homes = scopes.of({slot.carrier for slot in slots})
    found: dict[Key, list[Scoped]] = {}
    for slot in slots:
        shown = [scoped for scoped in homes.get(slot.carrier, ()) if scoped.audience in slot.audiences]
        found.setdefault((Kind.PHOTO, slot.photo_id), []).extend(shown)
    return Photos(slots, found)
