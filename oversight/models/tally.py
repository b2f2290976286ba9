from django.db import models

from oversight.models.counted import Counted


class Tally(Counted):
    """A roll-up: the facts of one town, level and industry division, added up for a `month` and again for a `day`."""

    span = models.CharField(max_length=5, choices=[("month", "月"), ("day", "日")])
    start = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(span__in=["month", "day"]), name="tally_span_known"),
            models.UniqueConstraint(fields=["area", "span", "start", "level", "division"], name="tally_once"),
        ]
        indexes = [
            models.Index(fields=[level, "span", "start"], name=f"tally_{level}")
            for level in ("province", "city", "county", "town")
        ]
