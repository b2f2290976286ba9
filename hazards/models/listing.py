from django.db import models
from django.db.models import Q

from hazards.models.hazard import Hazard

AUTHORITIES = [("county", "县级"), ("city", "市级"), ("province", "省级")]


class Listing(models.Model):
    """挂牌督办: a major hazard under the public eye of a higher authority, or the proposal of it. Its id is the act's id."""

    id = models.UUIDField(primary_key=True, editable=False)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="listings")
    authority = models.CharField(max_length=8, blank=True, choices=AUTHORITIES)
    document_no = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True)
    proposed_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(null=True)
    listed_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)
    acceptance = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(listed_at__isnull=False, lifted_at__isnull=True), name="listing_one_in_force"
            ),
            models.CheckConstraint(condition=Q(authority__in=["", "county", "city", "province"]), name="listing_authority_known"),
            models.CheckConstraint(
                condition=Q(listed_at=None) | (~Q(authority="") & ~Q(document_no="") & Q(due_on__isnull=False)),
                name="listing_order_is_whole",
            ),
        ]
