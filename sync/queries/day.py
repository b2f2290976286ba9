"""What one person has to do on a day (今日事项): cases, visits, self-inspections, look-backs, questions, campaigns.

Each part is asked for only where a duty of his has to do with it, in a fixed number of queries, and bounded.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import calendar
from hazards import queries as hazards
from hazards.models import Hazard
from hazards.models.hazard import OPEN, WAITING
from hazards.policy.words import Level, ReviewMode, Status
from inspections.models import Campaign, Inspection, LookBackTask, RemoteCheck, SelfInspection
from inspections.policy.crews import PLANNERS
from inspections.policy.visits import VisitStatus
from inspections.queries import inspections, look_backs, programmes, remote_checks, self_inspections
from sync import queries
from sync.policy.feed import FULL_READERS

MOST_SHEETS, MOST_VISITS, MOST_LOOK_BACKS, MOST_CHECKS, MOST_CAMPAIGNS = 50, 50, 50, 50, 20


@dataclass(frozen=True, slots=True)
class Day:
    """What is to be done, the most urgent first in each part; `complete`: all the cases.

    `visits` are those that he makes today or has begun, `sheets` the self-inspections that are his to work through, and of
    the enterprises of his visits those that wait.
    """

    cases: list[Hazard]
    complete: bool
    visits: list[Inspection]
    sheets: list[SelfInspection]
    look_backs: list[LookBackTask]
    campaigns: list[Campaign]


def of(actor: Actor, *, at: datetime) -> Day:
    """Return what `actor` has to do at `at`, up to as many days ahead as policy `sync` says (≤ 12 queries)."""
    numbers = queries.numbers(at).document
    until = calendar.start_of(calendar.local_day(at) + timedelta(days=numbers.pack_days + 1))
    found, complete = _cases(actor, at=at, horizon=until, most=numbers.pack_cases)
    visits = _visits(actor, at=at)
    sheets = _sheets(actor, visits, until=until)
    return Day(found, complete, visits, sheets, _look_backs(actor, at=at), _campaigns(actor, at=at))


def why(hazard: Hazard, at: datetime) -> str:
    """Return why a case is on the list: `overdue`, `due`, or somebody's move is `awaiting`."""
    if hazard.status != Status.RECTIFYING:
        return "awaiting"
    return "overdue" if hazard.is_overdue(at) else "due"


def questions(actor: Actor, *, at: datetime) -> list[RemoteCheck]:
    """Return the remote checks that wait for his enterprise's answer, or for his own word on an answer, oldest first."""
    rows = remote_checks.waiting_for(actor, at=at).annotate(firm=F("enterprise__name"))
    return list(rows.order_by("asked_at", "id")[:MOST_CHECKS])


def _visits(actor: Actor, *, at: datetime) -> list[Inspection]:
    """Return the inspections that this person is to make today, or has begun; no query for one who never makes any."""
    if not actor.has(*PLANNERS):
        return []
    mine = Inspection.objects.filter(crew__person=actor.person, planned_on__lte=calendar.local_day(at)).values("id")
    open_ = inspections.visible_to(actor).filter(id__in=mine, status__in=[VisitStatus.PLANNED, VisitStatus.UNDER_WAY])
    return list(inspections.shown(open_).order_by("-planned_on", "id")[:MOST_VISITS])


def _sheets(actor: Actor, visits: list[Inspection], *, until: datetime) -> list[SelfInspection]:
    found: dict[UUID, SelfInspection] = {}
    if actor.duties_as(self_inspections.ANSWERERS):
        found = {row.id: row for row in self_inspections.running(actor=actor, until=until)[:MOST_SHEETS]}
    if visits and actor.duties_as(OFFICIALS):
        firms = {visit.enterprise_id for visit in visits}
        found |= {row.id: row for row in self_inspections.waiting_at(firms, actor=actor, until=until)[:MOST_SHEETS]}
    return list(found.values())


def _look_backs(actor: Actor, *, at: datetime) -> list[LookBackTask]:
    if not actor.duties_as([Role.GRID_WORKER, Role.INSPECTOR]):
        return []
    rows = look_backs.visible_to(actor, at=at).filter(look_backs.doable(actor, at=at))
    return list(rows.annotate(firm=F("enterprise__name")).select_related("hazard").order_by("due_at", "id")[:MOST_LOOK_BACKS])


def _campaigns(actor: Actor, *, at: datetime) -> list[Campaign]:
    if not actor.duties_as(OFFICIALS):
        return []
    rows = programmes.campaigns(actor=actor, today=calendar.local_day(at), region=None, state="running")
    return list(rows.order_by("to_on", "id")[:MOST_CAMPAIGNS])


def _cases(actor: Actor, *, at: datetime, horizon: datetime, most: int) -> tuple[list[Hazard], bool]:
    """Return the hazards that are this person's to do something about until `horizon`, and whether all."""
    rows = hazards.visible_to(actor).select_related("open_listing").annotate(firm=F("enterprise__name"))
    found: dict[UUID, Hazard] = {}
    complete = True
    for condition, column in _conditions(actor, at=at, horizon=horizon):
        part = list(rows.filter(condition).order_by(column, "id")[: most + 1])
        complete &= len(part) <= most
        found |= {row.id: row for row in part[:most]}
    ordered = sorted(found.values(), key=lambda row: (_since(row), row.id))
    return ordered[:most], complete and len(ordered) <= most


def _conditions(actor: Actor, *, at: datetime, horizon: datetime) -> list[tuple[Q, str]]:
    """Return what each of the person's parts has to do with, and the order in which it is most urgent."""
    found: list[tuple[Q, str]] = []
    if field := actor.duties_as([Role.GRID_WORKER, Role.INSPECTOR]):
        here, looked_at = accounts.within(field), Q(review_mode=ReviewMode.FULL) | Q(drawn_at__isnull=False)
        found.append((here & Q(status=Status.RECTIFYING, due_at__lte=horizon), "due_at"))
        # beside the status itself, its list: by it the database knows its partial index
        waits = Q(status__in=WAITING) & (Q(status=Status.REPORTED) | looked_at)
        found.append((here & waits, "received_at"))
    if above := actor.duties_as([Role.REGULATOR]):
        major = accounts.within(above) & Q(level=Level.MAJOR, status__in=OPEN)
        late = Q(status=Status.RECTIFYING, due_at__lte=at) | Q(open_listing__isnull=False)
        found.append((major & (late | Q(id__in=_asked())), "received_at"))
    if firms := [duty.enterprise_id for duty in actor.duties_as(FULL_READERS)]:
        ours = Q(status__in=[Status.RECTIFYING, Status.RETURNED])
        accepted = Q(status=Status.AWAITING_REINSPECTION, review_mode=ReviewMode.SAMPLED)
        found.append((Q(enterprise_id__in=firms) & (ours | accepted), "received_at"))
    if actor.has(*BOUND_TO_ENTERPRISE, *OFFICIALS):
        found.append((Q(reporter_person=actor.person, status=Status.RETURNED), "received_at"))
    return found


def _asked() -> Any:
    """Return the hazards whose extension nobody has decided."""
    return Hazard.objects.filter(extensions__outcome="").values("id")


def _since(hazard: Hazard) -> datetime:
    """Return the instant by which cases are ordered: the deadline, or since when somebody's move is awaited."""
    if hazard.status == Status.RECTIFYING and hazard.due_at:
        return hazard.due_at
    return (hazard.status == Status.AWAITING_REINSPECTION and hazard.submitted_at) or hazard.received_at
