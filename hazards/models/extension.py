from django.db import models
from django.db.models import Q

from hazards.models.hazard import Hazard


class Extension(models.Model):
    """延期: a later deadline, asked for with a reason and decided by an official. Its id is the asking act's id."""

    id = models.UUIDField(primary_key=True, editable=False)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="extensions")
    due_on = models.DateField()
    reason = models.CharField(max_length=2000)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    outcome = models.CharField(max_length=8, blank=True, choices=[("grant", "同意"), ("refuse", "不同意")])
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["", "grant", "refuse"]), name="extension_outcome_known"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")), name="extension_other_hand"
            ),
            models.UniqueConstraint(fields=["hazard"], condition=Q(outcome=""), name="extension_one_open"),
        ]
