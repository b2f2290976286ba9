from django.db import models

from enterprises.models import Enterprise
from hazards.models import Hazard


class Weight(models.Model):
    """A hazard that may weigh on its enterprise's grade: open, or with a lapse or a recurrence still in the window.

    So that a grade is made of a handful of rows and never of a scan of history. `lapses` are visits that failed, as
    `[entry id, kind, instant]`, each ledger entry once.
    """

    hazard = models.OneToOneField(Hazard, primary_key=True, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    lapses = models.JSONField(default=list)
