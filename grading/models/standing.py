from django.db import models

from enterprises.models import Enterprise


class Standing(models.Model):
    """How an enterprise stands with grading: whether it was ever rated, its vetoes, and when the calendar changes it next.

    The grade itself, its score and rows are kept on the enterprise. `next_at` is indexed and swept.
    """

    enterprise = models.OneToOneField(Enterprise, primary_key=True, on_delete=models.PROTECT, related_name="+")
    rated = models.BooleanField(default=False)
    vetoes = models.JSONField(default=list)
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="standing_next", condition=models.Q(next_at__isnull=False))]
