"""Count (计入销号率): keep the fact of one hazard, and the roll-ups it is part of, as the hazard stands now."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from hazards.models import Hazard
from oversight.models import HazardFact, Tally
from oversight.policy.figures import NAMES, Figures
from oversight.queries import facts
from oversight.queries.facts import Cell

MOST = 1000


@transaction.atomic
def count(hazard_id: UUID, *, at: datetime) -> bool:
    """Count one hazard as of `at` and return whether anything changed; again changes nothing, in whatever order."""
    # the lock comes first: of two jobs the later one sees all that the earlier one saw
    fact = HazardFact.objects.select_for_update(no_key=True).filter(hazard_id=hazard_id).first()
    hazard = Hazard.objects.get(id=hazard_id)
    due = facts.due_fact(hazard, facts.chain([hazard_id]).get(hazard_id, []), at=at)
    if due is None:
        return False
    if fact is None:
        HazardFact.objects.bulk_create([_empty(due)], ignore_conflicts=True)
        count(hazard_id, at=at)
        return True
    if facts.same(fact, due):
        return False
    move(facts.cells(fact), fact.figures, facts.cells(due), due.figures)
    due.save(force_update=True)
    return True


def _empty(due: HazardFact) -> HazardFact:
    """Return the fact with its place and day, adding nothing yet."""
    names = [f.attname for f in HazardFact._meta.concrete_fields if f.attname not in (*NAMES, "undecided_until")]
    return HazardFact(**{name: getattr(due, name) for name in names})


def move(old: list[Cell], was: Figures, new: list[Cell], now: Figures) -> None:
    """Take `was` out of the old cells and put `now` into the new ones, always in one order of rows."""
    changes: dict[Cell, Figures] = {}
    for cell in old:
        changes[cell] = changes.get(cell, Figures()) - was
    for cell in new:
        changes[cell] = changes.get(cell, Figures()) + now
    for cell in sorted(changes, key=lambda cell: cell.key):
        add(cell, changes[cell])


def add(cell: Cell, change: Figures) -> None:
    """Add `change` to one roll-up row, made if there is none."""
    by = {name: F(name) + getattr(change, name) for name in NAMES if getattr(change, name)}
    if by and not Tally.objects.filter(**cell.where).update(**by):
        Tally.objects.bulk_create([Tally(**cell.where, **cell.ancestors)], ignore_conflicts=True)
        Tally.objects.filter(**cell.where).update(**by)


def sweep(*, at: datetime) -> int:
    """Count again what the calendar has decided: an original deadline has passed; return how many."""
    rows = HazardFact.objects.filter(undecided_until__lte=at).order_by("undecided_until")
    due = list(rows.values_list("hazard_id", flat=True)[:MOST])
    return sum(count(hazard_id, at=at) for hazard_id in due)
