from django.db import models
from django.db.models import F, Q

from accounts.models import Placed


class Campaign(Placed):
    """专项行动: enterprises of a kind that are inspected for one purpose within some weeks. Its state follows from the day."""

    id = models.UUIDField(primary_key=True, editable=False)
    region = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    from_on = models.DateField()
    to_on = models.DateField()
    filters = models.JSONField()
    percent = models.PositiveSmallIntegerField(default=100)
    note = models.CharField(max_length=2000, blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(from_on__lte=F("to_on")), name="campaign_runs_forward")]
        indexes = [models.Index(fields=["region", "from_on"], name="campaign_region")]
