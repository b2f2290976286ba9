"""Jobs of this room."""

from datetime import datetime
from uuid import UUID

from enterprises import notices, queries
from notifications.actions.publish import publish


def tell_of_claim(*, at: datetime, job_id: UUID, entry_id: str, **_: object) -> None:
    """Tell whom a ledger entry about a claim concerns."""
    entry, claim = queries.claim_entry(UUID(entry_id))
    publish(notices.of(entry, claim, at=at), at=at)
