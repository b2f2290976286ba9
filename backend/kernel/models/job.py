from django.db import models


class State(models.TextChoices):
    """Where a job stands. `dead` has used up its tries and waits for an operator."""

    WAITING = "waiting", "等待"
    DONE = "done", "完成"
    DEAD = "dead", "失败待处理"


class Job(models.Model):
    """Work that a transaction left behind; the queue itself. Celery and Redis carry hints to it only."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=120)
    dedupe_key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(state__in=State.values), name="job_state_known")]
        indexes = [
            models.Index(fields=["run_at"], name="job_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["finished_at"], name="job_finished", condition=models.Q(state="done")),
        ]
