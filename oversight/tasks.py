"""What keeps the closure rates: ledger entries of hazards, the calendar, and a nightly look at the sums."""

from datetime import datetime
from uuid import UUID

from backend.kernel import jobs
from oversight.actions import count as counting
from oversight.actions import rebuild as rebuilding
from oversight.queries import facts


def count(*, at: datetime, entry_id: str, **_: object) -> None:
    """Count the hazard that an entry speaks of."""
    counting.count(facts.entry(UUID(entry_id)).subject_id, at=at)


@jobs.external
def sweep(*, at: datetime, **_: object) -> None:
    """Count what the calendar has decided."""
    counting.sweep(at=at)


@jobs.external
def audit(**_: object) -> None:
    """See that the roll-ups are the sums of their facts."""
    rebuilding.mend_tallies()
