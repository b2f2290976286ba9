"""What runs by itself where hazards are looked for: documents, the timetable of self-inspection, what ledger entries bring."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from backend.kernel import jobs, ledger
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import Unavailable
from inspections import notices, notices_of_visits
from inspections.actions import draw, follow, look_back_keys, miss, print_, remote, schedule, sweep
from inspections.actions import look_backs as looking_back
from inspections.actions import plan_drawn as planning
from inspections.errors import NotPrintable
from inspections.queries import draws, look_backs
from notifications.actions import publish

AWAY = timedelta(seconds=15)
log = logging.getLogger("bihuan.inspections")


@jobs.external
def print_document(*, at: datetime, entry_id: str, **_: object) -> None:
    """Print a document that was issued; where nothing can be printed it is made when somebody asks elsewhere."""
    try:
        print_.print_issued(ledger.subject_of(UUID(entry_id)), at=at)
    except NotPrintable:
        log.warning("a document was not printed: Pango is missing", extra={"entry": entry_id})
    except Unavailable as error:
        raise jobs.Later(at + AWAY) from error


@jobs.external
def clear_orphans(*, at: datetime, **_: object) -> None:
    """Remove PDFs that belong to no document."""
    try:
        sweep.clear_orphans(at=at)
    except Unavailable as error:
        raise jobs.Later(at + AWAY) from error


def tell_of_document(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell the enterprise of a document that was issued to it."""
    publish.publish(notices.of_document(LedgerEntry.objects.get(id=entry_id), at=at), at=at)


@jobs.external
def reveal_draws(*, at: datetime, **_: object) -> None:
    """Reveal the random draws whose hour has come."""
    draw.reveal_due(at=at)


def plan_drawn(*, at: datetime, entry_id: str, **_: object) -> None:
    """Plan the inspections that were drawn."""
    planning.plan_drawn(ledger.subject_of(UUID(entry_id)), start=0, at=at)


def plan_rest_of_draw(*, at: datetime, draw_id: str, start: int, **_: object) -> None:
    """Go on with the next batch."""
    planning.plan_drawn(UUID(draw_id), start=start, at=at)


def tell_of_draw(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell the inspectors who were drawn, and whoever drew of what could not be planned."""
    entry = LedgerEntry.objects.get(id=entry_id)
    publish.publish(notices.of_draw(entry, draws.get_plain(entry.subject_id)), at=at)


def keep_look_back_keys(*, at: datetime, **_: object) -> None:
    """Keep the coming days' keys of look-backs committed, and reveal those whose windows are over."""
    look_back_keys.commit_ahead(at=at)
    look_back_keys.reveal_due(at=at)


def cast_look_back(*, at: datetime, entry_id: str, **_: object) -> None:
    """Cast the lot of a closure."""
    looking_back.cast(UUID(entry_id), at=at)


def note_look_back(*, at: datetime, entry_id: str, **_: object) -> None:
    """Let a look-back end the task that asked for it."""
    looking_back.made(UUID(entry_id), at=at)


@jobs.external
def sweep_look_backs(*, at: datetime, **_: object) -> None:
    """Move what time has brought: windows that open and close."""
    looking_back.sweep(at=at)


def tell_of_look_back(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell officials of a look-back task."""
    entry = LedgerEntry.objects.get(id=entry_id)
    publish.publish(notices.of_look_back(entry, look_backs.task(entry.subject_id), at=at), at=at)


@jobs.external
def plan_self_inspections(*, at: datetime, **_: object) -> None:
    """Make the occurrences that are to be made ahead, for the enterprises whose plan says so."""
    schedule.sweep(at=at)


@jobs.external
def miss_self_inspections(*, at: datetime, **_: object) -> None:
    """Record those that nobody handed in, and climb their escalation."""
    miss.sweep(at=at)


def look_at_enterprise(*, at: datetime, entry_id: str, **_: object) -> None:
    """Have an enterprise planned anew that is new, or was graded, changed or moved."""
    entry = LedgerEntry.objects.get(id=entry_id)
    if entry.enterprise_id is None:
        return
    schedule.look(entry.enterprise_id, at=at)
    if entry.kind == "enterprise.moved":
        schedule.follow_move(entry.enterprise_id, at=at)
        follow.enterprise_moved(entry.enterprise_id, at=at)


def tell_of_self_inspection(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell people of a missed self-inspection, in one transaction with this job's end."""
    publish.publish(notices.of_self_inspection(LedgerEntry.objects.get(id=entry_id), at=at), at=at)


def tell_of_visit(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell people of a ledger entry, in one transaction with this job's end."""
    publish.publish(notices_of_visits.of(LedgerEntry.objects.get(id=entry_id), at=at), at=at)


@jobs.external
def expire_remote_checks(*, at: datetime, **_: object) -> None:
    """Write down the remote checks that nobody answered in time."""
    remote.sweep(at=at)
