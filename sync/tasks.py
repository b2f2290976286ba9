"""What runs for the phones by itself: held acts are judged when what they waited for comes, and lapse when it never does."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from backend.kernel import jobs, ledger
from backend.kernel.models import LedgerEntry
from backend.kernel.sequencer import Sequenced
from notifications.actions import publish
from sync import notices, queries
from sync.actions import judge, note
from sync.models import KeptAct

log = logging.getLogger("bihuan.sync")
RELOOK = timedelta(days=1)


@jobs.external
def arrived(*, at: datetime, entry_id: str, **_: object) -> None:
    """Judge the acts that waited for what a ledger entry tells of; each in a transaction of its own, safe to run twice."""
    entry = LedgerEntry.objects.get(id=entry_id)
    told = ledger.read(entry)
    facts = told["facts"]
    named = [told["act_id"], facts.get("photo_id"), facts.get("subject"), *facts.get("subjects", [])]
    for act_id in queries.waiting_for({entry.subject_id, *(UUID(text) for text in named if text)}):
        judge.by_itself(act_id, at=at)


@jobs.external
def look_again(*, at: datetime, act_id: str, **_: object) -> None:
    """Judge an act once more after it was held: what it waits for may have come while that was being written."""
    judge.by_itself(UUID(act_id), at=at)


@jobs.external
def sweep(*, at: datetime, **_: object) -> None:
    """Let acts lapse that waited too long; look once a day at the others, whose sender's duties may have changed."""
    for act_id in queries.lapsed(at):
        judge.lapse(act_id, at=at)
    for act_id in queries.held_since(at - RELOOK):
        try:
            judge.by_itself(act_id, at=at)
        except judge.NotYet as why:
            log.warning("a held act could not be judged: %s", why, extra={"act": str(act_id)})


def tell(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell its sender what became of a kept act."""
    entry = LedgerEntry.objects.get(id=entry_id)
    row = KeptAct.objects.get(id=ledger.read(entry)["act_id"])
    publish.publish(notices.of(entry, row), at=at)


def note_changes(order: Sequenced) -> None:
    """Write down what these entries changed, in the transaction that gives them their place."""
    note.note(order)
