"""Every (status, verb, role, relation) cell, against a table written from lifecycle.md and api.md §5, not from MOVES."""

from dataclasses import replace
from uuid import UUID

import pytest

from accounts.policy.roles import Role
from backend.kernel.problems import Problem
from hazards import errors, lifecycle
from hazards.policy.facts import Asking, Content, Facts, Hands, Pending
from hazards.policy.kinds import KINDS, Kind
from hazards.policy.words import Level, Party, ReviewMode, Source, Status, Verb
from tests.cast import DAY, HOUR, NOON, SECOND

S, V, R = Status, Verb, Role
ME, MYSELF, OTHER, OTHER_SELF, THIRD = (UUID(int=n) for n in range(1, 6))  # account and natural person, twice
TODAY = NOON.date()
FIELD, OFFICERS, REPORTER, SYSTEM = {R.GRID_WORKER, R.INSPECTOR}, {R.OWNER, R.OFFICER}, {Party.REPORTER}, {Party.SYSTEM}
EVERYBODY = [*Role, Party.REPORTER, Party.SYSTEM]

# verb: (from, to, by) as api.md §5 and lifecycle.md §3 say it; a "-" leaves the status as it is
PAGE = {
    V.CONFIRM: ({S.REPORTED, S.RETURNED}, S.RECTIFYING, FIELD),
    V.RETURN: ({S.REPORTED}, S.RETURNED, FIELD),
    V.DISMISS: ({S.REPORTED, S.RETURNED}, S.VOID, FIELD),
    V.RESUBMIT: ({S.RETURNED}, S.REPORTED, REPORTER),
    V.WITHDRAW: ({S.REPORTED, S.RETURNED}, S.VOID, REPORTER),
    V.PLAN: ({S.RECTIFYING}, "-", OFFICERS),
    V.SUBMIT: ({S.RECTIFYING}, S.AWAITING_REINSPECTION, OFFICERS),
    V.ACCEPT: ({S.AWAITING_REINSPECTION}, "-", OFFICERS | {R.AGENCY, R.GRID_WORKER}),
    V.REJECT: ({S.AWAITING_REINSPECTION}, S.RECTIFYING, OFFICERS | {R.AGENCY, R.GRID_WORKER}),
    V.PASS: ({S.AWAITING_REINSPECTION}, S.CLOSED, FIELD),
    V.SIGN: ({S.AWAITING_REINSPECTION}, "-", {R.INSPECTOR}),
    V.COUNTERSIGN: ({S.AWAITING_REINSPECTION}, S.CLOSED, {R.INSPECTOR}),
    V.FAIL: ({S.AWAITING_REINSPECTION}, S.RECTIFYING, FIELD),
    V.CLOSE_BY_CLOCK: ({S.AWAITING_REINSPECTION}, S.CLOSED, SYSTEM),
    V.DRAW: ({S.AWAITING_REINSPECTION}, "-", FIELD),
    V.ASK_EXTENSION: ({S.RECTIFYING}, "-", OFFICERS),
    V.GRANT_EXTENSION: ({S.RECTIFYING}, "-", FIELD | {R.REGULATOR}),
    V.REFUSE_EXTENSION: ({S.RECTIFYING}, "-", FIELD | {R.REGULATOR}),
    V.PROPOSE_LISTING: ({S.RECTIFYING, S.AWAITING_REINSPECTION}, "-", {R.INSPECTOR}),
    V.LIST: ({S.RECTIFYING, S.AWAITING_REINSPECTION}, "-", {R.REGULATOR}),
    V.LIFT: ({S.AWAITING_REINSPECTION}, "-", {R.REGULATOR}),
    V.HOLD: ({S.CLOSED}, "-", FIELD),
    V.RECUR: ({S.CLOSED}, S.RECTIFYING, FIELD),
    V.RAISE: ({S.RECTIFYING, S.AWAITING_REINSPECTION}, "-", {R.INSPECTOR}),
    V.LOWER: ({S.RECTIFYING, S.AWAITING_REINSPECTION}, "-", {R.REGULATOR}),
    V.ANNUL: ({S.RECTIFYING, S.AWAITING_REINSPECTION}, S.VOID, {R.REGULATOR}),
    V.TRANSFER: ({S.REPORTED, S.RECTIFYING}, "-", FIELD),
    V.RULE: ({S.REPORTED, S.RECTIFYING}, "-", {R.REGULATOR}),
    V.ESCALATE: ({S.REPORTED, S.RETURNED, S.RECTIFYING, S.AWAITING_REINSPECTION}, "-", SYSTEM),
    V.FOLLOW: ({S.REPORTED, S.RETURNED, S.RECTIFYING, S.AWAITING_REINSPECTION}, "-", SYSTEM),
}
ABOUT_MAJOR = {V.PLAN, V.SIGN, V.COUNTERSIGN, V.PROPOSE_LISTING, V.LIST, V.LIFT, V.LOWER}
ABOUT_SAMPLED = {V.ACCEPT, V.REJECT, V.DRAW, V.CLOSE_BY_CLOCK}
JUDGING = {V.CONFIRM, V.RETURN, V.DISMISS}
AFTER_FIX = {V.ACCEPT, V.REJECT, V.PASS, V.SIGN, V.COUNTERSIGN, V.FAIL}
DECIDING = {V.GRANT_EXTENSION, V.REFUSE_EXTENSION}
# relation of the actor to the hazard -> verbs refused to him as the same person (lifecycle.md §2)
SAME_PERSON = {
    "nobody": set(),
    "reporter": JUDGING | AFTER_FIX | DECIDING,
    "finder": set(),
    "verifier": set(),
    "rectifier": AFTER_FIX,
    "passer": {V.HOLD, V.RECUR},
    "asker": DECIDING,
    "interested": JUDGING | (AFTER_FIX - {V.ACCEPT, V.REJECT}) | DECIDING | {
        V.DRAW, V.PROPOSE_LISTING, V.LIST, V.LIFT, V.HOLD, V.RECUR, V.RAISE, V.LOWER, V.ANNUL, V.TRANSFER, V.RULE,
    },
    "first signer": {V.COUNTERSIGN},
    "named second": set(),
    "third inspector": set(),
}  # fmt: skip
HANDS = {
    "reporter": {}, "nobody": {}, "interested": {}, "finder": {"found": MYSELF}, "verifier": {"verified": MYSELF},
    "rectifier": {"rectified": frozenset({MYSELF})}, "passer": {"passed": frozenset({MYSELF})},
    "asker": {"asking": Asking(THIRD, MYSELF, TODAY + 9 * DAY)},
    "first signer": {"pending": Pending(THIRD, MYSELF, OTHER, NOON + HOUR)},
    "named second": {"pending": Pending(THIRD, OTHER_SELF, ME, NOON + HOUR)},
    "third inspector": {"pending": Pending(THIRD, OTHER_SELF, OTHER, NOON + HOUR)},
}  # fmt: skip


