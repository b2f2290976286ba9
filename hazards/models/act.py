from django.db import models
from django.db.models import Q

from hazards.models.hazard import Hazard
from hazards.policy.words import Verb


class Act(models.Model):
    """One act on a hazard, in the words of whoever took it; the erasable row behind a ledger entry's commitment.

    `said` holds the act's own fields and `salt` what its commitment was salted with. `person` is the natural person:
    triggers on this table refuse acts that break the separation of duties (lifecycle.md §2).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=20)
    verb = models.CharField(max_length=20, choices=[(v.value, v.value) for v in Verb])
    round = models.PositiveIntegerField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    person = models.UUIDField(null=True)
    role = models.CharField(max_length=12)
    duty_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=2000, blank=True)
    location = models.JSONField(null=True)
    said = models.JSONField(default=dict)
    photo_ids = models.JSONField(default=list)
    salt = models.CharField(max_length=32)
    subject_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(verb__in=list(Verb)), name="act_verb_known")]
        indexes = [
            models.Index(fields=["hazard", "at"], name="act_hazard_at"),
            # who closes too many an hour
            models.Index(fields=["at"], name="act_closing", condition=Q(verb__in=["pass", "countersign"])),
        ]
