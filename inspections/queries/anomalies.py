"""Rows for the patterns of policy/anomalies.py: the visits planned for some days in a region, and what was closed then.

Bounded: so many visits and closings of a period and no more; whoever wants the rest asks for fewer days.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts import queries as accounts
from accounts.models import Region
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import policies
from backend.kernel.calendar import end_of, start_of
from backend.kernel.problems import NotFound
from hazards.models import Act
from hazards.policy.words import Verb as HazardVerb
from inspections.models import Inspection, VisitAct
from inspections.policy import anomalies
from inspections.policy.anomalies import Anomaly, Closing, Sheet, Stop, Team
from inspections.policy.oversight_numbers import Numbers
from inspections.policy.templates import Result
from inspections.policy.visits import Type, Verb, VisitStatus
from inspections.queries import visit_sheets

numbers = policies.register("visits_oversight", Numbers, retired={"uncapped_grades"})
READERS = (Role.REGULATOR, Role.AUDITOR)
CLOSING = (HazardVerb.PASS, HazardVerb.COUNTERSIGN)
MOST_VISITS, MOST_CLOSINGS, MOST_SHOWN = 2_000, 10_000, 500


@dataclass(frozen=True, slots=True)
class Found:
    """What was noticed, newest first; not `complete`: there were more rows, or more to tell, than are looked at."""

    anomalies: list[Anomaly]
    names: dict[UUID, str]
    complete: bool


def node(code: str | None, *, actor: Actor) -> Region:
    """Return the region asked for, or the caller's own; one outside his duties is not found. Raises: NotFound."""
    duties = actor.duties_as(READERS)
    found = accounts.region(code or duties[0].region) if duties else None
    if found is None or not any(duty.covers(found.place) for duty in duties):
        raise NotFound
    return found


def find(region: Region, *, start: date, end: date, numbers: Numbers) -> Found:
    """Return what the visits planned for `start` to `end` (days of Asia/Shanghai, both included) and the closings then show."""
    visits = Inspection.objects.filter(accounts.at_node(region), planned_on__range=(start, end), checked_in_at__isnull=False)
    rows = list(visits.order_by("planned_on", "id").prefetch_related("crew")[: MOST_VISITS + 1])
    closed = list(_closings(region, start, end)[: MOST_CLOSINGS + 1])
    told = anomalies.all_of(
        stops=_stops(rows[:MOST_VISITS]), sheets=_sheets(rows[:MOST_VISITS]), teams=_teams(rows[:MOST_VISITS]),
        closings=[Closing(hazard, who, when, said.get("on_site")) for hazard, who, when, said in closed[:MOST_CLOSINGS] if who],
        numbers=numbers,
    )  # fmt: skip
    shown = told[:MOST_SHOWN]
    whole = len(rows) <= MOST_VISITS and len(closed) <= MOST_CLOSINGS and len(told) <= MOST_SHOWN
    return Found(shown, accounts.names(official for one in shown for official in one.officials), whole)


def _closings(region: Region, start: date, end: date) -> QuerySet[Act, Any]:
    acts = Act.objects.filter(verb__in=CLOSING, at__gte=start_of(start), at__lt=end_of(end))
    here = acts.filter(accounts.at_node(region, prefix="hazard__"))
    return here.order_by("at").values_list("hazard_id", "actor_id", "at", "said")


def _stops(rows: list[Inspection]) -> list[Stop]:
    where = VisitAct.objects.filter(inspection__in=rows, verb=Verb.CHECK_IN, latitude__isnull=False, longitude__isnull=False)
    told = where.values_list(
        "inspection_id", "actor_id", F("inspection__enterprise_id"), "at", "claimed_at", "latitude", "longitude", "location"
    )
    return [
        Stop(visit, official, firm, claimed or at, (latitude, longitude), float((sent or {}).get("accuracy_m") or 0))
        for visit, official, firm, at, claimed, latitude, longitude, sent in told
    ]


def _sheets(rows: list[Inspection]) -> list[Sheet]:
    over = [row for row in rows if row.status == VisitStatus.FINISHED and row.pins and row.arrived_at and row.left_at]
    told = visit_sheets.lines_of(over) if over else {}
    return [_sheet(row, told[row.id]) for row in over if row.id in told]


def _sheet(row: Inspection, lines: list[tuple[str, str, str]]) -> Sheet:
    lead = next(officer.account_id for officer in row.crew.all() if officer.lead)
    plain = all(result != Result.PROBLEM and not note for _, result, note in lines)
    mark = hashlib.sha256(repr((sorted(pin["id"] for pin in row.pins), lines)).encode()).hexdigest()
    return Sheet(row.id, lead, row.enterprise_id, row.arrived_at, row.left_at, len(lines), mark, plain)  # type: ignore[arg-type]


def _teams(rows: list[Inspection]) -> list[Team]:
    return [
        Team(row.id, frozenset(officer.account_id for officer in row.crew.all()), row.arrived_at or row.planned_at)
        for row in rows
        if row.type == Type.ADMINISTRATIVE_INSPECTION
    ]
