from django.db import models

from enterprises.models import Enterprise


class VisitYear(models.Model):
    """A year of an enterprise's administrative inspections: the row for which two who plan at once stand in line."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise", "year"], name="visit_year_once")]
