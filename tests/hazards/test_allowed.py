"""`allowed` never promises what is refused and never hides what would be taken."""

import pytest
from django.db import transaction

from backend.kernel.problems import Problem
from hazards import queries
from hazards.actions import judge
from hazards.policy.words import Level, Source, Verb
from media import queries as media
from tests import loop
from tests.cast import NOON

pytestmark = pytest.mark.django_db
V = Verb
PEOPLE = [
    "officer_a",
    "owner_a",
    "agency",
    "grid_worker",
    "inspector",
    "inspector_2",
    "inspector_3",
    "regulator",
    "regulator_city",
]
SITUATIONS = {
    "reported": (None, {}), "by the agency": (None, {"by": "agency", "source": Source.AGENCY}),
    "claimed major": (None, {"level": Level.MAJOR}), "a tip": (None, {"by": "inspector", "source": Source.PUBLIC_REPORT}),
    "returned": (V.RETURN, {}), "rectifying": (V.CONFIRM, {}), "asked": (V.ASK_EXTENSION, {}),
    "refused": (V.REFUSE_EXTENSION, {}),
    "major": (V.CONFIRM, {"level": Level.MAJOR}), "planned": (V.PLAN, {}), "listed": (V.LIST, {}), "lifted": (V.LIFT, {}),
    "major asked": (V.ASK_EXTENSION, {"level": Level.MAJOR}), "submitted": (V.SUBMIT, {}), "signed": (V.SIGN, {}),
    "major submitted": (V.SUBMIT, {"level": Level.MAJOR}), "sampled": (None, {"fixed": True}), "accepted": (V.ACCEPT, {}),
    "fixed but major": (None, {"fixed": True, "level": Level.MAJOR}), "closed": (V.PASS, {}), "void": (V.ANNUL, {}),
    "major closed": (V.COUNTERSIGN, {}), "failed": (V.FAIL, {}), "recurred": (V.RECUR, {}), "ruled": (V.RULE, {}),
}  # fmt: skip


def promised(walk: loop.Walk, who: str) -> dict[str, tuple[bool, str | None]]:
    at = walk.at + loop.HOUR
    actor, hazard = walk.cast.actor(who, at=at), walk.hazard
    if not queries.visible_to(actor).filter(id=hazard.id).exists():
        return {}
    blocking = bool(media.blocking(media.slots([hazard.id])[hazard.id]))
    facts = judge.facts_of(hazard, actor=actor, at=at, blocking=blocking)
    return {entry.act: (entry.allowed, entry.why) for entry in judge.allowed(facts)}


def done(walk: loop.Walk, verb: Verb, who: str) -> tuple[bool, str | None]:
    """Take the step with a good body, undo it, and return what came of it."""
    at = walk.at
    try:
        with transaction.atomic():
            walk.take(verb, who, **({"level": Level.GENERAL} if verb == V.CONFIRM else {}))
            transaction.set_rollback(True)
    except Problem as problem:
        return False, problem.code
    finally:
        walk.at = at
    return True, None


@pytest.mark.parametrize("situation", list(SITUATIONS))
def test_what_is_allowed_is_what_can_be_done(cast, situation):
    until, how = SITUATIONS[situation]
    everybody = [getattr(cast, who) for who in PEOPLE]  # made before anything is undone
    walk = loop.a_walk(cast, until, at=NOON, **how)
    wrong = {}
    for who in PEOPLE[: len(everybody)]:
        for act, promise in promised(walk, who).items():
            major = walk.hazard.level == Level.MAJOR
            if Verb(act) == (V.PASS if major else V.SIGN):
                assert promise[0] is False  # one door, two verbs: the level picks which
                continue
            came = done(walk, Verb(act), who)
            if promise[0] != came[0] or promise[0] is (promise[1] is not None):
                wrong[f"{who} {act}"] = f"promised {promise}, came {came}"
    assert wrong == {}


def test_photos_that_have_not_arrived_are_told_beforehand(cast):
    walk = loop.a_walk(cast, V.CONFIRM, at=NOON)
    walk.take(V.SUBMIT, arrived=False)
    assert promised(walk, "inspector")["pass"] == (False, "hazard.photo_missing")
    assert done(walk, V.PASS, "inspector") == (False, "hazard.photo_missing")
    assert promised(walk, "inspector")["fail"] == done(walk, V.FAIL, "inspector") == (True, None)
