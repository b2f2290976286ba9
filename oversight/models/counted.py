from django.db import models

from accounts.models import Placed
from oversight.policy.figures import NAMES, Figures


class Counted(Placed):
    """What facts of one hazard and tallies of many share: where, of which level and industry, and the figures.

    `area` is the code of the town, or of the smallest region above it where a place has none.
    """

    area = models.CharField(max_length=9)
    level = models.CharField(max_length=8)
    division = models.CharField(max_length=3, blank=True)
    found = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    verified = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def figures(self) -> Figures:
        """Return the figures as one value."""
        return Figures(*(getattr(self, name) for name in NAMES))
