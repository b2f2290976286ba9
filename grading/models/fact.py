from django.db import models
from django.db.models import F, Q

from enterprises.models import Enterprise
from grading.policy.fact_kinds import STORED


class Origin(models.TextChoices):
    """Where a fact comes from."""

    OFFICIAL = "official", "监管人员登记"
    IMPORT = "import", "批量导入"
    ENTERPRISE = "enterprise", "企业档案"
    ROOM = "room", "系统其他部分"


class Fact(models.Model):
    """档案事实: something about an enterprise that no room of the house produces yet, with its days and where it comes from.

    It holds from `valid_from` until before `valid_to` (null: until ended). A voided one never counted. `value` has the shape
    of its kind (policy/fact_kinds.py); `salt` and `reason` belong to the ledger's commitment and are erasable.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=32, choices=[(name, kind.label) for name, kind in STORED.items()])
    value = models.JSONField(default=dict)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=2000, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    version = models.PositiveIntegerField(default=1)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(STORED)), name="fact_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="fact_origin_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="fact_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "recorded_at", "id"], name="fact_enterprise")]