def facts(verb: Verb, *, status: Status = S.REPORTED, role: str = R.INSPECTOR, relation: str = "nobody", **more) -> Facts:
    """Return facts under which `verb` has nothing against it but status, role and relation."""
    hands = Hands(pending=Pending(THIRD, OTHER_SELF, ME, NOON + HOUR) if verb == V.COUNTERSIGN else None)
    if verb in DECIDING:
        hands = replace(hands, asking=Asking(THIRD, OTHER_SELF, TODAY + 9 * DAY))
    major = verb in ABOUT_MAJOR or (verb in DECIDING and role == R.REGULATOR)
    said = Content(
        level=Level.MAJOR if verb == V.RAISE else Level.GENERAL, criterion_in_force=True, photos=1, on_site=True,
        due_on=TODAY + DAY * (9 if verb == V.ASK_EXTENSION else 1), inspectors=(ME, OTHER), second_person=OTHER_SELF,
    )  # fmt: skip
    base = {
        "at": NOON, "today": TODAY, "status": status, "level": Level.MAJOR if major else Level.GENERAL,
        "level_claimed": Level.GENERAL, "source": Source.SNAPSHOT, "roles": frozenset({role}), "actor": ME, "person": MYSELF,
        "review_mode": ReviewMode.SAMPLED if verb in ABOUT_SAMPLED else ReviewMode.FULL, "reporter": OTHER_SELF,
        "hands": replace(hands, **HANDS[relation]), "interested": relation == "interested", "has_plan": True, "cooled": True,
        "regulates": frozenset({"county"}) if role == R.REGULATOR else frozenset(), "listed": verb == V.LIFT,
        "listed_by": "county" if verb == V.LIFT else "", "returned_long_enough": True, "due_day": TODAY + 5 * DAY,
        "fail_latest": TODAY + 15 * DAY, "extension_latest": TODAY + 10 * DAY, "ask_until": NOON + SECOND, "content": said,
    }  # fmt: skip
    if relation == "reporter":
        base |= {"reporter": MYSELF, "roles": frozenset({role, Party.REPORTER})}
    elif verb in (V.SIGN, V.COUNTERSIGN):
        base |= {"reporter": THIRD}
    return Facts(**(base | more))


