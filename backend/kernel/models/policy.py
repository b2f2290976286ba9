from django.db import models


class PolicyVersion(models.Model):
    """Numbers a regulator can change without a release: a document of one kind, in force from an instant on.

    A draft has neither a version nor a day yet; its adoption gives it both, and nothing else of it ever changes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField(null=True)
    effective_from = models.DateTimeField(null=True)
    document = models.JSONField()
    reason = models.TextField(blank=True)
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="policy_version_once"),
            models.CheckConstraint(
                name="policy_in_force_has_version",
                condition=models.Q(version=None, effective_from=None)
                | models.Q(version__isnull=False, effective_from__isnull=False),
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Return whether it was drafted and not adopted yet."""
        return self.version is None
