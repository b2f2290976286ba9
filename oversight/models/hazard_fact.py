from django.db import models

from hazards.models import Hazard
from oversight.models.counted import Counted


class HazardFact(Counted):
    """What one hazard adds to the closure rates, at the place and on the day where it is counted, which never move.

    `undecided_until`: when the calendar alone decides that the original deadline was not kept; indexed and swept.
    """

    hazard = models.OneToOneField(Hazard, primary_key=True, on_delete=models.PROTECT, related_name="+")
    counted_on = models.DateField()
    month = models.DateField()
    undecided_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["town", "counted_on"], name="fact_town"),
            models.Index(fields=["grid", "counted_on"], name="fact_grid"),
            models.Index(fields=["undecided_until"], name="fact_undecided", condition=models.Q(undecided_until__isnull=False)),
        ]
