from django.db import models

from accounts.models import Placed


class InspectionPlan(Placed):
    """年度监督检查计划: what a region's administrative inspections of a year are to cover. A change is a new version."""

    id = models.UUIDField(primary_key=True, editable=False)
    region = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    targets = models.JSONField()
    reason = models.CharField(max_length=2000, blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "version"], name="inspection_plan_version_once"),
        ]
