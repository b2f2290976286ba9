"""Filling the feed of a ledger that had its order before the feed was there (补登)."""

from django.db import transaction

from backend.kernel import sequencer
from backend.kernel.models import LedgerEntry, LedgerLeaf
from sync.actions import note
from sync.models import Change

BATCH = 500


@transaction.atomic
def fill() -> int:
    """Note what every entry with a leaf changed, if nothing was noted yet; return how many leaves were gone through.

    0 also while a sequencer is at work: then the next start does it.
    """
    if not sequencer.alone() or Change.objects.exists():
        return 0
    seq = 0
    while leaves := list(LedgerLeaf.objects.filter(seq__gt=seq).order_by("seq")[:BATCH]):
        entries = LedgerEntry.objects.in_bulk([leaf.entry_id for leaf in leaves])
        note.note([(leaf.seq, entries[leaf.entry_id]) for leaf in leaves])
        seq = leaves[-1].seq
    return seq
