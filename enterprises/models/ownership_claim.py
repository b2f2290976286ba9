from django.db import models
from django.db.models import Q

from accounts.models import Person
from enterprises.models.enterprise import Enterprise


class ClaimState(models.TextChoices):
    """Where a claim (认领) stands."""

    PENDING = "pending", "待审核"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "已驳回"


class OwnershipClaim(models.Model):
    """Somebody says that an enterprise is his, and an official says whether. `note` is erasable; the ledger commits to it."""

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="claims")
    claimant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.PENDING)
    made_at = models.DateTimeField()
    decision_id = models.UUIDField(null=True, unique=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="ownership_claim_state_known"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None) | ~Q(state="pending") & Q(decided_at__isnull=False),
                name="ownership_claim_decided_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(decided_by=models.F("claimant")), name="ownership_claim_not_by_claimant"),
            models.UniqueConstraint(
                fields=["enterprise", "claimant"], condition=Q(state="pending"), name="ownership_claim_one_pending"
            ),
        ]