def expected(status: Status, verb: Verb, role: str, relation: str) -> str:
    """Return the status or the code of the refusal that the pages promise."""
    where, to, by = PAGE[verb]
    roles = {role, Party.REPORTER} if relation == "reporter" else {role}
    if not roles & by:
        return "hazard.not_your_move"
    if verb == V.COUNTERSIGN and relation == "third inspector":
        return "hazard.not_your_move"
    if status not in where:
        return "hazard.wrong_status"
    if verb == V.SIGN and relation in ("first signer", "named second", "third inspector"):
        return "hazard.wrong_status"
    if verb in SAME_PERSON[relation]:
        return "hazard.same_person"
    if relation == "interested" and verb in (V.ACCEPT, V.REJECT) and role == R.GRID_WORKER:
        return "hazard.same_person"
    return str(status if to == "-" else to)


def outcome(status: Status, verb: Verb, given: Facts) -> str:
    try:
        return lifecycle.next_status(status, verb, given)
    except Problem as problem:
        return problem.code


def test_the_page_knows_every_verb_and_the_table_decides_no_other_pair():
    assert set(PAGE) == set(Verb)
    assert set(lifecycle.MOVES) == {(status, verb) for verb, (where, _, _) in PAGE.items() for status in where}


@pytest.mark.parametrize("relation", list(SAME_PERSON))
@pytest.mark.parametrize("verb", list(Verb))
def test_every_cell_is_as_the_pages_say(verb, relation):
    cells = {(status, role) for status in Status for role in EVERYBODY}
    found = {c: outcome(c[0], verb, facts(verb, status=c[0], role=c[1], relation=relation)) for c in cells}
    assert found == {c: expected(c[0], verb, c[1], relation) for c in cells}


GRID = {"role": R.GRID_WORKER}
MAJOR, GENERAL = {"level": Level.MAJOR}, {"level": Level.GENERAL}
OFFICER, COUNTY, TOWN = {"role": R.OFFICER}, {"role": R.REGULATOR}, {"role": R.REGULATOR, "regulates": frozenset({"town"})}
CITY = {"role": R.REGULATOR, "regulates": frozenset({"city"})}
PENDING = Hands(pending=Pending(THIRD, OTHER_SELF, ME, NOON))


def said(**what) -> dict:
    return {"content": Content(**({"criterion_in_force": True, "photos": 1, "on_site": True} | what))}


