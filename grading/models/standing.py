from django.db import models
from django.db.models import Q

from enterprises.models import Enterprise
from enterprises.policy.words import GRADE_LABELS, Grade


class Standing(models.Model):
    """How an enterprise stands with grading: the facts that weigh now, the stepped track, and the reasons of its grade.

    `facts` (policy/plain.py) is kept up entry by entry, so that a grade is worked out of one row and never of a history; null
    means that they are read from where they come from at the next look, as they are when `policy_version` is not the one in
    force. The grade and score are on the enterprise. `next_at`, when the calendar changes anything next, is indexed and swept.
    """

    enterprise = models.OneToOneField(Enterprise, primary_key=True, on_delete=models.PROTECT, related_name="+")
    stepped = models.CharField(max_length=8, choices=[(g.value, label) for g, label in GRADE_LABELS.items()], default="grey")
    improved_at = models.DateTimeField(null=True)
    worsened_at = models.DateTimeField(null=True)
    facts = models.JSONField(null=True)
    rows = models.JSONField(default=list)
    vetoes = models.JSONField(default=list)
    policy_version = models.PositiveIntegerField(null=True)
    graded_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stepped__in=[g.value for g in Grade]), name="standing_stepped_known")]
        indexes = [models.Index(fields=["next_at"], name="standing_next", condition=Q(next_at__isnull=False))]
