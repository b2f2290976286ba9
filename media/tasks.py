"""What happens to photos after they were received, and the periodic work about them."""

from datetime import datetime
from uuid import UUID

from backend.kernel import clock, jobs, ledger
from media.actions import lapse, sweep
from media.actions.render import render
from media.actions.settle import settle as decide


@jobs.external
def settle(*, at: datetime, job_id: UUID, entry_id: str, **_: object) -> None:
    """Decode the photo of a `photo.received` entry, then say ready or refused. Safe to run twice."""
    photo_id = ledger.subject_of(UUID(entry_id))
    if decoded := render(photo_id=photo_id):
        decide(photo_id=photo_id, decoded=decoded, at=clock.now())


@jobs.external
def lapse_slots(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Let slots lapse that stayed empty; in transactions of its own, a batch each."""
    lapse.lapse_due(at=at)


@jobs.external
def clear_spool(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Remove temp files of uploads that never ended."""
    sweep.clear_spool(at=at)


@jobs.external
def clear_orphans(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Remove stored bytes that no photo stands for."""
    sweep.clear_orphans(at=at)
