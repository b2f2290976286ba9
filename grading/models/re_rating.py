from django.db import models
from django.db.models import Q

from enterprises.models import Enterprise

ENDS = [("met", "已核查"), ("refused", "未受理"), ("lapsed", "已失效")]
OPEN = Q(ended_at__isnull=True)


class ReRating(models.Model):
    """复评申请(信用修复): after repair the owner asks an official to come and look, so that the grade can improve.

    It ends by itself: `met` once somebody has looked, `lapsed` when nothing waits for a look any more; an official may refuse.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    grade = models.CharField(max_length=6)
    note = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_name = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)
    next_step_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=7, blank=True, choices=ENDS)
    refusal_id = models.UUIDField(null=True, unique=True)
    refused_by = models.UUIDField(null=True)
    refuse_reason = models.CharField(max_length=2000, blank=True)
    refuse_salt = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=OPEN, name="re_rating_one_open"),
            models.CheckConstraint(condition=Q(end__in=["", *dict(ENDS)]), name="re_rating_end_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")), name="re_rating_ended"
            ),
            models.CheckConstraint(condition=~Q(end="refused") | ~Q(refuse_reason=""), name="re_rating_refused_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-made_at"], name="re_rating_newest"),
            models.Index(fields=["made_at", "id"], name="re_rating_open", condition=OPEN),
            models.Index(fields=["next_step_at"], name="re_rating_next_step", condition=Q(next_step_at__isnull=False)),
        ]
