import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Person
from accounts.models.placed import Placed


class State(models.TextChoices):
    """Where an act that was not taken at once stands."""

    HELD = "held", "等待中"
    QUARANTINED = "quarantined", "待人工处理"
    REFUSED = "refused", "未被接受"
    TAKEN = "taken", "已办理"


class KeptAct(Placed):
    """An act of a phone's queue that is committed, its receipt in its claim, and waits: for what it refers to, or for people.

    `body` is the JSON text as it was sent, "" once the act is taken and its own rows hold it. `problem` is the last refusal.
    `enterprise_id` and the place are its sender's when it came: whose officials see it. `strong`: second factor given then.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, blank=True)
    path = models.CharField(max_length=2000, blank=True)
    body = models.TextField(blank=True)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices)
    held_for = models.JSONField(default=list)
    problem = models.JSONField(null=True)
    strong = models.BooleanField(default=False)
    enterprise_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    judged_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.UUIDField(null=True)
    handled_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=State.values), name="kept_act_state_known")]
        indexes = [
            models.Index(fields=["person", "state"], name="kept_act_person"),
            models.Index(fields=["lapses_at"], name="kept_act_lapses", condition=Q(state="held")),
            models.Index(fields=["judged_at"], name="kept_act_held", condition=Q(state="held")),
            *[
                models.Index(fields=[level, "id"], name=f"kept_act_{level}", condition=Q(state__in=["quarantined", "refused"]))
                for level in ("county", "town", "grid")
            ],
        ]  # fmt: skip

    @property
    def chain_id(self) -> uuid.UUID:
        """Return the subject of its chain in the ledger; its own id is that of the hazard or act it becomes."""
        return uuid.uuid5(self.id, "kept")


class Awaited(models.Model):
    """One thing a held act waits for; found by its id when that arrives. A step-up has no id."""

    act = models.ForeignKey(KeptAct, on_delete=models.CASCADE, related_name="awaited")
    kind = models.CharField(max_length=16)
    awaited_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["awaited_id"], name="awaited_by_id", condition=Q(awaited_id__isnull=False))]
