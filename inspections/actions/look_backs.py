"""Look-back tasks (回头看任务): drawn by lot when a hazard is closed, ended by a look-back or by time. A failed look-back
re-opens the hazard and restates the figures by itself (hazards/actions/look_back.py).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from backend.kernel import clock, ledger
from backend.kernel.calendar import end_of, local_day, start_of
from backend.kernel.models import LedgerEntry
from enterprises import queries as enterprises
from hazards import queries as hazards
from hazards.models import Act, Hazard
from hazards.policy.words import Level, Status, Verb
from inspections.models import LookBackLot, LookBackTask
from inspections.models.look_back import TaskStatus
from inspections.policy import look_backs as policy
from inspections.queries import look_backs as queries


@transaction.atomic
def cast(entry_id: UUID, *, at: datetime) -> None:
    """Cast the lot (抽签) of the closure that a ledger entry tells of, once, and make its task if it is drawn."""
    entry = LedgerEntry.objects.get(id=entry_id)
    told = ledger.read(entry)
    if told["after"] != Status.CLOSED or LookBackLot.objects.filter(closing=entry.id).exists():
        return
    hazard, closed_at = hazards.get_plain(entry.subject_id), datetime.fromisoformat(told["facts"]["closed_at"])
    lot = _lot(entry, hazard, closed_at, level=told["facts"]["level"], at=at)
    if lot.drawn:
        _task(lot, hazard, at=at)
    for act in Act.objects.filter(hazard=hazard, verb__in=[Verb.HOLD, Verb.RECUR], at__gte=closed_at).order_by("at", "id"):
        meet(hazard.id, act_id=act.id, recurred=act.verb == Verb.RECUR, made_at=act.at, at=at)


def _lot(entry: LedgerEntry, hazard: Hazard, closed_at: datetime, *, level: str, at: datetime) -> LookBackLot:
    day = local_day(closed_at)
    key, grade = queries.key_of(day, before=start_of(day)), enterprises.get_plain(hazard.enterprise_id).grade
    line = enterprises.consequences(closed_at).document.of(grade)
    rate = {Level.GENERAL: line.look_back_general, Level.MAJOR: line.look_back_major}[Level(level)] if key else 1.0
    drawn = policy.drawn(key=key.key if key else None, hazard_id=hazard.id, closed_at=clock.text(closed_at), rate=rate)
    lot = LookBackLot.objects.create(
        id=uuid5(entry.id, "look-back-lot"), hazard=hazard, closing=entry.id, day=day, closed_at=closed_at, level=level,
        rate=rate, drawn=drawn,
    )  # fmt: skip
    facts = {"hazard": hazard.id, "closed_at": closed_at, "level": level, "grade": grade, "rate": rate, "drawn": drawn}
    _append("look_back_lot", "cast", lot.id, hazard, at=at, facts=facts, head=ledger.Head())
    return lot


def _task(lot: LookBackLot, hazard: Hazard, *, at: datetime) -> None:
    first, last = queries.numbers(lot.closed_at).document.window(lot.day)
    task = LookBackTask.objects.create(
        id=uuid5(lot.closing, "look-back-task"), lot=lot, hazard=hazard, enterprise_id=hazard.enterprise_id, level=lot.level,
        passers=" ".join(sorted(str(person) for person in hazard.who.passed)), closed_at=lot.closed_at, window_from=first,
        window_to=last, due_at=end_of(last), next_at=start_of(first), **hazard.place.columns(),
    )  # fmt: skip
    facts = {"hazard": hazard.id, "lot": lot.id, "window_from": first, "window_to": last}
    _append("look_back_task", "drawn", task.id, hazard, at=at, facts=facts, head=ledger.Head())


def made(entry_id: UUID, *, at: datetime) -> None:
    """Note a look-back of which a ledger entry tells, whether or not anybody had asked for it."""
    entry = LedgerEntry.objects.get(id=entry_id)
    act_id = UUID(ledger.read(entry)["act_id"])
    meet(entry.subject_id, act_id=act_id, recurred=entry.kind == "hazard.recurred", made_at=entry.at, at=at)


@transaction.atomic
def meet(hazard_id: UUID, *, act_id: UUID, recurred: bool, made_at: datetime, at: datetime) -> None:
    """Let a look-back meet the hazard's task: one that holds before the window opens is too early, a recurrence never is."""
    for task in queries.lock_of_hazard(hazard_id):
        early = made_at < start_of(task.window_from) and not recurred
        if early or made_at < task.closed_at:
            continue
        if task.status == TaskStatus.OPEN and made_at >= task.due_at:
            _end(task, TaskStatus.MISSED, "missed", at=at)
        late = task.status == TaskStatus.MISSED
        task.act_id, task.done_at = act_id, made_at
        _end(task, TaskStatus.MISSED if late else TaskStatus.DONE, "made_late" if late else "done", at=at, act=act_id)


def sweep(*, at: datetime) -> int:
    """Tell of windows that open and are about to close, and write down what was missed; return how many had their turn."""
    return sum(_turn(task_id, at=at) for task_id in queries.due(at))


@transaction.atomic
def _turn(task_id: UUID, *, at: datetime) -> bool:
    task = queries.lock(task_id)
    if task.next_at is None or task.next_at > at:
        return False
    reminded_at = task.due_at - timedelta(days=queries.numbers(at).document.remind_days)
    if at >= task.due_at:
        _end(task, TaskStatus.MISSED, "missed", at=at)
        return True
    lapsing = at >= reminded_at
    task.next_at = task.due_at if lapsing else reminded_at
    task.save(update_fields=["next_at"])
    _append("look_back_task", "lapsing" if lapsing else "opened", task.id, task.hazard, at=at, facts=_facts(task))
    return True


def _end(task: LookBackTask, status: TaskStatus, verb: str, *, at: datetime, act: UUID | None = None) -> None:
    """Bring a locked task to its end; the only writer of its status after it was made."""
    task.status, task.next_at = status, None
    task.save(update_fields=["status", "next_at", "act_id", "done_at"])
    _append("look_back_task", verb, task.id, task.hazard, at=at, facts=_facts(task) | ({"act": act} if act else {}))


def _facts(task: LookBackTask) -> dict[str, Any]:
    return {"hazard": task.hazard_id, "window_from": task.window_from, "window_to": task.window_to}


def _append(
    kind: str,
    verb: str,
    subject_id: UUID,
    hazard: Hazard,
    *,
    at: datetime,
    facts: dict[str, Any],
    head: ledger.Head | None = None,
) -> None:
    ledger.append(
        ledger.Step(
            kind=f"{kind}.{verb}", subject_kind=kind, subject_id=subject_id, signer=ledger.SYSTEM, at=at, after=verb,
            place=hazard.place.code, enterprise_id=hazard.enterprise_id, facts=facts,
        ),
        head,
    )  # fmt: skip
