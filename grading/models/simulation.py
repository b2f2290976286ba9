from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import Placed
from backend.kernel.models import PolicyVersion
from enterprises.models import Enterprise
from enterprises.policy.words import Grade

COLOURS = [grade.value for grade in Grade]


class Simulation(Placed):
    """政策推演: a version of the rule, mostly a draft, over what happened in a region between two instants. Touches nobody.

    Worked out in batches of enterprises in the order of their ids: `after` is the last one that is done. `matrix` counts
    enterprises as `{published colour: {colour under the draft: how many}}`, at `until`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=15)
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    after = models.UUIDField(null=True)
    matrix = models.JSONField(default=dict)
    not_reproduced = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lt=models.F("until")), name="simulation_is_a_stretch"),
            models.UniqueConstraint(fields=["asked_by"], condition=Q(ended_at=None), name="simulation_one_a_person"),
        ]
        indexes = [models.Index(fields=["policy", "asked_at", "id"], name="simulation_policy")]

    def counted(self) -> dict[str, dict[str, int]]:
        """Return the matrix with every colour in it."""
        kept: dict[str, Any] = self.matrix
        return {live: {draft: kept.get(live, {}).get(draft, 0) for draft in COLOURS} for live in COLOURS}


class SimulatedChange(models.Model):
    """An enterprise whose grade would be another under the draft, and why (policy/compare.py)."""

    id = models.BigAutoField(primary_key=True)
    simulation = models.ForeignKey(Simulation, on_delete=models.PROTECT, related_name="changes", db_index=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    live = models.CharField(max_length=8)
    draft = models.CharField(max_length=8)
    live_score = models.FloatField(null=True)
    draft_score = models.FloatField(null=True)
    reproduced = models.BooleanField()
    why = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["simulation", "enterprise"], name="simulated_change_once"),
            models.CheckConstraint(condition=Q(live__in=COLOURS, draft__in=COLOURS), name="simulated_change_colours_known"),
        ]
        indexes = [models.Index(fields=["simulation", "id"], name="simulated_change_new")]
