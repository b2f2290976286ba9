"""From rows to answers: what every answer about an inspection needs to be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.policy.actor import Actor
from backend.kernel import clock
from backend.kernel.models import LedgerEntry
from backend.kernel.web import replies
from inspections.actions import reading, visiting
from inspections.models import Inspection
from inspections.policy.visit_facts import Open
from inspections.queries import inspections as queries
from inspections.queries import visit_sheets as sheets
from inspections.schemas import show_inspections as show
from media import queries as media


def allowed(inspection: Inspection, *, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Return what `actor` may do next."""
    _, open_ = sheets.read(inspection)
    return _can(inspection, actor=actor, at=at, findings=inspection.findings.count(), open=open_)


def _can(inspection: Inspection, *, actor: Actor, at: datetime, findings: int, open: Open) -> list[dict[str, Any]]:
    mine = visiting.mine_of(inspection, actor)
    return visiting.allowed(visiting.facts_of(inspection, actor=actor, at=at, mine=mine, findings=findings, open=open))


def whole(inspection: Inspection, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return an inspection in full; that a hidden one was read is written down."""
    reading.note([inspection], actor=actor, at=at)
    findings, acts = list(inspection.findings.order_by("at", "hazard_id")[:500]), queries.acts_of(inspection.id)
    sheet, open_ = sheets.read(inspection)
    can = _can(inspection, actor=actor, at=at, findings=len(findings), open=open_)
    return show.full(
        inspection,
        actor=actor,
        acts=acts,
        findings=findings,
        sheet=sheet,
        open=open_,
        missing=_missing(inspection.id),
        allowed=can,
    )


def chain(inspection: Inspection, entries: Sequence[LedgerEntry], *, actor: Actor) -> list[dict[str, Any]]:
    """Return entries of the inspection's chain; to those who oversee it with what is odd about the acts (one query more)."""
    official = show.sees_oddities(inspection, actor)
    acts = queries.acts_behind(entries) if official else {}
    return [show.event(entry, acts.get(entry.id), official=official) for entry in entries]


def _missing(inspection_id: UUID) -> list[UUID]:
    """Return the photos that acts of the visit named and that have not come."""
    return media.missing(media.slots([inspection_id])[inspection_id])


@replies.presents("inspection")
def inspection_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an inspection whose plan was sent again, as it is now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # came through a door
    return whole(queries.get(id, actor=actor), actor=actor, at=clock.now())
