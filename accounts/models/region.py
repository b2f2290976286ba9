from django.db import models

from accounts.models.placed import Placed
from accounts.policy.places import LABELS


class Region(Placed):
    """A node of the region tree (行政区划) or a grid (网格): its level is this row's, never guessed from its digits."""

    code = models.CharField(primary_key=True, max_length=15)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=list(LABELS.items()))
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=20, blank=True)
    abbreviation = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__in=list(LABELS)), name="region_level_known")]
