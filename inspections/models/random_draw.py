from django.db import models
from django.db.models import Q

from accounts.models import Placed
from accounts.policy.places import LEVELS


class RandomDraw(Placed):
    """双随机抽查: one draw of enterprises and inspectors by lot, committed to before it is revealed.

    `inputs` is the canonical JSON (RFC 8785) whose digest was published, `result` that of what came out, `published` the
    same with names; `people` are the accounts behind the inspectors' numbers. The database refuses to change what was
    committed to (migration draws_stay_as_committed); the seed stands in its column alone until it is revealed.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=15)
    count = models.PositiveIntegerField()
    per_enterprise = models.PositiveIntegerField()
    pool_size = models.PositiveIntegerField()
    inspectors_count = models.PositiveIntegerField()
    inputs = models.TextField()
    inputs_digest = models.CharField(max_length=64)
    people = models.JSONField(default=list)
    seed = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    committed_at = models.DateTimeField()
    committed_by = models.UUIDField()
    reveal_on = models.DateField()
    reveals_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)
    revealed_by = models.UUIDField(null=True)
    reveal_id = models.UUIDField(null=True, unique=True)
    result = models.TextField(blank=True)
    published = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revealed_at=None, result="") | Q(revealed_at__isnull=False) & ~Q(result=""),
                name="random_draw_revealed_has_result",
            ),
        ]
        indexes = [
            *[models.Index(fields=[level, "id"], name=f"random_draw_{level}") for level in LEVELS[:4]],
            models.Index(fields=["reveals_at"], name="random_draw_due", condition=Q(revealed_at=None)),
        ]
