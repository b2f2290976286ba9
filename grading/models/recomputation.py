from django.db import models


class Recomputation(models.Model):
    """全量重算: one nightly recomputation of every grade from where its facts come from. A difference is an alarm.

    `differing` are ids of enterprises, the first hundred; `ended_at` is null while it runs.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    enterprises = models.PositiveIntegerField(default=0)
    differences = models.PositiveIntegerField(default=0)
    differing = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["started_at"], name="recomputation_started")]
