from django.db import models
from django.db.models import F, Q

from enterprises.models import Enterprise
from enterprises.policy.words import GRADE_LABELS, Grade

COLOURS = [grade.value for grade in Grade if grade != Grade.GREY]


class Override(models.Model):
    """人工调整: the county sets an enterprise's grade from `at` until before `until`, or until it is ended before.

    A veto holds all the same. `reason` and `legal_review` (合法性审核, for red) are shown to the enterprise; they are committed
    to in the ledger under `salt`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    grade = models.CharField(max_length=8, choices=[(c, GRADE_LABELS[Grade(c)]) for c in COLOURS])
    reason = models.CharField(max_length=2000)
    legal_review = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField()
    made_by = models.UUIDField()
    made_person = models.UUIDField()
    made_name = models.CharField(max_length=60)
    duty_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_id = models.UUIDField(null=True, unique=True)
    end_reason = models.CharField(max_length=2000, blank=True)
    end_salt = models.CharField(max_length=32, blank=True)
    salt = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=COLOURS), name="override_grade_known"),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="override_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(grade="red") | ~Q(legal_review=""), name="override_red_was_reviewed"),
        ]
        indexes = [models.Index(fields=["enterprise", "at", "id"], name="override_enterprise")]
