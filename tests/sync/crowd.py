"""A crowd: officers report and answer self-inspections, officials judge, transfer and visit, photos arrive, an enterprise
moves, duties come and go, all at once.

Every deed is one transaction that may be held open before it commits, or undone; refusals of the loop are part of life.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError, connection, transaction

from accounts.actions import duties
from accounts.models import Duty
from accounts.policy.roles import Role
from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day
from backend.kernel.problems import Problem
from hazards.actions import follow
from hazards.policy.words import Verb
from inspections.actions import answer, check_in, plan, schedule
from inspections.actions.visiting import Remarks
from inspections.models import Inspection
from inspections.policy.answers import Answer
from inspections.policy.templates import Result
from inspections.policy.visits import Mode, Type
from media.models import Photo
from media.policy.uses import PhotoRef
from tests import loop
from tests.cast import GRID_AB, GRID_ALIKE, NOON, Cast, token
from tests.inspections.sheets import an_occurrence, got, published
from tests.races import phones

REPORTERS = {"officer_a": "a", "employee_a": "a", "officer_alike": "alike", "officer_far": "c"}
PLACES = ["330324006", "330324009", "330383198"]
# who wanders: a second official duty, or a second enterprise
WANDERERS = {"inspector_2": ["330324006", "330383", "330383198"], "officer_b": ["a", "alike", "c"]}
READERS = [
    "inspector", "inspector_alike", "inspector_far", "county_inspector", "regulator_city", "grid_worker", "grid_worker_alike",
    "officer_a", "employee_a", "agency", *WANDERERS,
]  # fmt: skip
LONGEST_HELD_S = 0.08


class Crowd:
    """Does one deed after another; safe to be used by many threads."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.lock = cast, threading.Lock()
        self.walks: list[loop.Walk] = []
        self.awaited: list[tuple[str, PhotoRef]] = []
        self.granted: list[Duty] = []
        self.done: dict[str, int] = {}
        for key in (*READERS, *REPORTERS, "regulator", "inspector_3"):
            getattr(cast, key)
        self.mover = token(cast.county_inspector)
        self.visits: list[Inspection] = []
        lists = [published(cast, at=NOON, code=code) for code in ("TRY", "TWO")]
        self.sheets = [an_occurrence(getattr(cast, firm), version, at=NOON) for firm in ("a", "alike") for version in lists]

    def deed(self, dice: random.Random) -> None:
        """Do one deed; what the loop or the database refuses is left undone."""
        name, kind = dice.choice(self._kinds())
        with suppress(Problem, DatabaseError):
            kind(dice)
            with self.lock:
                self.done[name] = self.done.get(name, 0) + 1

    def _kinds(self) -> list[tuple[str, Callable[[random.Random], None]]]:
        often = [("report", self._report)] * 3 + [("judge", self._judge)] * 4 + [("transfer", self._transfer)] * 3
        often += [("visit", self._visit), ("visit", self._visit), ("answer", self._answer)]
        return [*often, ("photo", self._photo), ("photo", self._photo), ("duty", self._duty), ("move", self._move)]

    def _held(self, dice: random.Random, act: Callable[[], None]) -> bool:
        """Do it in one transaction, held open for a while and sometimes undone; return whether it was committed."""
        stays = dice.random() > 0.1
        with transaction.atomic():
            act()
            if connection.vendor == "postgresql":
                time.sleep(dice.uniform(0, LONGEST_HELD_S))
            if not stays:
                transaction.set_rollback(True)
        return stays

    def _report(self, dice: random.Random) -> None:
        who = dice.choice(list(REPORTERS))
        photos = tuple(PhotoRef(ids.new()) for _ in range(dice.choice([0, 0, 1, 2])))
        walk = loop.Walk(self.cast, NOON)
        if self._held(dice, lambda: walk.report(who, firm=REPORTERS[who], photos=photos)):
            with self.lock:
                self.walks.append(walk)
                self.awaited += [(who, photo) for photo in photos]

    def _walk(self, dice: random.Random) -> loop.Walk | None:
        with self.lock:
            return dice.choice(self.walks) if self.walks else None

    def _judge(self, dice: random.Random) -> None:
        if walk := self._walk(dice):
            verb, by = dice.choice(
                [(Verb.CONFIRM, "county_inspector"), (Verb.RETURN, "county_inspector"), (Verb.ANNUL, "regulator")]
            )
            self._held(dice, lambda: walk.take(verb, by))

    def _transfer(self, dice: random.Random) -> None:
        if walk := self._walk(dice):
            to = dice.choice(PLACES)
            verb, by, said = (
                (Verb.TRANSFER, "county_inspector", "to_region") if dice.random() < 0.6 else (Verb.RULE, "regulator", "region")
            )
            self._held(dice, lambda: walk.take(verb, by, **{said: to}))

    def _photo(self, dice: random.Random) -> None:
        with self.lock:
            who, photo = self.awaited.pop() if self.awaited else ("officer_a", PhotoRef(ids.new()))

        def arrive() -> None:
            if not Photo.objects.filter(id=photo.id).exists():
                loop.a_photo(self.cast, who, at=NOON, id=photo.id)
                step = ledger.Step(kind="photo.ready", subject_kind="photo", subject_id=photo.id, signer=ledger.SYSTEM, at=NOON)
                ledger.append(step)

        self._held(dice, arrive)

    def _visit(self, dice: random.Random) -> None:
        """Plan a visit, hidden or not, or begin one; the enterprise hears of a hidden one when it begins."""
        at, actor = clock.now(), self.cast.actor("county_inspector", at=clock.now())
        with self.lock:
            begun = self.visits.pop() if self.visits and dice.random() < 0.5 else None
        if begun:
            said = {"token": "", "mock": False, "action_code": "", "remarks": Remarks()}
            told = got("check_in", actor.id, at=at)
            self._held(dice, lambda: check_in.check_in(received=told, inspection_id=begun.id, actor=actor, at=at, **said))
            return
        mode, firm = dice.choice([Mode.UNANNOUNCED, Mode.PLANNED]), getattr(self.cast, dice.choice(["a", "alike"]))
        wanted, made = plan.Wanted(firm.id, Type.GRID_PATROL, mode, local_day(at), (actor.id,)), list[Inspection]()
        told = got("inspection", actor.id, at=at)
        if self._held(dice, lambda: made.append(plan.plan(wanted, received=told, actor=actor, at=at).inspection)):
            with self.lock:
                self.visits += made

    def _answer(self, dice: random.Random) -> None:
        row, at = dice.choice(self.sheets), clock.now()
        actor = self.cast.actor("officer_a" if row.enterprise_id == self.cast.a.id else "officer_alike", at=at)
        told, given = got("self_inspection_answers", actor.id, at=at), [Answer(f"{row.code}-01", Result.OK)]
        said = {"self_inspection_id": row.id, "given": given, "answered_at": None, "received": told, "actor": actor, "at": at}
        self._held(dice, lambda: answer.answer(**said))

    def _duty(self, dice: random.Random) -> None:
        who = dice.choice(list(WANDERERS))
        scope, made = dice.choice(WANDERERS[who]), list[Duty]()

        def change() -> None:
            with self.lock:
                ended = self.granted.pop() if self.granted and dice.random() < 0.5 else None
            if ended:
                duties.end(duty_id=ended.id, signer=ledger.SYSTEM, at=clock.now())
                return
            person = getattr(self.cast, who)
            firm = getattr(self.cast, scope).id if who == "officer_b" else None
            role = Role.OFFICER if firm else Role.INSPECTOR
            wanted = duties.Grant(person.id, role, firm, "" if firm else scope, "" if firm else "浙C0002")
            made.append(duties.grant(wanted=wanted, signer=ledger.SYSTEM, at=clock.now()))

        if self._held(dice, change):
            with self.lock:
                self.granted += made

    def _move(self, dice: random.Random) -> None:
        """Move an enterprise between two grids; its open hazards follow, each in a transaction of its own, and its sheets."""
        firm = self.cast.alike
        region, grid = dice.choice([("330324006", GRID_ALIKE), ("330324009", GRID_AB)])
        now = phones.send(self.mover, "GET", f"/enterprises/{firm.id}").body
        phones.send(
            self.mover, "PATCH", f"/enterprises/{firm.id}", {"region": region, "grid": grid}, If_Match=f'"{now["version"]}"'
        )
        follow.enterprise_moved(firm.id, at=NOON)
        schedule.follow_move(firm.id, at=NOON)
