from django.db import models
from django.db.models import Q

from inspections.models.inspection import Inspection
from inspections.policy.visits import Verb


class VisitAct(models.Model):
    """One act of an inspection, in the words of whoever took it; the erasable row behind a ledger entry's commitment.

    `latitude` and `longitude` are WGS-84 degrees of where the phone said it was, `claimed_at` when it said that was.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="acts")
    verb = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Verb])
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=60)
    person = models.UUIDField()
    role = models.CharField(max_length=12)
    duty_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=2000, blank=True)
    location = models.JSONField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    said = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    photo_ids = models.JSONField(default=list)
    salt = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(verb__in=list(Verb)), name="visit_act_verb_known")]
        indexes = [
            models.Index(fields=["inspection", "at"], name="visit_act_of_inspection"),
            models.Index(fields=["person", "at"], name="visit_act_of_person"),
        ]
