"""What a report is made of: the rectification or verification it may carry, and the columns and words they become."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.kernel import calendar
from backend.kernel.coordinates import to_wgs84
from hazards import queries
from hazards.policy import deadlines, recurrence
from hazards.policy.words import Level, ReviewMode, Source
from media.policy.uses import PhotoRef


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a verification (核查) says: level, criterion, requirement, deadline."""

    level: Level
    requirement: str
    criterion: str = ""
    due_on: date | None = None
    responsible: str = ""
    stop_work: bool = False
    due_in_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """What a rectification (整改) says."""

    measures: str
    responsible: str
    finished_at: datetime
    cost_cny: float | None = None
    photos: tuple[PhotoRef, ...] = ()

    def said(self) -> dict[str, Any]:
        """Return the rectification as its act shows it."""
        return {
            "measures": self.measures, "responsible": self.responsible,
            "finished_at": self.finished_at.isoformat(), "cost_cny": self.cost_cny,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What a phone reports; `location` as sent, with its datum."""

    enterprise_id: UUID
    source: Source
    category: str
    description: str
    place: str
    found_at: datetime
    title: str = ""
    location: dict[str, Any] | None = None
    level_claimed: Level = Level.GENERAL
    checklist_item: str = ""
    related_to: UUID | None = None
    photos: tuple[PhotoRef, ...] = ()
    fix: Fix | None = None
    ruling: Ruling | None = None

    @property
    def spot(self) -> tuple[float, float] | None:
        """Return where it is in WGS-84 degrees, or None."""
        if self.location is None:
            return None
        return to_wgs84(self.location["latitude"], self.location["longitude"], self.location.get("crs") or "wgs84")

    def trace(self, id: UUID) -> recurrence.Trace:
        """Return what tells whether this report, received as `id`, repeats an older hazard."""
        return recurrence.Trace(id, self.checklist_item, self.place, self.spot)


def due_of(ruling: Ruling, *, category: str, at: datetime) -> deadlines.Due:
    """Return the deadline a verification sets: its hours (stop of work), its day, or policy by level and category."""
    days = calendar.current()
    if ruling.stop_work and ruling.due_in_hours:
        return deadlines.in_hours(ruling.due_in_hours, at)
    if ruling.due_on is not None:
        return deadlines.on_day(ruling.due_on, at, days)
    numbers = queries.numbers(at).document
    return deadlines.due(level=ruling.level, category=category, confirmed_at=at, calendar=days, numbers=numbers)


def ruled_columns(ruling: Ruling, *, category: str, at: datetime) -> dict[str, Any]:
    """Return the hazard's columns that a verification sets."""
    due = due_of(ruling, category=category, at=at)
    return {
        "level": ruling.level, "criterion": ruling.criterion if ruling.level == Level.MAJOR else "",
        "requirement": ruling.requirement, "responsible": ruling.responsible, "stop_work": ruling.stop_work,
        "confirmed_at": at, "due_from": at, "due_at": due.at, "original_due_at": due.at, "due_provisional": due.provisional,
        "review_mode": ReviewMode.FULL,
    }  # fmt: skip


def said_of(ruling: Ruling, *, due_at: datetime | None) -> dict[str, Any]:
    """Return a confirming verification as its act shows it."""
    return {
        "outcome": "confirm", "level": ruling.level, "criterion": ruling.criterion or None, "requirement": ruling.requirement,
        "due_on": ruling.due_on.isoformat() if ruling.due_on else None, "responsible": ruling.responsible or None,
        "stop_work": ruling.stop_work, "due_in_hours": ruling.due_in_hours, "due_at": due_at.isoformat() if due_at else None,
    }  # fmt: skip
