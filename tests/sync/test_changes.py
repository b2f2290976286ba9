"""Following what changed: refusals first, then the order of things, then whole stories of phones."""

import pytest

from accounts.actions import duties
from accounts.models import Duty
from accounts.policy.roles import Role
from backend.kernel import clock, ids, ledger, sequencer
from hazards.policy.words import Verb
from media.policy.uses import PhotoRef
from tests import loop
from tests.api import Api, problem
from tests.cast import GRID_ALIKE, HOUR, NOON
from tests.sync.following import Phone, differences

pytestmark = pytest.mark.django_db
SANJIANG = "330324006"


def phone_of(person, **how) -> Phone:
    api = Api().as_(person)

    def get(path):
        reply = api.get(path)
        assert reply.status_code == 200, reply.content
        return reply.json()

    return Phone(get, **how)


def walk(cast, until=None, **how) -> loop.Walk:
    return loop.a_walk(cast, until, at=NOON, **how)


def grant(person, role, *, region="", enterprise_id=None, licence="浙C0001"):
    wanted = duties.Grant(person.id, role, enterprise_id, region, licence if role is Role.INSPECTOR else "")
    return duties.grant(wanted=wanted, signer=ledger.SYSTEM, at=clock.now())


def end(duty):
    return duties.end(duty_id=duty.id, signer=ledger.SYSTEM, at=clock.now())


def duty_of(person) -> Duty:
    return Duty.objects.get(person=person, until=None)


def test_auditors_admins_and_strangers_follow_nothing(cast):
    for who in (cast.auditor, cast.admin, cast.stranger):
        assert problem(Api().as_(who).get("/sync/changes")) == (403, "auth.no_duty")
    assert problem(Api().get("/sync/changes")) == (401, "auth.required")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=", "cursor=a%20b", "since=1", "cursor=" + "a" * 6001]
)
def test_what_is_no_question_is_refused(cast, query):
    assert problem(Api().as_(cast.inspector).get(f"/sync/changes?{query}")) == (422, "request.invalid")


def test_a_cursor_that_was_not_given_out_to_this_person_is_refused(cast):
    mine = phone_of(cast.inspector).catch_up().cursor
    forged = mine[:-1] + ("A" if mine[-1] != "A" else "B")
    for who, text in [(cast.inspector_2, mine), (cast.inspector, forged), (cast.inspector, "x"), (cast.inspector, "a:b.c")]:
        assert problem(Api().as_(who).get(f"/sync/changes?cursor={text}")) == (422, "sync.cursor_invalid")


def test_a_cursor_from_a_ledger_that_was_restored_from_a_backup_is_gone(cast, monkeypatch):
    walk(cast)
    phone = phone_of(cast.inspector).catch_up()
    now = sequencer.standing()
    monkeypatch.setattr(sequencer, "standing", lambda known=0: sequencer.Standing(now.seq, now.hash, "0" * 64, waits=False))
    reply = Api().as_(cast.inspector).get(f"/sync/changes?cursor={phone.cursor}")
    assert problem(reply) == (410, "sync.cursor_gone")


def test_without_a_cursor_everything_in_scope_comes_once(cast):
    ours, theirs = walk(cast, Verb.SUBMIT), walk(cast, firm="c", by="officer_far")
    phone = phone_of(cast.inspector).catch_up()
    assert (phone.ids("hazard"), phone.ids("enterprise")) == ({str(ours.id)}, {str(cast.a.id)})
    assert str(theirs.id) not in str(phone.held)
    assert not differences(phone, cast.inspector)
    assert len(phone.last) == len(phone.held)


def test_nothing_new_costs_one_statement_beyond_identity(cast, statements):
    walk(cast)
    api = Api().as_(cast.inspector)
    cursor = phone_of(cast.inspector).catch_up().cursor
    api.get(f"/sync/changes?cursor={cursor}")
    with statements() as ran:
        answer = api.get(f"/sync/changes?cursor={cursor}").json()
    assert (answer["changes"], answer["more"]) == ([], False)
    assert len([q for q in ran.captured_queries if "kernel_" in q["sql"] or "sync_" in q["sql"]]) == 1
    assert len(ran) <= 4


