from django.db import models

from hazards.models import Hazard
from inspections.models.inspection import Inspection


class VisitFinding(models.Model):
    """A hazard that was found on an inspection, and at which item of its checklists ("" for none)."""

    hazard = models.OneToOneField(Hazard, on_delete=models.PROTECT, primary_key=True, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    checklist_item = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
