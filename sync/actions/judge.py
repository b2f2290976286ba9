"""An act is judged (逐条受理): alone, by its own operation, whatever else came with it; what cannot be taken yet is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from accounts import queries as accounts
from backend.kernel.idempotency import Replayed
from backend.kernel.problems import Problem
from sync import calls, queries
from sync.actions import keep, waits
from sync.actions.waits import Verdict
from sync.calls import Answer, Asker
from sync.errors import NoLonger, TooOld
from sync.models import KeptAct
from sync.models.kept_act import State
from sync.policy.acts import Act, Fate, address_of

ACCEPTED = 202
# a refusal that says nothing about the act: it is judged anew when it is sent again
PASSING = frozenset({401, 408, 425, 429, 500, 502, 503, 504, 507})
IN_PROGRESS = "conflict.in_progress"


@dataclass(frozen=True, slots=True)
class Judged:
    """What an act is answered: the answer of its operation, or the row in which it is kept."""

    act: Act
    answer: Answer | None = None
    row: KeptAct | None = None

    @property
    def status(self) -> int:
        """Return the status of the act's own answer, 202 for what is kept."""
        return self.answer.status if self.answer else ACCEPTED


class _Undone(Exception):
    """Carries a refusal out of the transaction that it ends."""

    def __init__(self, answer: Answer, verdict: Verdict | None) -> None:
        super().__init__(answer.status)
        self.answer, self.verdict = answer, verdict


def is_passing(problem: Problem) -> bool:
    """Return whether a refusal says that the moment was bad, not the act."""
    return problem.status in PASSING or problem.code == IN_PROGRESS


def _called(act: Act, *, asker: Asker, at: datetime, kept: bool) -> tuple[Answer, Verdict | None]:
    """Call an act's operation and say what becomes of it (None: taken, or not to be said now).

    Once more if all it lacked is here now: it was committed between the refusal and the look for what is lacking.
    """
    for _ in range(2):
        answer = calls.call(act, asker=asker, at=at, kept=kept)
        if answer.problem is None or is_passing(answer.problem):
            return answer, None
        verdict = waits.verdict(act, answer.problem, actor=asker.actor)
        if not verdict.came:
            break
    return answer, verdict


def first(act: Act, *, asker: Asker, at: datetime) -> Judged:
    """Judge an act that is not kept yet; keep it if it waits for something or is not understood. Raises: nothing."""
    try:
        answer, verdict = _called(act, asker=asker, at=at, kept=False)
        if answer.problem is None or verdict is None or verdict.fate == Fate.REFUSED:
            return Judged(act, answer)
        got = answer.got or calls.unread(act, asker=asker, at=at)
        return Judged(act, row=keep.keep(act, verdict, answer.problem, got=got, actor=asker.actor, at=at))
    except Replayed:
        return _kept_meanwhile(act, asker=asker, at=at)
    except Exception as error:  # noqa: BLE001 - one bad act never stops the rest
        return Judged(act, calls.refused(act, error, asker=asker, at=at))


def _kept_meanwhile(act: Act, *, asker: Asker, at: datetime) -> Judged:
    """Answer a copy that came second by a moment: the other's row, or what became of it."""
    row = queries.kept_among([act.id], person_id=asker.actor.id).get(act.id)
    if row is not None and row.state != State.TAKEN:
        return Judged(act, row=row)
    return Judged(act, calls.call(act, asker=asker, at=at, kept=False))


def again(act: Act, *, asker: Asker, at: datetime) -> Judged:
    """Judge a kept act once more, because it was sent again or what it waited for came. Raises: nothing."""
    try:
        return _again(act, asker=asker, at=at)
    except Exception as error:  # noqa: BLE001 - as above
        return Judged(act, calls.refused(act, error, asker=asker, at=at))


@transaction.atomic
def _again(act: Act, *, asker: Asker, at: datetime) -> Judged:
    row = queries.lock_plain(act.id)
    if row is None or row.state == State.TAKEN:
        return Judged(act, calls.call(act, asker=asker, at=at, kept=False))
    try:
        with transaction.atomic():
            answer, verdict = _called(act, asker=asker, at=row.received_at, kept=True)
            if answer.problem is not None:
                raise _Undone(answer, verdict)
    except _Undone as undone:
        return _still(act, row, undone.answer, undone.verdict, at=at)
    keep.end(row, State.TAKEN, None, at=at)
    return Judged(act, answer)


def _still(act: Act, row: KeptAct, answer: Answer, verdict: Verdict | None, *, at: datetime) -> Judged:
    """Write what a kept act that was not taken waits for now, or that it is refused in the end."""
    if answer.problem is None or verdict is None:
        return Judged(act, answer)
    if verdict.fate == Fate.HELD:
        keep.wait_on(row, verdict, answer.problem, at=at)
        return Judged(act, row=row)
    _close(row, verdict, answer.problem, at=at)
    return Judged(act, answer) if verdict.fate == Fate.REFUSED else Judged(act, row=row)


def _close(row: KeptAct, verdict: Verdict, problem: Problem, *, at: datetime) -> None:
    state = keep.FATES[verdict.fate]
    if row.state != state or (row.problem or {}).get("code") != problem.code:
        keep.end(row, state, problem, at=at)


def stepped_up(*, asker: Asker, at: datetime) -> None:
    """Judge what waited for the caller's second factor alone, now that he has given it. Raises: nothing."""
    for row in queries.held_for_step_up(asker.actor.id):
        again(read(row), asker=asker, at=at)


class NotYet(Exception):
    """A held act could not be judged for a reason of the moment; its job tries again."""


def by_itself(act_id: UUID, *, at: datetime) -> None:
    """Judge a held act because what it waited for may have come; its sender is not there. Raises: NotYet."""
    row = KeptAct.objects.select_related("person").filter(id=act_id, state=State.HELD).first()
    if row is None:
        return
    if not row.person.is_active:
        _refuse(act_id, NoLonger(), State.REFUSED, at=at)
        return
    # the second factor was given in the session that sent it; a fresh step-up only he can give
    actor = accounts.actor_of(row.person, at=at, strong=row.strong)
    judged = again(read(row), asker=Asker(actor, {}), at=at)
    if judged.answer is not None and judged.answer.problem is not None and is_passing(judged.answer.problem):
        raise NotYet(judged.answer.problem.code)


def lapse(act_id: UUID, *, at: datetime) -> None:
    """Put an act that waited too long into quarantine, where people see it."""
    _refuse(act_id, TooOld(), State.QUARANTINED, at=at)


@transaction.atomic
def _refuse(act_id: UUID, problem: Problem, state: State, *, at: datetime) -> None:
    row = queries.lock_plain(act_id)
    if row is not None and row.state == State.HELD:
        keep.end(row, state, problem, at=at)


def read(row: KeptAct) -> Act:
    """Return a kept act as it was sent."""
    body: Any = orjson.loads(row.body) if row.body else {}
    return Act(0, row.id, row.kind, row.path, body, address_of(row.path))