def test_a_page_costs_the_same_however_long_it_is(cast, statements):
    api, counts = Api().as_(cast.inspector), []
    for _ in range(2):
        for _ in range(5):
            walk(cast, Verb.SUBMIT)
        sequencer.run()
        with statements() as ran:
            assert api.get("/sync/changes?limit=200").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 12, [q["sql"][:80] for q in ran.captured_queries]


def test_what_others_see_moves_the_cursor_all_the_same(cast):
    phone = phone_of(cast.inspector).catch_up()
    before = phone.cursor
    walk(cast, firm="c", by="officer_far")
    assert (phone.catch_up().last, phone.cursor == before) == ([], False)


def test_a_hazard_that_changed_often_is_told_of_once_as_it_is_now(cast):
    case = walk(cast)
    phone = phone_of(cast.inspector).catch_up()
    for verb in (Verb.CONFIRM, Verb.SUBMIT, Verb.FAIL):
        case.take(verb)
    phone.catch_up()
    assert phone.ops("hazard") == [("put", str(case.id))]
    assert phone.held["hazard", str(case.id)]["version"] == case.hazard.version == 4
    shown = Api().as_(cast.inspector).get("/hazards").json()["items"][0]
    body = phone.held["hazard", str(case.id)]["body"]
    assert {**shown, "drawn": False} == body


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_length_part_nothing_and_repeat_nothing(cast, limit):
    for n in range(4):
        walk(cast, Verb.SUBMIT, photos=tuple(loop.a_photo(cast, "officer_a", at=NOON) for _ in range(n)))
    phone = phone_of(cast.inspector, limit=limit).catch_up()
    assert not differences(phone, cast.inspector)
    assert len(phone.last) == len(phone.held)
    walk(cast, Verb.CONFIRM).take(Verb.TRANSFER)
    assert not differences(phone.catch_up(), cast.inspector)


def test_employees_hear_of_their_own_reports_alone(cast):
    mine, others = walk(cast, by="employee_a"), walk(cast, by="officer_a")
    phone = phone_of(cast.employee_a).catch_up()
    assert phone.ids("hazard") == {str(mine.id)}
    others.take(Verb.CONFIRM)
    assert phone.catch_up().last == []
    assert not differences(phone, cast.employee_a)


def test_a_draw_is_told_to_officials_and_never_to_the_enterprise(cast):
    case = walk(cast, fixed=True)
    official, member = phone_of(cast.inspector).catch_up(), phone_of(cast.owner_a).catch_up()
    case.take(Verb.DRAW)
    assert official.catch_up().ops("hazard") == [("put", str(case.id))]
    assert official.held["hazard", str(case.id)]["body"]["drawn"] is True
    assert member.catch_up().last == []
    assert member.held["hazard", str(case.id)]["body"]["drawn"] is None
    assert not differences(official, cast.inspector)
    assert not differences(member, cast.owner_a)


def test_an_official_with_an_interest_hears_of_a_draw_as_little_as_the_enterprise(cast):
    case = walk(cast, fixed=True)
    grant(cast.inspector_2, Role.EMPLOYEE, enterprise_id=cast.a.id)
    phone = phone_of(cast.inspector_2).catch_up()
    case.take(Verb.DRAW)
    assert phone.catch_up().last == []
    case.take(Verb.ACCEPT)
    assert phone.catch_up().ops("hazard") == [("put", str(case.id))]


def test_a_photo_that_arrives_is_told_with_its_hazard(cast):
    photo = PhotoRef(ids.new())
    case = loop.Walk(cast, NOON).report(photos=(photo,))
    phone = phone_of(cast.inspector).catch_up()
    standing = phone.held["photo", str(photo.id)]["body"]["slots"][0]
    assert (standing["status"], standing["hazard_id"]) == ("expected", str(case.id))
    assert phone.held["hazard", str(case.id)]["body"]["photos_missing"] == [str(photo.id)]
    loop.a_photo(cast, "officer_a", at=NOON, id=photo.id)
    step = ledger.Step(kind="photo.received", subject_kind="photo", subject_id=photo.id, signer=ledger.SYSTEM, at=NOON)
    ledger.append(step, ledger.Head())
    phone.catch_up()
    assert phone.held["photo", str(photo.id)]["body"]["slots"][0]["status"] == "ready"
    assert phone.held["hazard", str(case.id)]["body"]["photos_missing"] == []
    viewed = ledger.Step(kind="photo.viewed", subject_kind="photo", subject_id=photo.id, signer=ledger.SYSTEM, at=NOON)
    ledger.append(viewed)
    assert phone.catch_up().last == []


