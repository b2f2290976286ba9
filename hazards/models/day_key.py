from django.db import models


class DayKey(models.Model):
    """The secret key of one day's lots: its SHA-256 is published ahead, the key itself 30 days after its day."""

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    committed_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)
    demo = models.BooleanField(default=False)
