"""Filling the feed of a ledger that had its order before the feed was there, or before it told of all kinds (补登)."""

from uuid import UUID

from django.db import transaction

from backend.kernel import sequencer
from backend.kernel.models import LedgerEntry, LedgerLeaf
from inspections.models import SelfInspection
from sync.actions import note
from sync.models import Change
from sync.policy.feed import Kind
from sync.queries.scopes import HOMES

BATCH = 500
# told of from the beginning; of the others the feed may still know nothing
FIRST_KINDS = frozenset({Kind.ENTERPRISE, Kind.HAZARD, Kind.PHOTO})


@transaction.atomic
def fill() -> int:
    """Note what every entry with a leaf changed, if that was not done yet; return how many leaves were gone through.

    0 also while a sequencer is at work: then the next start does it. What is there is thrown away: phones are told by the
    format of their cursors to begin anew.
    """
    if not sequencer.alone() or (Change.objects.exists() and not _lacks_a_kind()):
        return 0
    Change.objects.all().delete()
    seq = 0
    while leaves := list(LedgerLeaf.objects.filter(seq__gt=seq).order_by("seq")[:BATCH]):
        entries = LedgerEntry.objects.in_bulk([leaf.entry_id for leaf in leaves])
        note.note([(leaf.seq, entries[leaf.entry_id]) for leaf in leaves])
        seq = leaves[-1].seq
    _untold(seq)
    return seq


def _lacks_a_kind() -> bool:
    """Return whether there are objects of a kind of which the feed knows none."""
    models = [(kind, model) for kind, (model, _, _) in HOMES.items() if kind not in FIRST_KINDS]
    return any(model.objects.exists() and not Change.objects.filter(kind=kind).exists() for kind, model in models)


def _untold(seq: int) -> None:
    """Note the occurrences of self-inspection that were made before the ledger told of any; they begin at entry `seq`."""
    last = UUID(int=0)
    untold = SelfInspection.objects.filter(version=0).order_by("id").values_list("id", flat=True)
    while seq and (found := list(untold.filter(id__gt=last)[:BATCH])):
        note.note_objects([(Kind.SELF_INSPECTION, id) for id in found], seq=seq)
        last = found[-1]
