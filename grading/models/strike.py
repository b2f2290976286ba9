from django.db import models

from enterprises.models import Enterprise


class Strike(models.Model):
    """What a granted appeal (申诉) struck: `evidence` no longer counts for `factor`, or anywhere if that is "".

    `factor` is a factor of the rule or the condition of a veto; `appeal` is the id of the appeal, null for a voided fact.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    factor = models.CharField(max_length=32, blank=True)
    evidence = models.UUIDField()
    appeal = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "factor", "evidence"], name="strike_once"),
        ]
