"""The whole loop walked at random beside a tiny model of it: statuses, versions, rounds, one entry per version."""

from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from backend.kernel import ledger
from backend.kernel.problems import Problem
from hazards.policy.words import Level, Verb
from tests.cast import NOON
from tests.hazards.test_lifecycle_table import PAGE
from tests.loop import BY, Walk, a_fix

pytestmark = pytest.mark.django_db
V = Verb
# status -> verb -> status after it, from the picture of lifecycle.md §3
MODEL = {
    "reported": {V.CONFIRM: "rectifying", V.RETURN: "returned", V.DISMISS: "void", V.WITHDRAW: "void", V.TRANSFER: "reported",
                 V.RULE: "reported"},
    "returned": {V.CONFIRM: "rectifying", V.DISMISS: "void", V.RESUBMIT: "reported", V.WITHDRAW: "void"},
    "rectifying": {
        V.PLAN: "rectifying", V.SUBMIT: "awaiting_reinspection", V.ANNUL: "void", V.ASK_EXTENSION: "rectifying",
        V.GRANT_EXTENSION: "rectifying", V.REFUSE_EXTENSION: "rectifying", V.LIST: "rectifying", V.RAISE: "rectifying",
        V.LOWER: "rectifying", V.PROPOSE_LISTING: "rectifying", V.TRANSFER: "rectifying", V.RULE: "rectifying",
    },
    "awaiting_reinspection": {
        V.PASS: "closed", V.SIGN: "awaiting_reinspection", V.COUNTERSIGN: "closed", V.FAIL: "rectifying", V.ANNUL: "void",
        V.ACCEPT: "awaiting_reinspection", V.REJECT: "rectifying", V.LIST: "awaiting_reinspection",
        V.RAISE: "awaiting_reinspection", V.LIFT: "awaiting_reinspection", V.LOWER: "awaiting_reinspection",
        V.DRAW: "awaiting_reinspection", V.PROPOSE_LISTING: "awaiting_reinspection",
    },
    "closed": {V.HOLD: "closed", V.RECUR: "rectifying"},
    "void": {},
}  # fmt: skip
NEW_ROUND = {V.FAIL, V.REJECT, V.RECUR}
PEOPLE = sorted({*BY.values(), "officer_a"})
VERBS = sorted({*BY, V.RESUBMIT, V.WITHDRAW})


def step(walk: Walk, verb: Verb) -> bool:
    """Take the step as whoever takes it; return whether it was taken."""
    more: dict[str, Any] = {"to_region": "330324009"} if verb == V.TRANSFER else {"region": "330324009"} if verb == V.RULE else {}
    try:
        with transaction.atomic():
            walk.take(verb, **more)
    except Problem:
        return False
    return True


def by_level(walk: Walk, verb: Verb) -> Verb:
    """Return what a pass is called on this hazard: one door, and the level picks the verb."""
    if verb not in (V.PASS, V.SIGN):
        return verb
    return V.SIGN if walk.hazard.level == Level.MAJOR else V.PASS


def test_the_model_knows_every_step_of_people():
    page = {(status, verb) for verb, (where, _, _) in PAGE.items() for status in where if verb in VERBS}
    assert {(status, verb) for status, steps in MODEL.items() for verb in steps} == page


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(verbs=st.lists(st.sampled_from(VERBS), min_size=5, max_size=25), fixed=st.booleans(), major=st.booleans())
def test_whatever_is_tried_the_loop_and_its_chain_stay_sound(cast, verbs, fixed, major):
    for key in PEOPLE:
        getattr(cast, key)
    with transaction.atomic():
        walk = Walk(cast, NOON)
        more = {"fix": a_fix(cast, at=NOON)} if fixed else {}
        walk.report(level_claimed=Level.MAJOR if major else Level.GENERAL, **more)
        status = "awaiting_reinspection" if fixed and not major else "reported"
        version, rounds = 1, 1
        for tried in verbs:
            verb = by_level(walk, tried)
            if step(walk, verb):
                assert verb in MODEL[status], f"{verb} was taken in {status}"
                status, version = MODEL[status][verb], version + (verb != V.DRAW)
                rounds += verb in NEW_ROUND
            hazard = walk.hazard
            assert (hazard.status, hazard.version, hazard.round) == (status, version, rounds)
        entries = ledger.of(walk.id)
        assert [entry.seq for entry in entries] == list(range(1, version + 1))
        assert (ledger.broken_at(walk.id), entries[-1].hash) == (None, walk.hazard.ledger_head)
        transaction.set_rollback(True)
