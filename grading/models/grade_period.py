from django.db import models
from django.db.models import Q

from enterprises.models import Enterprise
from enterprises.policy.words import GRADE_LABELS, Grade


class GradePeriod(models.Model):
    """等级历史: one stretch of time in which the published grade, score and vetoes stayed the same, with all its reasons.

    Append-only: a row is closed once (`valid_to`) and perhaps superseded once (`superseded_at`, when an appeal was granted);
    the database refuses any other change. As known at T: recorded_at <= T < superseded_at, and an end after T is not yet one.
    `facts` are the facts as of its beginning, `standing` the stepped track after it: enough to work it out again.
    """

    id = models.BigAutoField(primary_key=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    grade = models.CharField(max_length=8, choices=[(g.value, label) for g, label in GRADE_LABELS.items()])
    score = models.FloatField(null=True)
    cause = models.CharField(max_length=48)
    policy_version = models.PositiveIntegerField()
    rows = models.JSONField()
    vetoes = models.JSONField()
    facts = models.JSONField()
    standing = models.JSONField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=[g.value for g in Grade]), name="grade_period_grade_known"),
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(valid_to=None, superseded_at=None), name="grade_period_one_open"
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "valid_from", "id"], name="grade_period_enterprise")]
