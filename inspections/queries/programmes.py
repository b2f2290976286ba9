"""Finding yearly plans and campaigns, and how far they have come. To fetch is to authorise.

An official reads what is made for a region of his, and for the regions above that it lies in.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts import queries as accounts
from accounts.models import Region
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from enterprises.errors import UnknownRegion
from enterprises.models import Enterprise
from enterprises.policy.words import Status as FirmStatus
from inspections import errors
from inspections.models import Campaign, Inspection, InspectionPlan, VisitFinding
from inspections.policy.targets import Coverage, Filters, Target, due_of
from inspections.policy.visits import Type, VisitStatus

MAKING_LEVELS = frozenset({"county", "city", "province"})
NOT_OVER = (VisitStatus.PLANNED, VisitStatus.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come: its coverage, its inspections that are not over and that are, what they found."""

    coverage: Coverage
    planned: int
    finished: int
    findings: int

    def as_json(self) -> dict[str, Any]:
        """Return it as answers show it."""
        counts = {"planned": self.planned, "finished": self.finished, "findings": self.findings}
        return {**self.coverage.as_json(), **counts}


def node_of(code: str, *, actor: Actor) -> Region:
    """Return the region a regulator plans for. Raises: UnknownRegion, ProgrammeNotYours."""
    node = accounts.region(code)
    if node is None or node.level == "grid":
        raise UnknownRegion(errors=[{"field": "region", "code": "region.unknown", "message": "unknown"}])
    duties = [duty for duty in actor.duties_as([Role.REGULATOR]) if duty.level in MAKING_LEVELS]
    if not any(duty.covers(node.place) for duty in duties):
        raise errors.ProgrammeNotYours
    return node


def _reachable(actor: Actor, *more: Role) -> Q:
    duties = actor.duties_as([*OFFICIALS, *more])
    nodes = [node for duty in duties if (node := accounts.region(duty.region))]
    above = {code for node in nodes for code in node.place.columns().values() if code}
    return accounts.within(duties) | Q(region__in=sorted(above))


def _newer() -> Exists:
    return Exists(
        InspectionPlan.objects.filter(region=OuterRef("region"), year=OuterRef("year"), version__gt=OuterRef("version"))
    )


def _plans(actor: Actor) -> QuerySet[InspectionPlan]:
    return InspectionPlan.objects.filter(_reachable(actor)).annotate(superseded=_newer())


def plans(*, actor: Actor, region: str | None, year: int | None, superseded: bool) -> QuerySet[InspectionPlan]:
    """Return the plans of `GET /inspection-plans`; None means no filter."""
    simple = {"region": region, "year": year}
    rows = _plans(actor).filter(**{name: value for name, value in simple.items() if value is not None})
    return rows if superseded else rows.exclude(_newer())


def plan(plan_id: UUID, *, actor: Actor) -> InspectionPlan:
    """Return one plan that `actor` may read. Raises: NotFound."""
    found = _plans(actor).filter(id=plan_id).first()
    if found is None:
        raise NotFound
    return found


def is_superseded(row: InspectionPlan) -> bool:
    """Return whether a plan found here has a newer version."""
    return bool(row.__dict__["superseded"])


def campaigns(*, actor: Actor, today: date, region: str | None, state: str | None) -> QuerySet[Campaign]:
    """Return the campaigns of `GET /campaigns`; None means no filter."""
    rows = Campaign.objects.filter(_reachable(actor))
    if region is not None:
        rows = rows.filter(region=region)
    states = {"ahead": Q(from_on__gt=today), "over": Q(to_on__lt=today), "running": Q(from_on__lte=today, to_on__gte=today)}
    return rows.filter(states[state]) if state else rows


def campaign(campaign_id: UUID, *, actor: Actor) -> Campaign:
    """Return one campaign that `actor` may read. Raises: NotFound."""
    found = Campaign.objects.filter(_reachable(actor), id=campaign_id).first()
    if found is None:
        raise NotFound
    return found


def campaign_plain(campaign_id: UUID) -> Campaign:
    """Return one campaign for the system itself."""
    return Campaign.objects.get(id=campaign_id)


def chain_of_plan(plan_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a plan that `actor` may read, or may as an auditor. Raises: NotFound."""
    return _chain(InspectionPlan.objects.filter(_reachable(actor, Role.AUDITOR), id=plan_id))


def chain_of_campaign(campaign_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a campaign that `actor` may read, or may as an auditor. Raises: NotFound."""
    return _chain(Campaign.objects.filter(_reachable(actor, Role.AUDITOR), id=campaign_id))


def _chain(rows: QuerySet[InspectionPlan] | QuerySet[Campaign]) -> QuerySet[LedgerEntry]:
    found = rows.first()
    if found is None:
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=found.id)


def meant(filters: Filters, node: Region) -> QuerySet[Enterprise]:
    """Return the active enterprises at or below `node` that fit `filters`."""
    rows = Enterprise.objects.filter(accounts.at_node(node), status=FirmStatus.ACTIVE)
    lists = {"grade__in": filters.grades, "risk__in": filters.risks, "size_class__in": filters.size_classes}
    rows = rows.filter(**{name: values for name, values in lists.items() if values})
    if filters.industries:
        rows = rows.filter(_any(Q(industry__startswith=prefix) for prefix in filters.industries))
    if filters.features:
        # as text, because SQLite has no containment for JSON
        told = rows.annotate(told_features=Cast("risk_features", TextField()))
        rows = told.filter(_any(Q(told_features__contains=f'"{feature}"') for feature in filters.features))
    return rows


def _any(conditions: Any) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _covered(
    filters: Filters, percent: int, visits: int, *, node: Region, inspections: QuerySet[Inspection]
) -> Coverage:  # fmt: skip
    often = inspections.order_by().values("enterprise_id").annotate(n=Count("id")).filter(n__gte=visits)
    rows = meant(filters, node)
    found = rows.aggregate(all=Count("id"), done=Count("id", filter=Q(id__in=often.values("enterprise_id"))))
    return Coverage(found["all"], due_of(found["all"], percent), found["done"])


def _node_of(row: InspectionPlan | Campaign) -> Region:
    node = accounts.region(row.region)
    if node is None:
        raise NotFound
    return node


def coverage(row: InspectionPlan) -> list[Coverage]:
    """Return the coverage of each target of a plan: a visit counts in the year it was planned for, once it is over."""
    node, year = _node_of(row), (date(row.year, 1, 1), date(row.year, 12, 31))
    made = Inspection.objects.filter(
        accounts.at_node(node), type=Type.ADMINISTRATIVE_INSPECTION, status=VisitStatus.FINISHED, planned_on__range=year
    )
    targets = [Target.of_json(kept) for kept in row.targets]
    return [_covered(t.filters, t.percent, t.visits, node=node, inspections=made) for t in targets]


def progress(row: Campaign) -> Progress:
    """Return how far a campaign has come, counted from the inspections that name it."""
    its = Inspection.objects.filter(campaign_id=row.id)
    over = its.filter(status=VisitStatus.FINISHED)
    told = its.aggregate(
        planned=Count("id", filter=Q(status__in=NOT_OVER)), over=Count("id", filter=Q(status=VisitStatus.FINISHED))
    )
    found = VisitFinding.objects.filter(inspection__campaign_id=row.id).count()
    done = _covered(Filters.of_json(row.filters), row.percent, 1, node=_node_of(row), inspections=over)
    return Progress(done, told["planned"], told["over"], found)