REFUSED = [
    (V.CONFIRM, GRID | said(level=Level.MAJOR), "hazard.not_your_move"),
    (V.CONFIRM, GRID | said(stop_work=True), "hazard.not_your_move"),
    (V.CONFIRM, said(level=Level.MAJOR, criterion_in_force=False), "hazard.criterion_required"),
    (V.CONFIRM, said(due_on=TODAY - DAY), "hazard.deadline_in_past"),
    (V.CONFIRM, {"photos_blocking": True}, "hazard.photo_missing"),
    (V.CONFIRM, {"status": S.RETURNED, "returned_long_enough": False}, "hazard.wrong_status"),
    (V.DISMISS, GRID | {"level_claimed": Level.MAJOR}, "hazard.not_your_move"),
    (V.DISMISS, said(duplicate_is_live=False), "hazard.bad_duplicate"),
    (V.DISMISS, {"status": S.RETURNED, "returned_long_enough": False}, "hazard.wrong_status"),
    (V.RESUBMIT, {"role": Party.REPORTER, "status": S.RETURNED} | said(category_known=False), "hazard.unknown_category"),
    (V.PLAN, OFFICER | GENERAL, "hazard.wrong_status"),
    (V.PLAN, OFFICER | said(due_on=TODAY - DAY), "hazard.deadline_in_past"),
    (V.SUBMIT, OFFICER | said(photos=0), "hazard.photo_required"),
    (V.SUBMIT, OFFICER | MAJOR | {"has_plan": False}, "hazard.plan_required"),
    (V.ACCEPT, OFFICER | {"review_mode": ReviewMode.FULL}, "hazard.wrong_status"),
    (V.ACCEPT, OFFICER | {"hands": Hands(accepted=OTHER_SELF)}, "hazard.wrong_status"),
    (V.PASS, {"photos_blocking": True}, "hazard.photo_missing"),
    (V.PASS, MAJOR, "hazard.wrong_status"),
    (V.PASS, said(visit_fits=False), "hazard.visit_unfit"),
    (V.SIGN, said(visit_fits=False, inspectors=(ME, OTHER), second_person=OTHER_SELF), "hazard.visit_unfit"),
    (V.FAIL, said(visit_fits=False), "hazard.visit_unfit"),
    (V.PASS, GRID | MAJOR, "hazard.not_your_move"),
    (V.SIGN, GENERAL, "hazard.wrong_status"),
    (V.SIGN, said(on_site=False, inspectors=(ME, OTHER), second_person=OTHER_SELF), "hazard.on_site_required"),
    (V.SIGN, said(), "hazard.two_inspectors_required"),
    (V.SIGN, said(inspectors=(ME, ME), second_person=OTHER_SELF), "hazard.two_inspectors_required"),
    (V.SIGN, said(inspectors=(OTHER, THIRD), second_person=OTHER_SELF), "hazard.two_inspectors_required"),
    (V.SIGN, said(inspectors=(ME, OTHER), second_person=MYSELF), "hazard.two_inspectors_required"),
    (V.SIGN, {"hands": Hands(found=MYSELF, verified=OTHER_SELF)}, "hazard.same_person"),
    (V.SIGN, {"hands": Hands(rectified=frozenset({OTHER_SELF}))}, "hazard.same_person"),
    (V.SIGN, {"reporter": OTHER_SELF}, "hazard.same_person"),
    (V.SIGN, {"listed": True}, "hazard.listed"),
    (V.SIGN, {"photos_blocking": True}, "hazard.photo_missing"),
    (V.COUNTERSIGN, {"hands": PENDING}, "hazard.wrong_status"),
    (V.COUNTERSIGN, {"hands": Hands()}, "hazard.wrong_status"),
    (V.COUNTERSIGN, {"listed": True}, "hazard.listed"),
    (V.COUNTERSIGN, {"photos_blocking": True}, "hazard.photo_missing"),
    (V.FAIL, GRID | MAJOR, "hazard.not_your_move"),
    (V.FAIL, said(due_on=TODAY - DAY), "hazard.deadline_in_past"),
    (V.FAIL, said(due_on=TODAY + 16 * DAY), "hazard.deadline_too_far"),
    (V.DRAW, {"review_mode": ReviewMode.FULL}, "hazard.wrong_status"),
    (V.CLOSE_BY_CLOCK, {"role": Party.SYSTEM, "cooled": False}, "hazard.wrong_status"),
    (V.CLOSE_BY_CLOCK, {"role": Party.SYSTEM, "photos_blocking": True}, "hazard.photo_missing"),
    (V.CLOSE_BY_CLOCK, {"role": Party.SYSTEM} | MAJOR, "hazard.wrong_status"),
    (V.ASK_EXTENSION, OFFICER | {"ask_until": NOON}, "extension.too_late"),
    (V.ASK_EXTENSION, OFFICER | {"ask_until": None}, "extension.too_late"),
    (V.ASK_EXTENSION, OFFICER | {"extension_asked": True}, "extension.already_asked"),
    (V.ASK_EXTENSION, OFFICER | said(due_on=TODAY - DAY), "hazard.deadline_in_past"),
    (V.ASK_EXTENSION, OFFICER | said(due_on=TODAY + 5 * DAY), "extension.not_later"),
    (V.ASK_EXTENSION, OFFICER | said(due_on=TODAY + 11 * DAY), "extension.too_long"),
    (V.GRANT_EXTENSION, MAJOR, "hazard.not_your_move"),
    (V.GRANT_EXTENSION, COUNTY | GENERAL, "hazard.not_your_move"),
    (V.GRANT_EXTENSION, said(decided=True), "extension.decided"),
    (V.GRANT_EXTENSION, {"hands": Hands()}, "hazard.wrong_status"),
    (V.GRANT_EXTENSION, {"due_day": TODAY + 9 * DAY}, "hazard.wrong_status"),
    (V.PROPOSE_LISTING, said(authority="county"), "hazard.not_your_move"),
    (V.PROPOSE_LISTING, GENERAL, "hazard.wrong_status"),
    (V.PROPOSE_LISTING, {"listed": True}, "hazard.listed"),
    (V.LIST, TOWN, "hazard.not_your_move"),
    (V.LIST, COUNTY | said(authority="city"), "hazard.not_your_move"),
    (V.LIST, COUNTY | said(authority="county", due_on=TODAY - DAY), "hazard.deadline_in_past"),
    (V.LIST, COUNTY | {"listed": True}, "hazard.listed"),
    (V.LIST, COUNTY | GENERAL, "hazard.wrong_status"),
    (V.LIFT, CITY, "hazard.not_your_move"),
    (V.LIFT, COUNTY | said(listing_authority="city"), "hazard.not_your_move"),
    (V.LIFT, COUNTY | {"listed": False}, "listing.not_open"),
    (V.LIFT, COUNTY | said(own_listing_open=False), "listing.not_open"),
    (V.HOLD, GRID | MAJOR, "hazard.not_your_move"),
    (V.RECUR, said(photos=0), "hazard.photo_required"),
    (V.RECUR, said(due_on=TODAY - DAY), "hazard.deadline_in_past"),
    (V.RAISE, MAJOR, "hazard.wrong_status"),
    (V.RAISE, said(level=Level.MAJOR, criterion_in_force=False), "hazard.criterion_required"),
    (V.LOWER, TOWN, "hazard.not_your_move"),
    (V.LOWER, COUNTY | {"listed": True}, "hazard.listed"),
    (V.LOWER, COUNTY | GENERAL, "hazard.wrong_status"),
    (V.ANNUL, TOWN, "hazard.not_your_move"),
    (V.ANNUL, COUNTY | {"listed": True}, "hazard.listed"),
    (V.TRANSFER, {"transfers_left": 0}, "hazard.transfers_used_up"),
    (V.TRANSFER, {"ruled": True}, "hazard.transfers_used_up"),
    (V.TRANSFER, said(region_known=False), "hazard.region_unknown"),
    (V.TRANSFER, {"region": "330324006"} | said(to_region="330324006"), "hazard.already_there"),
    (V.RULE, COUNTY | {"ruled": True}, "hazard.transfers_used_up"),
    (V.RULE, COUNTY | said(region_known=False), "hazard.region_unknown"),
]


