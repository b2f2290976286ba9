"""How far the demo world has come."""

from django.db import models
from django.db.models import Q


class World(models.Model):
    """The one demo world of a database. `loaded_at`: cast and enterprises are there; `told_at`: its history is too."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    began_at = models.DateTimeField()
    enterprises = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_one_world")]
