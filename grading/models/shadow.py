from django.db import models
from django.db.models import Count, F, Q

from accounts.models import Placed
from backend.kernel.models import PolicyVersion
from enterprises.models import Enterprise
from grading.models.simulation import COLOURS


class Shadow(Placed):
    """并行试算: a version of the rule, mostly a draft, that is worked out every night beside the live one. Touches nobody.

    A pass looks at every enterprise of the region as of `pass_at`, in the order of their ids: `after` is the last one that is
    done. `looked_at` is that of the last whole pass.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=15)
    began_at = models.DateTimeField()
    began_by = models.UUIDField()
    until = models.DateTimeField()
    pass_at = models.DateTimeField()
    after = models.UUIDField(null=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_id = models.UUIDField(null=True, unique=True)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("began_at")), name="shadow_ends_after_it_begins"),
            models.UniqueConstraint(fields=["policy", "region"], condition=Q(ended_at=None), name="shadow_once_a_region"),
        ]
        indexes = [models.Index(fields=["policy", "began_at", "id"], name="shadow_policy")]

    def counted(self) -> dict[str, dict[str, int]]:
        """Return how many enterprises of which published colour have which under the draft, every colour in it."""
        rows = ShadowGrade.objects.filter(shadow=self).values_list("live", "draft").annotate(n=Count("id"))
        found = {(live, draft): n for live, draft, n in rows}
        return {live: {draft: found.get((live, draft), 0) for draft in COLOURS} for live in COLOURS}


class ShadowGrade(models.Model):
    """How an enterprise stands under the rule of a shadow run as of `at`, beside what was published; `why` if they differ."""

    id = models.BigAutoField(primary_key=True)
    shadow = models.ForeignKey(Shadow, on_delete=models.PROTECT, related_name="+", db_index=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    live = models.CharField(max_length=8)
    draft = models.CharField(max_length=8)
    live_score = models.FloatField(null=True)
    draft_score = models.FloatField(null=True)
    stepped = models.CharField(max_length=8)
    improved_at = models.DateTimeField(null=True)
    worsened_at = models.DateTimeField(null=True)
    why = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shadow", "enterprise"], name="shadow_grade_once"),
            models.CheckConstraint(
                condition=Q(live__in=COLOURS, draft__in=COLOURS, stepped__in=COLOURS), name="shadow_grade_colours_known"
            ),
        ]
        indexes = [models.Index(fields=["shadow", "live", "draft"], name="shadow_grade_matrix")]

    @property
    def reproduced(self) -> None:
        """Return None: a shadow run looks at the present, and nothing has to be put together again."""