def test_a_transferred_hazard_leaves_the_old_inspectors_phone_and_comes_to_the_new_ones(cast):
    photo = loop.a_photo(cast, "officer_a", at=NOON)
    case = walk(cast, photos=(photo,))
    old, new, county = phone_of(cast.inspector), phone_of(cast.inspector_alike), phone_of(cast.county_inspector)
    for phone in (old, new, county):
        phone.catch_up()
    case.take(Verb.TRANSFER)
    assert old.catch_up().ops("hazard") == [("gone", str(case.id))]
    assert new.catch_up().ops("hazard") == [("put", str(case.id))]
    assert county.catch_up().ops("hazard") == [("put", str(case.id))]
    assert (old.ids("photo"), new.ids("photo")) == (set(), {str(photo.id)})
    sees = [Api().as_(who).get(f"/photos/{photo.id}").status_code for who in (cast.inspector, cast.inspector_alike, cast.owner_a)]
    assert sees == [404, 200, 200]
    for phone, person in [(old, cast.inspector), (new, cast.inspector_alike), (county, cast.county_inspector)]:
        assert not differences(phone, person)


def test_what_came_and_went_while_the_phone_was_away_is_not_mentioned(cast):
    walk(cast)
    phone = phone_of(cast.inspector_alike).catch_up()
    case = walk(cast)
    case.take(Verb.TRANSFER)
    sequencer.run()
    case.take(Verb.RULE, region="330324009")
    assert phone.catch_up().last == []
    assert not differences(phone, cast.inspector_alike)


def test_an_enterprise_that_moves_to_another_grid_takes_its_open_hazards_along(cast, drain):
    closed, open_ = walk(cast, Verb.PASS), walk(cast, Verb.CONFIRM)
    old, new = phone_of(cast.grid_worker).catch_up(), phone_of(cast.grid_worker_alike).catch_up()
    moved = {"region": "330324006", "grid": GRID_ALIKE}
    reply = Api().as_(cast.county_inspector).patch(f"/enterprises/{cast.a.id}", moved, If_Match='"1"')
    assert reply.status_code == 200, reply.content
    drain(clock.now())
    old.catch_up()
    new.catch_up()
    assert ("gone", str(cast.a.id)) in old.ops("enterprise")
    assert old.ids("hazard") == {str(closed.id)}
    assert new.ids("hazard") == {str(open_.id)}
    assert not differences(old, cast.grid_worker)
    assert not differences(new, cast.grid_worker_alike)


def test_an_inspector_who_is_given_a_second_county_is_brought_what_lies_there(cast):
    here, there = walk(cast), walk(cast, firm="c", by="officer_far")
    phone = phone_of(cast.inspector, limit=2).catch_up()
    second = grant(cast.inspector, Role.INSPECTOR, region="330383")
    later = walk(cast, firm="c", by="officer_far")
    phone.catch_up()
    assert {("put", str(there.id)), ("put", str(later.id))} == set(phone.ops("hazard"))
    assert len(phone.ops("hazard")) == 2
    assert not differences(phone, cast.inspector)
    end(second)
    phone.catch_up()
    assert phone.ids("hazard") == {str(here.id)}
    assert {op for op, *_ in phone.last} == {"gone"}
    assert not differences(phone, cast.inspector)


def test_a_duty_that_is_ended_and_granted_anew_costs_nothing(cast):
    walk(cast)
    phone = phone_of(cast.inspector).catch_up()
    end(duty_of(cast.inspector))
    grant(cast.inspector, Role.INSPECTOR, region="330324009")
    assert phone.catch_up().last == []
    grant(cast.inspector, Role.INSPECTOR, region="330324")
    assert phone.catch_up().last == []
    assert not differences(phone, cast.inspector)


