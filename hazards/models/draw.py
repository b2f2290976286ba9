from django.db import models
from django.db.models import Q

from hazards.models.hazard import Hazard

CAUSES = [
    ("lot", "抽签"),
    ("hand", "人工抽查"),
    ("photo", "照片存疑"),
    ("photo_lapsed", "照片逾期未送达"),
    ("unaccepted", "无人验收"),
]


class Draw(models.Model):
    """抽查: a lot that was cast for a sampled hazard, or another cause to draw it. A ledger subject of its own.

    `rate` is the rate in force when the lot was cast (0 to 1), `day` the civil day whose key it was cast with.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="draws")
    cause = models.CharField(max_length=12, choices=CAUSES)
    day = models.DateField()
    received_at = models.DateTimeField()
    rate = models.FloatField()
    drawn = models.BooleanField()
    at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=[c for c, _ in CAUSES]), name="draw_cause_known"),
            models.UniqueConstraint(fields=["hazard"], condition=Q(cause="lot"), name="draw_one_lot"),
        ]
        indexes = [models.Index(fields=["day", "id"], name="draw_by_day")]
