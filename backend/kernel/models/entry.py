from django.db import models


class LedgerEntry(models.Model):
    """One step of one subject, chained by hash to the step before it. The database refuses to change or delete it.

    `body` is the canonical JSON (RFC 8785) whose SHA-256 is `hash`; the other columns repeat members of it as indexes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject_id = models.UUIDField()
    subject_kind = models.CharField(max_length=24)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=48)
    actor_id = models.UUIDField(null=True)
    enterprise_id = models.UUIDField(null=True)
    place = models.CharField(max_length=15, blank=True)
    at = models.DateTimeField()
    body = models.TextField()
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "seq"], name="ledger_one_entry_per_step")]
        indexes = [models.Index(fields=["enterprise_id", "at"], name="ledger_enterprise_at")]
