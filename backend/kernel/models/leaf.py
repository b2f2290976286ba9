from django.db import models


class LedgerLeaf(models.Model):
    """The place of one ledger entry in the order of all: `seq` counts from 1 without a gap and is never given twice.

    `hash` is SHA-256(0x00 || the entry's body), the leaf of the tree (guarantees A.12). The database refuses to change or
    delete a leaf.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    hash = models.CharField(max_length=64)


class PendingLeaf(models.Model):
    """An entry that has no place in the order yet. A trigger on the ledger writes it; only the sequencer takes it away."""

    id = models.BigAutoField(primary_key=True)
    entry_id = models.UUIDField()
