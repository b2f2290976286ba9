"""The rules of visits without a database: every pair of status and verb, where one is, how long it took, what is fresh."""

from itertools import product

import pytest

from accounts.policy.roles import Role
from backend.kernel.problems import Problem
from inspections import lifecycle
from inspections.policy import presence, remote
from inspections.policy.presence import Told
from inspections.policy.remote import Proof, RemoteStatus, RemoteVerb
from inspections.policy.visit_facts import Open, VisitFacts
from inspections.policy.visit_numbers import VisitNumbers
from inspections.policy.visits import Mode, Type, Verb, VisitStatus, source_of
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND

NUMBERS, SITE = VisitNumbers(), (28.0391, 120.6557)
LEADS = {
    ("planned", "check_in"): "under_way", ("under_way", "check_in"): "under_way", ("under_way", "answer"): "under_way",
    ("under_way", "find"): "under_way", ("finished", "find"): "finished", ("under_way", "sign"): "under_way",
    ("finished", "sign"): "finished", ("under_way", "check_out"): "finished", ("planned", "cancel"): "cancelled",
    ("under_way", "cancel"): "cancelled", ("planned", "change"): "planned", ("planned", "follow"): "planned",
}  # fmt: skip


def facts(status, **more):
    return VisitFacts(**{"status": status, "type": Type.GRID_PATROL, "on_crew": True, "may_change": True, **more})


def asked(verb, given):
    try:
        return lifecycle.next_status(verb, given).value
    except Problem as problem:
        return problem.code


@pytest.mark.parametrize(("status", "verb"), list(product(VisitStatus, Verb)))
def test_every_pair_of_status_and_verb_is_decided(status, verb):
    assert asked(verb, facts(status)) == LEADS.get((status.value, verb.value), "inspection.wrong_status")
    assert asked(verb, facts(status, on_crew=False, may_change=False)) == "inspection.not_your_move"


@pytest.mark.parametrize(
    ("verb", "given", "code"),
    [
        (Verb.CHECK_IN, facts(VisitStatus.PLANNED, type=Type.ADMINISTRATIVE_INSPECTION), "inspection.action_code_required"),
        (Verb.CHECK_IN, facts(VisitStatus.PLANNED, interested=True), "inspection.interest"),
        (Verb.CHECK_OUT, facts(VisitStatus.UNDER_WAY, open=Open(unanswered=("A-01",))), "inspection.incomplete"),
        (Verb.CHECK_OUT, facts(VisitStatus.UNDER_WAY, open=Open(without_finding=("A-01",))), "inspection.incomplete"),
        (Verb.FIND, facts(VisitStatus.FINISHED, late=True), "inspection.wrong_status"),
        (Verb.CANCEL, facts(VisitStatus.UNDER_WAY, findings=1), "inspection.wrong_status"),
    ],
)
def test_a_guard_says_why(verb, given, code):
    assert asked(verb, given) == code


@pytest.mark.parametrize(
    ("told", "site", "how", "flags"),
    [
        (Told(SITE, 10), SITE, "near", ()),
        (Told((28.0410, 120.6557), 0), SITE, "far", ("far",)),  # 211 m
        (Told((28.0410, 120.6557), 30), SITE, "near", ()),
        (Told((28.0428, 120.6557), 9_000), SITE, "far", ("bad_accuracy", "far")),
        (Told((-90.0, 180.0), None), SITE, "far", ("far",)),
        (Told(SITE, 10), None, "unknown", ("no_site",)),
        (Told(None), SITE, "unknown", ("no_location",)),
        (Told(SITE, 10, mock=True), SITE, "near", ("mock_location",)),
        (Told(None, scan=()), SITE, "code", ()),
        (Told(None, scan=()), None, "code", ()),
        (Told((28.0428, 120.6557), 9_000, scan=()), SITE, "code", ("bad_accuracy", "far")),
        # what can be passed on does not make up for a place that is not told
        (Told(None, scan=("printed_code",)), SITE, "code", ("printed_code", "no_location")),
        (Told(SITE, 10, scan=("printed_code",)), SITE, "code", ("printed_code",)),
        (Told(SITE, 10, scan=("printed_code",)), None, "code", ("printed_code", "no_site")),
    ],
)  # fmt: skip
def test_where_one_is(told, site, how, flags):
    found = presence.judge(told, site, remote=False, numbers=NUMBERS)
    assert (found.how, found.flags) == (how, flags)


def test_nobody_has_to_be_at_a_remote_visit():
    assert presence.judge(Told(None, mock=True), SITE, remote=True, numbers=NUMBERS).flags == ()


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        (None, NOON), (NOON - 72 * HOUR, NOON - 72 * HOUR), (NOON - 72 * HOUR - SECOND, NOON), (NOON + 5 * MINUTE, NOON),
        (NOON + 6 * MINUTE, NOON),
    ],
)  # fmt: skip
def test_a_phone_is_believed_within_bounds_and_never_ahead_of_the_server(claimed, believed):
    assert presence.moment(claimed, at=NOON, numbers=NUMBERS) == believed


@pytest.mark.parametrize(
    ("length", "flags"),
    [(3 * MINUTE - SECOND, ["too_short"]), (3 * MINUTE, []), (12 * HOUR, []), (12 * HOUR + SECOND, ["too_long"])],
)
def test_how_long_a_visit_took(length, flags):
    seen = {"present": 2, "crew": 2, "photos": 1, "remote": False, "numbers": NUMBERS}
    assert list(presence.visit_flags(arrived_at=NOON, left_at=NOON + length, **seen)) == flags
    alone = seen | {"present": 1, "photos": 0}
    assert list(presence.visit_flags(arrived_at=NOON, left_at=NOON + HOUR, **alone)) == ["no_photo", "one_present"]


@pytest.mark.parametrize(("at", "late"), [(NOON - SECOND, False), (NOON, True), (NOON + DAY, True)])
def test_the_last_instant_is_too_late(at, late):
    for verb in (RemoteVerb.ANSWER, RemoteVerb.REFUSE):
        try:
            found = remote.next_status(RemoteStatus.OPEN, verb, expires_at=NOON, at=at).value
        except Problem as problem:
            found = problem.code
        assert (found == "remote_check.expired") is late


def test_a_right_nonce_proves_and_a_wrong_one_is_odd():
    assert remote.freshness(nonce="ab", sent="AB", number_visible=False).proof == Proof.NONCE
    assert remote.freshness(nonce="ab", sent="cd", number_visible=True) == remote.Freshness(Proof.NUMBER, ("wrong_nonce",))


def test_every_visit_has_a_source_for_everybody_who_makes_it():
    sources = {(t, r): source_of(t, Mode.PLANNED, r).value for t in Type for r in (Role.INSPECTOR, Role.GRID_WORKER)}
    assert set(sources.values()) == {"inspection", "grid_patrol", "remote_check"}
    assert source_of(Type.SERVICE_VISIT, Mode.PLANNED, Role.AGENCY) == "agency"