@pytest.mark.parametrize(("verb", "change", "code"), REFUSED)
def test_a_guard_refuses_by_its_code(verb, change, code):
    change = {"status": next(iter(sorted(PAGE[verb][0] - {S.RETURNED}, reverse=True)), S.RETURNED)} | change
    assert outcome(change["status"], verb, facts(verb, **change)) == code


@pytest.mark.parametrize(
    ("verb", "change"),
    [
        (V.CONFIRM, GRID | {"status": S.REPORTED, "level_claimed": Level.MAJOR}),
        (V.CONFIRM, {"status": S.REPORTED} | said(level=Level.MAJOR, stop_work=True)),
        (V.CONFIRM, {"status": S.REPORTED} | said(due_on=TODAY)),
        (V.FAIL, {"status": S.AWAITING_REINSPECTION, "photos_blocking": True}),
        (V.FAIL, {"status": S.AWAITING_REINSPECTION} | said(due_on=TODAY + 15 * DAY)),
        (V.FAIL, MAJOR | {"status": S.AWAITING_REINSPECTION}),
        (V.SIGN, {"status": S.AWAITING_REINSPECTION, "hands": Hands(found=MYSELF, verified=MYSELF)}),
        (V.SIGN, {"status": S.AWAITING_REINSPECTION, "hands": PENDING}),
        (V.SIGN, {"status": S.AWAITING_REINSPECTION, "reporter": OTHER_SELF, "source": Source.INSPECTION}),
        (V.LIST, CITY | {"status": S.RECTIFYING} | said(authority="city", due_on=TODAY)),
        (V.ASK_EXTENSION, OFFICER | {"status": S.RECTIFYING} | said(due_on=TODAY + 10 * DAY)),
        (V.ASK_EXTENSION, OFFICER | {"status": S.RECTIFYING, "extension_latest": None}),
        (V.ACCEPT, OFFICER | {"status": S.AWAITING_REINSPECTION, "interested": True}),
        (V.HOLD, MAJOR | {"status": S.CLOSED}),
        (V.PASS, {"status": S.AWAITING_REINSPECTION, "reporter": MYSELF, "source": Source.GRID_PATROL}),
    ],
)
def test_what_is_on_the_right_side_of_a_limit_is_taken(verb, change):
    assert outcome(change["status"], verb, facts(verb, **change)) == str(lifecycle.MOVES[(change["status"], verb)].to)


