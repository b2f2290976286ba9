"""Making the history: tale after tale, each in one short transaction, so that a killed maker goes on where it was."""

import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from backend.kernel.calendar import local_day, start_of
from backend.kernel.problems import Problem
from demo import firms
from demo.history import photos
from demo.history.plan import Tale, tales
from demo.history.scenes import SCENES
from demo.history.scripts import SCRIPTS
from demo.history.stage import Ended, Stage
from demo.load import SINCE
from demo.models import World
from hazards.actions import day_keys
from inspections.actions import look_back_keys

BEFORE_NOW = timedelta(hours=1)
REST, LEAST_S = 0.5, 0.15  # whoever waits for the one write lock of SQLite looks again every tenth of a second
EVERY = 20


def make(world: World, *, at: datetime, say: Callable[[str], None], rest: float = REST) -> int:
    """Make what is missing of the history of `world` and return how many tales were told; again changes nothing.

    `rest`: how long to leave the database to others after each tale, as a part of the time it took.
    """
    if world.told_at is not None:
        return 0
    last = world.began_at - BEFORE_NOW
    first = start_of(local_day(last) - timedelta(days=world.days))
    day_keys.commit_demo(first_day=local_day(first), last_day=local_day(world.began_at), seed=f"bihuan-demo-{firms.SEED}", at=at)
    look_back_keys.commit_demo(
        first_day=local_day(first), last_day=local_day(world.began_at), seed=f"bihuan-demo-{firms.SEED}", at=at
    )
    plan, told = tales(first=first, last=last, enterprises=world.enterprises), 0
    for tale in plan[world.told :]:
        began = time.monotonic()
        told += _tell(tale, since=world.began_at - SINCE, say=say)
        if tale.number % EVERY == EVERY - 1:
            say(f"历史 / history {tale.number + 1}/{len(plan)}  {local_day(tale.start)}")
        time.sleep(max(LEAST_S, rest * (time.monotonic() - began)) if rest else 0)
    World.objects.filter(id=1, told_at=None).update(told_at=at)
    say(f"历史已备齐 / history complete: {len(plan)}")
    return told


def _tell(tale: Tale, *, since: datetime, say: Callable[[str], None]) -> bool:
    prints = photos.prepare(tale)
    try:
        return _play(Stage(tale, since=since, photos=prints))
    except Problem as problem:
        # a regulator who changed the rules since then may make an old story impossible; the others go on
        say(f"故事 {tale.number}({tale.kind})略过 / left out: {problem.code}")
    World.objects.filter(id=1, told=tale.number).update(told=tale.number + 1)
    return False


@transaction.atomic
def _play(stage: Stage) -> bool:
    """Play one tale, unless another maker has; its place in the plan moves in the same transaction."""
    world = World.objects.select_for_update().get(id=1)
    if world.told != stage.tale.number:
        return False
    with contextlib.suppress(Ended):
        (SCRIPTS | SCENES)[stage.tale.kind](stage)
    stage.close()
    World.objects.filter(id=1).update(told=stage.tale.number + 1)
    return True
