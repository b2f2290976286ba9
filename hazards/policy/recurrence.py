"""Recurrence (反复隐患): the same trouble again at the same enterprise; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from backend.kernel.coordinates import metres_between


@dataclass(frozen=True, slots=True)
class Trace:
    """Where and what a hazard was: enough to say that another one is the same trouble again."""

    id: UUID
    checklist_item: str
    place: str
    spot: tuple[float, float] | None


def same_trouble(new: Trace, old: Trace, *, metres: float) -> bool:
    """Return whether `old` (same enterprise and category) is the same checklist item or place.

    Two known spots are the same place up to `metres` apart; without them the place's name decides.
    """
    if new.checklist_item and new.checklist_item == old.checklist_item:
        return True
    if new.spot and old.spot:
        return metres_between(new.spot, old.spot) <= metres
    return bool(new.place) and "".join(new.place.split()) == "".join(old.place.split())


def recurrence_of(new: Trace, closed: Iterable[Trace], *, metres: float) -> UUID | None:
    """Return the first of `closed` (latest closure first) that `new` repeats, or None."""
    return next((old.id for old in closed if old.id != new.id and same_trouble(new, old, metres=metres)), None)
