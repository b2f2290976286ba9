"""Finding look-back tasks and their lots. To fetch is to authorise."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import policies
from backend.kernel.calendar import SHANGHAI, local_day, start_of
from backend.kernel.problems import NotFound
from hazards.errors import NotRevealed
from hazards.policy.words import Level
from inspections.models import LookBackKey, LookBackLot, LookBackTask
from inspections.models.look_back import TaskStatus
from inspections.policy.look_backs import LookBackNumbers

numbers = policies.register("look_backs", LookBackNumbers, retired={"general", "major"})
READERS = (Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR)


def _doers(actor: Actor) -> Q:
    """Return the condition that a duty of `actor` lets him look back: grid workers at general hazards, inspectors at any."""
    general = accounts.within(actor.duties_as({Role.GRID_WORKER})) & Q(level=Level.GENERAL)
    return general | accounts.within(actor.duties_as({Role.INSPECTOR}))


def visible_to(actor: Actor, *, at: datetime) -> QuerySet[LookBackTask]:
    """Return the tasks this person may read: his own kind from the day their window opens, a regulator's all.

    What was met before its window opened was never his to do.
    """
    met = Q(done_on=None) | Q(done_on__gte=F("window_from"))
    opened = _doers(actor) & Q(window_from__lte=local_day(at)) & met
    rows = LookBackTask.objects.alias(done_on=TruncDate("done_at", tzinfo=SHANGHAI))
    return rows.filter(opened | accounts.within(actor.duties_as({Role.REGULATOR})))


def listed(*, at: datetime, actor: Actor, filters: dict[str, Any]) -> QuerySet[LookBackTask]:
    """Return the tasks of `GET /look-backs`; None means no filter. Raises: NotFound for no such region."""
    rows = visible_to(actor, at=at).annotate(firm=F("enterprise__name")).select_related("hazard")
    if (code := filters["region"]) is not None:
        node = accounts.region(code)
        if node is None:
            raise NotFound
        rows = rows.filter(accounts.at_node(node))
    if (status := filters["status"]) is not None:
        rows = rows.filter(_stands(status, at))
    if (mine := filters["mine"]) is not None:
        rows = rows.filter(doable(actor, at=at)) if mine else rows.exclude(doable(actor, at=at))
    return rows


def _stands(status: str, at: datetime) -> Q:
    """Return the condition that a task has `status` at `at`, also one whose end no sweep has seen yet."""
    over = Q(status=TaskStatus.OPEN, due_at__lte=at)
    return {"open": Q(status=TaskStatus.OPEN, due_at__gt=at), "missed": Q(status=TaskStatus.MISSED) | over}.get(
        status, Q(status=status)
    )


def doable(actor: Actor, *, at: datetime) -> Q:
    """Return the condition that `actor` may do a task now: open, in his scope, not passed by him, no interest there."""
    now = _stands("open", at) & Q(window_from__lte=local_day(at)) & _doers(actor)
    return now & ~Q(passers__contains=str(actor.person)) & ~Q(enterprise_id__in=list(actor.interests))


def may_do(task: LookBackTask, actor: Actor, *, at: datetime) -> bool:
    """Return whether `actor` may do this task now; the same as `doable`, of a row that was read."""
    duty = actor.duty_over(task.place, {Role.INSPECTOR} | ({Role.GRID_WORKER} if task.level == Level.GENERAL else set()))
    opened = task.status == TaskStatus.OPEN and task.due_at > at and task.window_from <= local_day(at)
    return opened and duty is not None and str(actor.person) not in task.passers and task.enterprise_id not in actor.interests


def has_opened(task: LookBackTask) -> bool:
    """Return whether it was told that the task's window opened; one that was met before that was never anybody's to do."""
    first = start_of(task.window_from)
    if task.status == TaskStatus.OPEN:
        return task.next_at is not None and task.next_at > first
    return task.done_at is None or task.done_at >= first


def key_of(day: date, *, before: datetime) -> LookBackKey | None:
    """Return the key of a day if it was committed before an instant."""
    return LookBackKey.objects.filter(day=day, committed_at__lt=before).first()


def keys(day: date | None) -> QuerySet[LookBackKey]:
    """Return the keys of all days, or of one; they are public but for `key`, which is only once it is revealed."""
    return LookBackKey.objects.all() if day is None else LookBackKey.objects.filter(day=day)


def reveal_day(day: date, *, at: datetime) -> date:
    """Return the day on which the key of `day` is revealed at the earliest, by the policy in force at `at`."""
    return numbers(at).document.reveal_day(day)


def lots_of(day: date, *, at: datetime) -> QuerySet[LookBackLot]:
    """Return the lots of the hazards that were closed on `day` (Asia/Shanghai).

    Raises: NotRevealed before its key was revealed; a day that never had one is open when its key would have been.
    """
    key, reveals_on = keys(day).first(), reveal_day(day, at=at)
    if (key.revealed_at is None) if key else (local_day(at) < reveals_on or unfinished(day)):
        raise NotRevealed(reveals_on=reveals_on)
    return LookBackLot.objects.filter(day=day)


def unfinished(day: date) -> bool:
    """Return whether a task of that day's lots is still open."""
    return LookBackTask.objects.filter(lot__day=day, status=TaskStatus.OPEN).exists()


def due(at: datetime) -> list[UUID]:
    """Return the tasks to which time has brought something at `at`, the longest waiting first."""
    rows = LookBackTask.objects.filter(next_at__lte=at).order_by("next_at")
    return list(rows.values_list("id", flat=True)[:500])


def task(task_id: UUID) -> LookBackTask:
    """Return one task for the system itself, with its hazard and enterprise."""
    return LookBackTask.objects.select_related("hazard__enterprise").get(id=task_id)


def lock(task_id: UUID) -> LookBackTask:
    """Return one task for the system itself, locked until the transaction ends."""
    return LookBackTask.objects.select_for_update().get(id=task_id)


def lock_of_hazard(hazard_id: UUID) -> list[LookBackTask]:
    """Return the tasks of a hazard that no look-back has met yet, locked."""
    rows = LookBackTask.objects.select_for_update().filter(hazard_id=hazard_id, act_id=None)
    return list(rows.order_by("closed_at", "id"))
