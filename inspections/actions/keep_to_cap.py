"""The cap on visits (行政检查年度上限) is kept to when an inspection is planned."""

from datetime import date, datetime

from enterprises import queries as enterprises
from enterprises.models import Enterprise
from inspections.errors import CapReached
from inspections.models import VisitYear
from inspections.policy import cap
from inspections.policy.visits import Mode, Type
from inspections.queries.anomalies import numbers
from inspections.queries.cap import counted


def keep_to_cap(enterprise: Enterprise, *, type_: Type, mode: Mode, planned_on: date, note: str, at: datetime) -> None:
    """Refuse an administrative inspection beyond the cap, inside the transaction that plans it. Raises: CapReached."""
    policy, year = numbers(at).document, planned_on.year
    capped = enterprises.consequences(at).document.of(enterprise.grade).capped
    if not cap.applies(type_, mode, capped=capped, note=note):
        return
    # two who plan the last visit at once stand in line here
    VisitYear.objects.get_or_create(enterprise_id=enterprise.id, year=year)
    VisitYear.objects.select_for_update().get(enterprise_id=enterprise.id, year=year)
    made = counted(year).filter(enterprise_id=enterprise.id).count()
    if made >= policy.administrative_per_year:
        raise CapReached(cap=policy.administrative_per_year, visits=made, year=year)
