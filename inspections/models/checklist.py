from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from inspections.policy import templates
from inspections.policy.templates import ChecklistStatus, Frequency, Item

if TYPE_CHECKING:
    from uuid import UUID


class ChecklistVersion(models.Model):
    """One version of a checklist (检查表): a draft until it is published, and from then on never changed.

    `industries` are sets of the catalogue, `features` the risk features of enterprises it is meant for. `valid_to` is the
    instant from which another version, or none, is in force.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    applies = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=[(s.value, label) for s, label in templates.STATUS_LABELS.items()])
    industries = models.JSONField(default=list)
    features = models.JSONField(default=list)
    frequency = models.CharField(max_length=10, choices=[(f.value, label) for f, label in templates.FREQUENCY_LABELS.items()])
    items = models.JSONField(default=list)
    created_at = models.DateTimeField()
    author_id = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in ChecklistStatus]), name="checklist_status_known"),
            models.CheckConstraint(condition=Q(frequency__in=[f.value for f in Frequency]), name="checklist_frequency_known"),
            models.CheckConstraint(condition=Q(status="draft") | Q(published_at__isnull=False), name="checklist_published_when"),
            models.CheckConstraint(condition=~Q(status="retired") | Q(valid_to__isnull=False), name="checklist_retired_when"),
            models.UniqueConstraint(fields=["code", "version"], name="checklist_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(status="published"), name="checklist_one_in_force"),
        ]
        indexes = [models.Index(fields=["status", "code", "id"], name="checklist_in_force")]

    def publish(self, *, by: "UUID", at: datetime) -> Self:
        """Put a draft in force."""
        self.status, self.published_at, self.published_by = ChecklistStatus.PUBLISHED, at, by
        self.save(update_fields=["status", "published_at", "published_by"])
        return self

    def retire(self, *, at: datetime) -> Self:
        """Take a published version out of force; what is under way with it goes on."""
        self.status, self.valid_to = ChecklistStatus.RETIRED, at
        self.save(update_fields=["status", "valid_to"])
        return self

    @property
    def asked(self) -> list[Item]:
        """Return its items."""
        return [Item.of_json(told) for told in self.items]