def test_every_guard_has_a_kind_a_sentence_and_is_used():
    used = {guard for move in lifecycle.MOVES.values() for guard in move.guards}
    assert used == set(KINDS)
    assert [guard for guard in used if "." not in (guard.__doc__ or "")] == []


def test_powers_come_before_meaning_and_meaning_before_the_moment():
    given = facts(V.CONFIRM, status=S.CLOSED, **GRID, **said(level=Level.MAJOR, criterion_in_force=False))
    assert outcome(S.CLOSED, V.CONFIRM, given) == "hazard.not_your_move"
    given = facts(V.CONFIRM, status=S.CLOSED, **said(level=Level.MAJOR, criterion_in_force=False))
    assert outcome(S.CLOSED, V.CONFIRM, given) == "hazard.criterion_required"
    assert outcome(S.CLOSED, V.CONFIRM, facts(V.CONFIRM, status=S.CLOSED)) == "hazard.wrong_status"
    assert {KINDS[guard] for guard in KINDS} == set(Kind)


def test_a_wrong_status_names_the_status_and_what_is_possible():
    with pytest.raises(errors.WrongStatus) as refused:
        lifecycle.next_status(S.CLOSED, V.SUBMIT, facts(V.SUBMIT, status=S.CLOSED, **OFFICER))
    assert refused.value.extra == {
        "hazard_status": "closed", "possible_in": ["rectifying"], "possible_now": ["hold", "recur"],
    }  # fmt: skip
    with pytest.raises(errors.WrongStatus) as refused:
        lifecycle.next_status(S.RECTIFYING, V.PLAN, facts(V.PLAN, status=S.RECTIFYING, **OFFICER, **GENERAL))
    assert refused.value.extra["hazard_status"] == "rectifying"
    assert "submit" in refused.value.extra["possible_now"]


def test_only_asking_skips_what_depends_on_the_body():
    asking = facts(V.SUBMIT, status=S.RECTIFYING, **OFFICER, content=None)
    assert outcome(S.RECTIFYING, V.SUBMIT, asking) == "awaiting_reinspection"
