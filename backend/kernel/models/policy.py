from django.db import models


class PolicyVersion(models.Model):
    """Numbers a regulator can change without a release: a document of one kind, in force from an instant on."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    effective_from = models.DateTimeField()
    document = models.JSONField()
    reason = models.TextField(blank=True)
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="policy_version_once")]
