from django.db import models
from django.db.models import Q

from enterprises.models import Enterprise
from grading.policy.statement_text import LONGEST

STANDS = Q(replaced_at__isnull=True, withdrawn_at__isnull=True, hidden_at__isnull=True)


class Statement(models.Model):
    """企业声明: what an enterprise says beside its code. The newest stands, until it is withdrawn or hidden."""

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=LONGEST)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_name = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)
    replaced_at = models.DateTimeField(null=True)
    withdrawal_id = models.UUIDField(null=True, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    hiding_id = models.UUIDField(null=True, unique=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.UUIDField(null=True)
    hide_reason = models.CharField(max_length=2000, blank=True)
    hide_salt = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=STANDS, name="statement_one_stands"),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hide_reason="") | (Q(hidden_at__isnull=False) & ~Q(hide_reason="")),
                name="statement_hidden_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "-made_at", "-id"], name="statement_newest")]

    @property
    def status(self) -> str:
        """Return `shown`, `hidden`, `withdrawn` or `replaced`; what an official hid stays hidden whatever came after."""
        if self.hidden_at:
            return "hidden"
        if self.withdrawn_at:
            return "withdrawn"
        return "replaced" if self.replaced_at else "shown"
