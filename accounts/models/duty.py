from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models.person import Person
from accounts.models.region import Region
from accounts.policy import actor, roles
from backend.kernel import ids

if TYPE_CHECKING:
    from datetime import datetime


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties by time."""

    def in_force(self, at: "datetime") -> "DutyQuerySet":
        """Return the duties that have begun and not ended at `at`."""
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


class Duty(models.Model):
    """A role of a person within a scope, from one instant to another. People who leave keep their name on what they did."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=12, choices=roles.CHOICES)
    enterprise_id = models.UUIDField(null=True, db_index=True)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="duties")
    level = models.CharField(max_length=10, blank=True)
    licence_no = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_by = models.UUIDField(null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[r.value for r in roles.Role]), name="duty_role_known"),
            models.CheckConstraint(
                condition=Q(role__in=sorted(roles.BOUND_TO_ENTERPRISE), enterprise_id__isnull=False, region__isnull=True)
                | Q(role__in=sorted(roles.BOUND_TO_REGION), enterprise_id__isnull=True, region__isnull=False)
                | Q(role=roles.Role.ADMIN, enterprise_id__isnull=True, region__isnull=True),
                name="duty_scope_fits_role",
            ),
            models.CheckConstraint(condition=~Q(role=roles.Role.INSPECTOR) | ~Q(licence_no=""), name="inspector_has_licence"),
        ]

    def as_actor_duty(self) -> actor.Duty:
        """Return this row as rules see it."""
        return actor.Duty(
            id=self.id, role=roles.Role(self.role), enterprise_id=self.enterprise_id,
            region=self.region_id or "", level=self.level, licence_no=self.licence_no,
        )  # fmt: skip
