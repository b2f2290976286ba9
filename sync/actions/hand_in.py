"""A queue is handed in (离线补报): up to a hundred acts in one request, each judged alone, answered in the order sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from backend.kernel import canonical
from backend.kernel.problems import InProgress, Invalid, Problem, TooLarge, TooMany, Unavailable
from backend.kernel.web.body import LARGEST, check
from backend.kernel.web.errors import soon
from sync import calls, queries
from sync.actions import judge, keep
from sync.actions.judge import Judged
from sync.calls import Asker
from sync.models import KeptAct
from sync.policy.acts import LONGEST_PATH, Act, address_of, order, uuid_in

UNAVAILABLE, WAITS = 503, 2
NOBODYS = UUID(int=0)
# acts on one hazard may come in any order: these are asked again once another act on it was taken
OUT_OF_ORDER = frozenset(
    {"hazard.wrong_status", "hazard.plan_required", "hazard.listed", "inspection.wrong_status", "document.wrong_status"}
)


@dataclass(frozen=True, slots=True)
class Room:
    """How many acts of this request may still be counted today, and in how many seconds there is room again."""

    acts: int
    reset_s: int


@dataclass(slots=True)
class _Patience:
    """How often one request still waits for a database that is slow, locked or gone; each time is seconds long."""

    left: int = WAITS

    def note(self, judged: Judged) -> Judged:
        """Count an act that was told to come again over the database, and return it."""
        problem = judged.answer.problem if judged.answer else None
        if problem is not None and (problem.status == UNAVAILABLE or isinstance(problem, InProgress)):
            self.left = self.left - 1 if calls.database_answers() else 0
        return judged


def hand_in(sent: Sequence[Any], *, asker: Asker, room: Room, at: datetime) -> list[Judged]:
    """Judge every member of a queue and return what each is answered, in the order sent. Raises: nothing for what one holds."""
    judged: dict[int, Judged] = {}
    acts = []
    for place, member in enumerate(sent):
        problem = _unfit(member) if place < room.acts else TooMany(retry_after=room.reset_s, limit="submit-day")
        if problem is None:
            acts.append(_read(place, member, asker))
        else:
            act = Act(place, _named(member) or NOBODYS, "", "", None, None)
            judged[place] = Judged(act, calls.refused(act, problem, asker=asker, at=at))
    acts.sort(key=order)
    judged |= _judged(acts, asker=asker, at=at)
    return [judged[place] for place in sorted(judged)]


def _judged(acts: list[Act], *, asker: Asker, at: datetime) -> dict[int, Judged]:
    kept = queries.kept_among({act.id for act in acts}, person_id=asker.actor.id) if acts else {}
    judged, patience = _together([act for act in acts if act.reports and act.id not in kept], asker=asker, at=at), _Patience()
    for act in acts:
        if act.place not in judged:
            judged[act.place] = _one(act, kept.get(act.id), patience, asker=asker, at=at)
    for act in _out_of_order(acts, judged):
        judged[act.place] = _one(act, None, patience, asker=asker, at=at)
    return judged


def _together(acts: list[Act], *, asker: Asker, at: datetime) -> dict[int, Judged]:
    """Open what reports can be opened in one transaction; of two with one id only the first, the other is judged after it."""
    first = {act.id: act for act in reversed(acts)}
    done = calls.reports(list(first.values()), asker=asker, at=at) if len(first) > 1 else {}
    return {act.place: Judged(act, done[act.place]) for act in first.values() if act.place in done}


def _one(act: Act, row: KeptAct | None, patience: _Patience, *, asker: Asker, at: datetime) -> Judged:
    if patience.left <= 0:
        return Judged(act, calls.refused(act, Unavailable(retry_after=soon()), asker=asker, at=at))
    known = row is not None and row.digest == keep.digest_of(act)
    return patience.note(judge.again(act, asker=asker, at=at) if known else judge.first(act, asker=asker, at=at))


def _out_of_order(acts: list[Act], judged: dict[int, Judged]) -> list[Act]:
    """Return the acts that came too early: refused by the hazard's state, before another act on the same hazard was taken."""
    late: dict[str, int] = {}
    for turn, act in enumerate(acts):
        if act.address is not None and act.address.ids and judged[act.place].status in (200, 201):
            late[_subject(act)] = turn
    return [
        act
        for turn, act in enumerate(acts)
        if act.address is not None
        and (answer := judged[act.place].answer) is not None
        and answer.problem is not None
        and answer.problem.code in OUT_OF_ORDER
        and late.get(_subject(act), -1) > turn
    ]


def _subject(act: Act) -> str:
    return ",".join(act.address.ids.values()).lower() if act.address else ""


def _read(place: int, member: Any, asker: Asker) -> Act:
    """Return a member of the queue as an act, whatever it is; without an id of its own its content gives it one."""
    fields = member if isinstance(member, dict) else {}
    kind, path = fields.get("kind"), fields.get("path")
    whole = isinstance(kind, str) and isinstance(path, str) and fields.keys() == {"kind", "path", "body"}
    kind, path = kind if isinstance(kind, str) else "", path if isinstance(path, str) else ""
    address = address_of(path) if whole else None
    if address is not None:
        address, kind = (address, address.kind) if address.may_be_called(kind) else (None, kind)  # it says two things at once
    id = _named(member) or uuid.uuid5(asker.actor.id, canonical.digest(member))
    return Act(place, id, kind, path, fields["body"] if whole else member, address)


def _named(member: Any) -> UUID | None:
    body = member.get("body") if isinstance(member, dict) else None
    return uuid_in(body.get("id")) if isinstance(body, dict) else None


def _unfit(member: Any) -> Problem | None:
    """Return why a member is refused before it is looked at: what no field may carry, and what is too large for one act."""
    try:
        check(member)
    except Invalid as problem:
        return problem
    if len(orjson.dumps(member)) > LARGEST:
        return TooLarge(detail=f"单个操作不得超过 {LARGEST // 1024} KiB", detail_en=f"One act ends at {LARGEST // 1024} KiB")
    path = member.get("path") if isinstance(member, dict) else None
    if isinstance(path, str) and len(path) > LONGEST_PATH:
        return Invalid(errors=[{"field": "path", "code": "string_too_long", "message": f"at most {LONGEST_PATH} characters"}])
    return None
