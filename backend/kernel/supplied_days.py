"""Working days supplied as data (国务院办公厅通知) before the holiday library knows their year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from backend.kernel import calendar, ledger
from backend.kernel.ledger import Signer, Step
from backend.kernel.models import CalendarDay

SUBJECT = uuid5(NAMESPACE_URL, "bihuan:calendar")


@dataclass(frozen=True, slots=True)
class SuppliedDay:
    """A civil day of Asia/Shanghai and whether it is worked."""

    day: date
    working: bool


@transaction.atomic
def supply(days: Iterable[SuppliedDay], *, source: str, actor: Signer, at: datetime) -> int:
    """Keep working days (调休安排) with the notice they come from, note it in the ledger, and return how many."""
    rows = [CalendarDay(day=d.day, working=d.working, source=source) for d in days]
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["working", "source"],
    )  # fmt: skip
    facts = {"source": source, "days": {row.day.isoformat(): row.working for row in rows}}
    ledger.append(Step("calendar.supplied", "calendar", SUBJECT, actor, at, facts=facts))
    transaction.on_commit(calendar.forget)
    return len(rows)
