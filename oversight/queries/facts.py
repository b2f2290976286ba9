"""The fact of one hazard, worked out from its row and its ledger: where it is counted, and what it adds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts import queries as accounts
from accounts.policy.places import Place
from backend.kernel import ledger
from backend.kernel.calendar import local_day
from backend.kernel.models import LedgerEntry
from hazards.models import Hazard
from hazards.policy.words import Status
from oversight.models import HazardFact
from oversight.policy import figures
from oversight.policy.figures import HELD, NAMES, RECURRED, Figures, State
from oversight.policy.periods import month_of

ENTERED = ("hazard.reported", "hazard.confirmed")
LOOKS = (HELD, RECURRED)
IN_THE_LOOP = (Status.RECTIFYING, Status.AWAITING_REINSPECTION)
WITHDRAWN = "withdrawn"
FLAG_AT, FLAG_WITHIN = 3, timedelta(days=90)
AREAS = ("province", "city", "county", "town")


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the roll-ups: a town (or what stands for it), a month or a day, a level, an industry division."""

    area: str
    span: str
    start: date
    level: str
    division: str
    place: Place

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Return what rows are locked in the order of."""
        return (self.area, self.span, self.start.isoformat(), self.level, self.division)

    @property
    def where(self) -> dict[str, object]:
        """Return the columns that name the row."""
        return {"area": self.area, "span": self.span, "start": self.start, "level": self.level, "division": self.division}

    @property
    def ancestors(self) -> dict[str, str]:
        """Return the columns of the place down to the town."""
        return {level: getattr(self.place, level) for level in AREAS}


def entry(entry_id: UUID) -> LedgerEntry:
    """Return the ledger entry that a job speaks of."""
    return LedgerEntry.objects.get(id=entry_id)


def chain(hazard_ids: Iterable[UUID]) -> dict[UUID, list[LedgerEntry]]:
    """Return what the ledgers of hazards say of how they entered the loop and were looked back at, oldest first."""
    found: dict[UUID, list[LedgerEntry]] = {}
    rows = LedgerEntry.objects.filter(subject_id__in=list(hazard_ids), kind__in=[*ENTERED, *LOOKS])
    for row in rows.order_by("subject_id", "seq"):
        found.setdefault(row.subject_id, []).append(row)
    return found


def due_fact(hazard: Hazard, entries: list[LedgerEntry], *, at: datetime) -> HazardFact | None:
    """Return the fact as it has to be at `at`, or None for a hazard that is counted nowhere."""
    if hazard.status == Status.VOID and hazard.void_reason == WITHDRAWN:
        began = next(e for e in entries if e.kind == "hazard.reported")
        return _fact(hazard, began.place, hazard.received_at, figures.withdrawn(flagged=_flagged(hazard)), None)
    came_in = _came_in(entries)
    if came_in is None:
        return None
    last = next((e.kind for e in reversed(entries) if e.kind in LOOKS), "")
    state = State(Status(hazard.status), hazard.closed_by, hazard.submitted_at, hazard.original_due_at, last)
    return _fact(hazard, came_in.place, came_in.at, figures.of(state, at), figures.undecided_until(state, at))


def _came_in(entries: list[LedgerEntry]) -> LedgerEntry | None:
    """Return the entry by which a hazard entered the loop: an official confirmed it, or it came in fixed already."""
    return next((e for e in entries if e.kind in ENTERED and ledger.read(e)["after"] in IN_THE_LOOP), None)


def _fact(hazard: Hazard, code: str, instant: datetime, adds: Figures, until: datetime | None) -> HazardFact:
    place = accounts.place_of(code) or Place()
    day = local_day(instant)
    return HazardFact(
        hazard_id=hazard.id, **place.columns(), area=place.town or place.county or place.city or place.province,
        level=hazard.level, division=hazard.industry[:3], counted_on=day, month=month_of(day), undecided_until=until,
        **{name: getattr(adds, name) for name in NAMES},
    )  # fmt: skip


def _flagged(hazard: Hazard) -> bool:
    """Return whether this is the third report or a later one that the same person withdrew within 90 days."""
    if hazard.voided_at is None:
        return False
    earlier = Q(voided_at__lt=hazard.voided_at) | Q(voided_at=hazard.voided_at, id__lt=hazard.id)
    mine = Hazard.objects.filter(reporter_person=hazard.reporter_person, void_reason=WITHDRAWN)
    return mine.filter(earlier, voided_at__gt=hazard.voided_at - FLAG_WITHIN).count() >= FLAG_AT - 1


def same(one: HazardFact, other: HazardFact) -> bool:
    """Return whether two facts of a hazard say the same in every column."""
    return all(getattr(one, f.attname) == getattr(other, f.attname) for f in HazardFact._meta.concrete_fields)


def cells(fact: HazardFact) -> list[Cell]:
    """Return the two rows of the roll-ups that a fact is part of."""
    starts = {"month": fact.month, "day": fact.counted_on}
    return [Cell(fact.area, span, start, fact.level, fact.division, fact.place) for span, start in starts.items()]
