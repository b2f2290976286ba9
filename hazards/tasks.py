"""What runs for the loop by itself: the sweep of time, and what follows from others' ledger entries."""

from datetime import datetime
from uuid import UUID

from backend.kernel import jobs, ledger
from backend.kernel.models import LedgerEntry
from hazards import notices
from hazards.actions import cool, day_keys, escalate, follow, suspect
from notifications.actions import publish


@jobs.external
def sweep(*, at: datetime, **_: object) -> None:
    """Move what time has brought: escalation rungs and closures by the clock."""
    escalate.sweep(at=at)


def keep_day_keys(*, at: datetime, **_: object) -> None:
    """Keep the coming days' keys committed, and reveal those that are due."""
    day_keys.commit_ahead(at=at)
    day_keys.reveal_due(at=at)


def tell(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell people of a ledger entry, in one transaction with this job's end: once each, whatever dies in between."""
    publish.publish(notices.of(LedgerEntry.objects.get(id=entry_id), at=at), at=at)


def photo_settled(*, at: datetime, entry_id: str, **_: object) -> None:
    """Look again at the hazards that use a photo that was checked or refused."""
    for subject in ledger.read(LedgerEntry.objects.get(id=entry_id))["facts"].get("subjects", []):
        cool.follow_photo(UUID(subject), at=at)


def photo_judged(*, at: datetime, entry_id: str, **_: object) -> None:
    """Weigh what was found about a photo against the hazards that use it."""
    for subject in sorted(ledger.read(LedgerEntry.objects.get(id=entry_id))["facts"].get("subjects", [])):
        suspect.photo_judged(UUID(subject), at=at)


def photo_lapsed(*, at: datetime, entry_id: str, **_: object) -> None:
    """Draw the hazard whose named photo never came."""
    follow.photo_lapsed(UUID(ledger.read(LedgerEntry.objects.get(id=entry_id))["facts"]["subject"]), at=at)


def enterprise_moved(*, at: datetime, entry_id: str, **_: object) -> None:
    """Take an enterprise's open hazards along."""
    entry = LedgerEntry.objects.get(id=entry_id)
    if entry.enterprise_id is not None:
        follow.enterprise_moved(entry.enterprise_id, at=at)