def test_who_leaves_an_enterprise_keeps_nothing_of_it(cast):
    walk(cast)
    phone = phone_of(cast.officer_a, limit=1).catch_up()
    end(duty_of(cast.officer_a))
    assert problem(Api().as_(cast.officer_a).get(f"/sync/changes?cursor={phone.cursor}")) == (403, "auth.no_duty")
    grant(cast.officer_a, Role.OFFICER, enterprise_id=cast.b.id)
    phone.catch_up()
    assert phone.ids("hazard") == set()
    assert phone.ids("enterprise") == {str(cast.b.id)}


def test_what_moved_away_after_a_duty_ended_is_taken_away_too(cast):
    """He was not there to see it leave: its trace is in the scope that he no longer has."""
    case = walk(cast)
    second = grant(cast.inspector_alike, Role.INSPECTOR, region="330324009")
    phone = phone_of(cast.inspector_alike).catch_up()
    assert str(case.id) in phone.ids("hazard")
    end(second)
    case.take(Verb.TRANSFER)
    case.take(Verb.RULE, region="330383198")
    phone.catch_up()
    assert phone.ids("hazard") == set()
    assert not differences(phone, cast.inspector_alike)


def test_a_duty_that_ends_in_the_middle_of_its_filling_shows_nothing_more(cast):
    for _ in range(4):
        walk(cast, firm="c", by="officer_far")
    phone = phone_of(cast.inspector, limit=1).catch_up()
    second = grant(cast.inspector, Role.INSPECTOR, region="330383")
    assert phone.page()
    assert phone.page()
    end(second)
    phone.catch_up()
    assert not differences(phone, cast.inspector)


def test_a_duty_that_ends_while_it_is_filled_and_is_granted_anew_leaves_no_hole(cast):
    for _ in range(5):
        walk(cast, firm="c", by="officer_far")
    phone = phone_of(cast.inspector, limit=1).catch_up()
    first = grant(cast.inspector, Role.INSPECTOR, region="330383")
    assert phone.page()
    assert phone.page()
    end(first)
    assert phone.page()
    grant(cast.inspector, Role.INSPECTOR, region="330383")
    assert not differences(phone.catch_up(), cast.inspector)


def test_a_duty_that_is_granted_anew_while_it_is_emptied_brings_everything_back_once(cast):
    for _ in range(5):
        walk(cast, firm="c", by="officer_far")
    first = grant(cast.inspector, Role.INSPECTOR, region="330383")
    phone = phone_of(cast.inspector, limit=2).catch_up()
    end(first)
    assert phone.page()
    grant(cast.inspector, Role.INSPECTOR, region="330383")
    assert not differences(phone.catch_up(), cast.inspector)
    assert phone.in_vain == []


def test_duties_that_overlap_show_everything_once_over_many_pages(cast):
    for region in ("330324", "330324009", "3303", "33", "330324009"):
        grant(cast.inspector, Role.INSPECTOR, region=region)
    for _ in range(40):
        walk(cast)
    phone = phone_of(cast.inspector, limit=20).catch_up()
    assert not differences(phone, cast.inspector)
    assert len(phone.last) == len(phone.held)


def test_two_duties_of_which_one_ends_share_what_both_show(cast):
    walk(cast)
    second = grant(cast.inspector, Role.INSPECTOR, region="330324")
    phone = phone_of(cast.inspector, limit=1).catch_up()
    walk(cast, firm="alike", by="officer_alike")
    phone.catch_up()
    end(second)
    phone.catch_up()
    assert {op for op, *_ in phone.last} == {"gone"}
    assert not differences(phone, cast.inspector)


def test_a_phone_that_was_away_for_days_catches_up_to_the_last_row(cast, drain):
    cases = [walk(cast) for _ in range(6)]
    phone = phone_of(cast.county_inspector, limit=3).catch_up()
    for case in cases[:3]:
        case.take(Verb.CONFIRM)
    cases[3].take(Verb.TRANSFER)
    cases[4].take(Verb.DISMISS)
    walk(cast, Verb.PASS)
    drain(NOON + 48 * HOUR)
    phone.catch_up()
    assert not differences(phone, cast.county_inspector)
    told = [key for _, *key in phone.last]
    assert len(told) == len({tuple(key) for key in told})
