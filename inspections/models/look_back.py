from django.db import models
from django.db.models import Q

from accounts.models import Placed
from accounts.policy.places import LEVELS
from enterprises.models import Enterprise
from hazards.models import Hazard
from hazards.policy.words import LEVEL_LABELS, Level


class LookBackKey(models.Model):
    """The secret key of one day's lots of look-backs: its SHA-256 is published ahead, the key itself when every window that
    it opened is over (docs/adr says why it is not the day's other key).
    """

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    committed_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)
    demo = models.BooleanField(default=False)


class LookBackLot(models.Model):
    """The lot of one closure: whether it is looked back at. `closing` is the ledger entry that closed the hazard."""

    id = models.UUIDField(primary_key=True, editable=False)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="+")
    closing = models.UUIDField(unique=True)
    day = models.DateField()
    closed_at = models.DateTimeField()
    level = models.CharField(max_length=8, choices=list(LEVEL_LABELS.items()))
    rate = models.FloatField()
    drawn = models.BooleanField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(level__in=list(Level)), name="look_back_lot_level_known")]
        indexes = [models.Index(fields=["day", "id"], name="look_back_lot_by_day")]


class TaskStatus(models.TextChoices):
    """Where a look-back task stands."""

    OPEN = "open", "待回头看"
    DONE = "done", "已回头看"
    MISSED = "missed", "逾期未看"


class LookBackTask(Placed):
    """回头看任务: a closed hazard that was drawn is to be looked back at between two days, not by who passed it.

    `passers` are the natural persons who passed it, as text; `next_at` is when time next brings something. A missed task
    stays missed; a look-back that came too late is kept with it all the same.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.OneToOneField(LookBackLot, on_delete=models.PROTECT, related_name="task")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="look_back_tasks")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=8, choices=list(LEVEL_LABELS.items()))
    passers = models.TextField(blank=True)
    closed_at = models.DateTimeField()
    window_from = models.DateField()
    window_to = models.DateField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    act_id = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=list(Level)), name="look_back_task_level_known"),
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="look_back_task_status_known"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(act_id__isnull=False, done_at__isnull=False), name="look_back_task_done_by_an_act"
            ),
        ]
        indexes = [
            *[models.Index(fields=[level, "due_at", "id"], name=f"look_back_{level}") for level in LEVELS],
            models.Index(fields=["next_at"], name="look_back_next", condition=Q(next_at__isnull=False)),
        ]
