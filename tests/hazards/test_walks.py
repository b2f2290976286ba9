"""Every verb can be reached by real moves, and leaves one entry, one version and a sound chain."""

import pytest

from backend.kernel import ledger
from hazards.lifecycle import MOVES
from hazards.policy.words import PAST, Party, Status, Verb
from tests.cast import a_hazard
from tests.loop import BEFORE

pytestmark = pytest.mark.django_db
AFTER = {
    Verb.CONFIRM: "rectifying", Verb.RETURN: "returned", Verb.DISMISS: "void", Verb.RESUBMIT: "reported", Verb.WITHDRAW: "void",
    Verb.PLAN: "rectifying", Verb.SUBMIT: "awaiting_reinspection", Verb.ACCEPT: "awaiting_reinspection",
    Verb.REJECT: "rectifying", Verb.PASS: "closed", Verb.SIGN: "awaiting_reinspection", Verb.COUNTERSIGN: "closed",
    Verb.FAIL: "rectifying", Verb.CLOSE_BY_CLOCK: "closed", Verb.DRAW: "awaiting_reinspection",
    Verb.ASK_EXTENSION: "rectifying", Verb.GRANT_EXTENSION: "rectifying", Verb.REFUSE_EXTENSION: "rectifying",
    Verb.PROPOSE_LISTING: "rectifying", Verb.LIST: "rectifying", Verb.LIFT: "awaiting_reinspection", Verb.HOLD: "closed",
    Verb.RECUR: "rectifying", Verb.RAISE: "rectifying", Verb.LOWER: "rectifying", Verb.ANNUL: "void",
    Verb.TRANSFER: "reported", Verb.RULE: "reported",
}  # fmt: skip


def test_every_verb_of_people_and_the_clocks_closure_is_walked():
    of_people = {verb for (_, verb), move in MOVES.items() if Party.SYSTEM not in move.by}
    assert set(BEFORE) == set(AFTER) == of_people | {Verb.CLOSE_BY_CLOCK}


@pytest.mark.parametrize("verb", list(AFTER))
def test_a_verb_leads_where_the_page_says_and_leaves_one_entry_per_version(cast, verb):
    hazard = a_hazard(cast, verb)
    entries = ledger.of(hazard.id)
    assert hazard.status == Status(AFTER[verb])
    assert ledger.broken_at(hazard.id) is None
    assert (len(entries), entries[-1].seq, entries[-1].hash) == (hazard.version, hazard.version, hazard.ledger_head)
    if verb != Verb.DRAW:
        assert entries[-1].kind == f"hazard.{PAST[verb]}"
