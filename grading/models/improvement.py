from django.db import models

from enterprises.models import Enterprise


class Improvement(models.Model):
    """县级降档决定: the county lets an enterprise leave a colour that only the county opens; the next step uses it up."""

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=2000)
    at = models.DateTimeField()
    made_by = models.UUIDField()
    made_person = models.UUIDField()
    made_name = models.CharField(max_length=60)
    duty_id = models.UUIDField(null=True)
    salt = models.CharField(max_length=32)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["enterprise", "at", "id"], name="improvement_enterprise")]
