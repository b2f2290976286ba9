from django.db import models


class Claim(models.Model):
    """An id that stands for one content for ever, with the receipt that was given for it."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    receipt = models.JSONField()
    subject_id = models.UUIDField()
    created_at = models.DateTimeField()


class KeyClaim(models.Model):
    """An `Idempotency-Key` of one person, naming the id the server made for it; kept 90 days."""

    key = models.CharField(max_length=96, primary_key=True)
    claim_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
