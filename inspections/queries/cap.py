"""How often enterprises are inspected in a year (行政检查年度次数), as the cap on visits counts."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts import queries as accounts
from accounts.models import Region
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from inspections.models import Inspection
from inspections.policy.visits import Mode, Type, VisitStatus
from inspections.queries.anomalies import numbers


def counted(year: int) -> QuerySet[Inspection]:
    """Return the administrative inspections that count in `year`: planned or made, of those of the draw too, no look-backs."""
    rows = Inspection.objects.filter(
        type=Type.ADMINISTRATIVE_INSPECTION, planned_on__range=(date(year, 1, 1), date(year, 12, 31))
    )
    return rows.exclude(status=VisitStatus.CANCELLED).exclude(mode=Mode.LOOK_BACK).order_by()


def without_capped(firms: list[Enterprise], *, region: Region, year: int, at: datetime) -> list[Enterprise]:
    """Return those of `firms`, all in `region`, whose visits of the year are not used up, or who are not capped at all."""
    policy = numbers(at).document
    often = counted(year).filter(accounts.at_node(region)).values("enterprise_id").annotate(n=Count("id"))
    full: set[UUID] = set(often.filter(n__gte=policy.administrative_per_year).values_list("enterprise_id", flat=True))
    table = enterprises.consequences(at).document
    return [firm for firm in firms if firm.id not in full or not table.of(firm.grade).capped]
