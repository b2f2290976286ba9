from django.db import models

from accounts.policy.places import Place


class Placed(models.Model):
    """A row with a place carries every ancestor, so that scope and lists at any node are one index range."""

    province = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=4, blank=True)
    county = models.CharField(max_length=6, blank=True)
    town = models.CharField(max_length=9, blank=True)
    village = models.CharField(max_length=12, blank=True)
    grid = models.CharField(max_length=15, blank=True)

    class Meta:
        abstract = True

    @property
    def place(self) -> Place:
        """Return the six columns as one value."""
        return Place(self.province, self.city, self.county, self.town, self.village, self.grid)
