"""What a grade is made of, read from rows: the hazards that weigh on one enterprise, and who is due to be looked at."""

from datetime import datetime
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel import policies
from backend.kernel.models import LedgerEntry
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from grading.models import Standing, Weight
from grading.policy.document import Document
from grading.policy.facts import Lapse, Weighed
from hazards import queries as hazards
from hazards.models import Hazard
from hazards.policy.words import Level, Source, Status

numbers = policies.register("grading", Document, drafted=True)
LAPSES = {"hazard.failed": "reinspection_failed", "hazard.recurred": "look_back_failed"}


def entry(entry_id: UUID) -> LedgerEntry:
    """Return the ledger entry that a job speaks of."""
    return LedgerEntry.objects.get(id=entry_id)


def lapses_of(hazard_id: UUID) -> list[list[str]]:
    """Return the visits to a hazard that failed, by its ledger: `[entry id, kind, instant]`, oldest first."""
    found = LedgerEntry.objects.filter(subject_id=hazard_id, kind__in=LAPSES).order_by("seq")
    return [[str(row.id), LAPSES[row.kind], row.at.isoformat()] for row in found.only("id", "kind", "at")]


def weighed(hazard: Hazard, lapses: list[list[str]]) -> Weighed:
    """Return one hazard as the rules see it."""
    return Weighed(
        id=hazard.id, level=Level(hazard.level), source=Source(hazard.source), status=Status(hazard.status),
        since=hazard.confirmed_at or hazard.received_at, due_at=hazard.due_at, submitted_at=hazard.submitted_at,
        closed_at=hazard.closed_at, listed=hazard.open_listing_id is not None, stop_work=hazard.stop_work,
        recurrence=hazard.recurrence_of_id is not None,
        lapses=tuple(Lapse(kind, datetime.fromisoformat(at)) for _, kind, at in lapses),
    )  # fmt: skip


def weights(enterprise_id: UUID) -> list[Weighed]:
    """Return every hazard that may weigh on this enterprise's grade (one query)."""
    rows = Weight.objects.filter(enterprise_id=enterprise_id).select_related("hazard").order_by("hazard_id")
    return [weighed(row.hazard, row.lapses) for row in rows]


def standing(enterprise_id: UUID) -> Standing:
    """Return how an enterprise stands, a fresh one if it was never looked at."""
    return Standing.objects.filter(enterprise_id=enterprise_id).first() or Standing(enterprise_id=enterprise_id)


def due(at: datetime, *, most: int) -> list[UUID]:
    """Return the enterprises whose grade the calendar may have changed, longest waiting first."""
    rows = Standing.objects.filter(next_at__lte=at).order_by("next_at")
    return list(rows.values_list("enterprise_id", flat=True)[:most])


def code_of(enterprise_id: UUID, *, actor: Actor) -> tuple[Enterprise, Standing, frozenset[str]]:
    """Return an enterprise that `actor` may read, how it stands, and which hazards of its explanation he may read.

    Raises: NotFound.
    """
    enterprise = enterprises.get(enterprise_id, actor=actor)
    found = standing(enterprise_id)
    named = {id for row in (*enterprise.grade_rows, *found.vetoes) for id in row.get("evidence", ())}
    readable = hazards.visible_to(actor).filter(id__in=named).values_list("id", flat=True) if named else ()
    return enterprise, found, frozenset(str(id) for id in readable)
