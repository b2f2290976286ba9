from django.db import models

from inspections.models.inspection import Inspection


class PlanReading(models.Model):
    """查阅记录: an official looked at the plan of an unannounced inspection before it began (guarantees.md T13).

    `reading_id` is the subject of the ledger entry that tells of all plans one answer showed.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="readings")
    reading_id = models.UUIDField()
    account_id = models.UUIDField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["inspection", "at"], name="plan_reading_of_inspection")]
