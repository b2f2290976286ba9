"""Following visits, self-inspections, remote checks, documents and look-backs: what nobody may know, then that nothing lacks."""

import pytest

from accounts.policy.roles import Role
from backend.kernel import clock, ids, jobs, ledger, sequencer
from backend.kernel.calendar import local_day, start_of
from backend.kernel.models import LedgerEntry
from hazards.policy.words import Level, Verb
from inspections.actions import look_backs, remote
from inspections.models import LookBackTask, PlanReading, SelfInspection
from inspections.policy.documents import DocumentKind
from sync.actions import rebuild
from sync.models import Change
from tests import loop
from tests.api import Api
from tests.cast import DAY, GRID_AB, GRID_ALIKE, HOUR, SECOND
from tests.inspections import hands
from tests.inspections.paper import drafted, issued
from tests.inspections.sheets import an_occurrence, published
from tests.inspections.visits import AT_A, begun, done, planned
from tests.sync.following import differences
from tests.sync.test_changes import duty_of, end, grant, phone_of

pytestmark = pytest.mark.django_db
KINDS = ("inspection", "self_inspection", "remote_check", "document", "look_back")
PEOPLE = ["inspector", "inspector_alike", "grid_worker", "regulator", "owner_a", "officer_a", "employee_a", "agency", "officer_b"]


def phones(cast, *people, **how):
    everybody = {key: getattr(cast, key) for key in people}
    return {key: phone_of(person, **how).catch_up() for key, person in everybody.items()}


def asked(cast):
    body = {"id": str(ids.new()), "enterprise_id": str(cast.a.id), "spot": "一号车间配电箱"}
    return Api().as_(cast.inspector).post("/remote-checks", body).json()


def replied(cast, check, photo, by="employee_a"):
    body = {"id": str(ids.new()), "photo_ids": [photo], "number_visible": True}
    assert Api().as_(getattr(cast, by)).post(f"/remote-checks/{check['id']}/answers", body).status_code == 201


def a_task(cast, level=Level.GENERAL, *, ago=40):
    """Return the look-back task of a hazard that was closed so many days ago; its window opens 30 days after that."""
    morning = start_of(local_day(clock.now())) + HOUR
    walk = loop.a_walk(cast, Verb.COUNTERSIGN if level == Level.MAJOR else Verb.PASS, at=morning - ago * DAY, level=level)
    entry = ledger.of(walk.id)[-1]
    look_backs.cast(entry.id, at=walk.at)
    return LookBackTask.objects.get(hazard_id=walk.id)


def a_world(cast, code="TRY"):
    """Let there be one or more of everything, at enterprise A; its checklist is called `code`."""
    at = clock.now()
    visit = begun(cast, "inspector", type="administrative_inspection")
    planned(cast, "grid_worker", mode="unannounced")
    sheet = an_occurrence(cast.a, published(cast, at=at - SECOND, code=code), at=at - HOUR)
    items = {"items": [{"code": f"{code}-01", "result": "ok"}]}
    assert Api().as_(cast.officer_a).post(f"/self-inspections/{sheet.id}/answers", items).status_code == 201
    replied(cast, asked(cast), str(ids.new()))
    issued(cast)
    drafted(cast)
    drafted(cast, DocumentKind.RECTIFICATION_REPORT)
    for level, ago in ((Level.GENERAL, 40), (Level.MAJOR, 50), (Level.GENERAL, 10)):
        a_task(cast, level, ago=ago)
    look_backs.sweep(at=at)
    done(cast, "inspector", visit, "check-ins", location=AT_A, photo_ids=[str(ids.new())])


LISTS = {kind: f"/{kind.replace('_', '-')}s" for kind in KINDS}


def test_everything_in_scope_comes_once_as_its_list_shows_it(cast):
    a_world(cast)
    for key, phone in phones(cast, *PEOPLE, limit=7).items():
        assert not differences(phone, getattr(cast, key)), key
        assert (len(phone.last), phone.in_vain) == (len(phone.held), []), key
    phone = phones(cast, "regulator", "officer_a")
    api = {key: Api().as_(getattr(cast, key)) for key in phone}
    for kind, path in LISTS.items():
        for key in phone if kind != "look_back" else ["regulator"]:
            listed = {row["id"]: row for row in api[key].get(path).json()["items"]}
            assert {id: phone[key].held[kind, id]["body"] for id in phone[key].ids(kind)} == listed, (key, kind)
            assert listed
    assert {key: len(phone[key].ids("inspection")) for key in phone} == {"regulator": 2, "officer_a": 1}


def test_a_page_costs_the_same_however_much_of_everything_is_on_it(cast, statements):
    counts, owner = [], Api().as_(cast.owner_a)
    for code in ("TRY", "TWO"):
        a_world(cast, code)
        sequencer.run()
        with statements() as ran:
            assert len(owner.get("/sync/changes?limit=200").json()["changes"]) > 8
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 24, [q["sql"][:80] for q in ran.captured_queries]


def test_an_unannounced_visit_is_nothing_to_its_enterprise_until_somebody_checks_in(cast):
    grant(cast.inspector_2, Role.EMPLOYEE, enterprise_id=cast.a.id)
    told = phones(cast, "owner_a", "officer_a", "agency", "employee_a", "inspector_2", "regulator")
    visit = planned(cast, "grid_worker", mode="unannounced")
    PlanReading.objects.all().delete()
    for key, phone in told.items():
        phone.catch_up()
        knows = [("put", "inspection", visit["id"])] if key == "regulator" else []
        assert phone.last == knows, key
    assert [row.account_id for row in PlanReading.objects.all()] == [cast.regulator.id]
    end(duty_of_role(cast.inspector_2, Role.INSPECTOR))
    assert visit["id"] not in str(told["inspector_2"].catch_up().last)
    done(cast, "grid_worker", visit, "check-ins", location=AT_A)
    for key in ("owner_a", "officer_a", "agency"):
        assert told[key].catch_up().ops("inspection") == [("put", visit["id"])]
        assert told[key].held["inspection", visit["id"]]["body"]["flags"] is None
    assert told["employee_a"].catch_up().last == told["inspector_2"].catch_up().last == []
    assert all(phone.in_vain == [] for phone in told.values())


def duty_of_role(person, role):
    return person.duties.get(role=role, until=None)


def test_one_that_was_called_off_before_it_began_stays_hidden(cast):
    owner = phone_of(cast.owner_a).catch_up()
    visit = planned(cast, "grid_worker", mode="unannounced")
    done(cast, "grid_worker", visit, "cancellations", reason="企业停产")
    assert owner.catch_up().last == []


def test_drafts_are_for_those_who_may_read_them(cast):
    told = phones(cast, "owner_a", "employee_a", "inspector", "inspector_alike")
    order, report = drafted(cast), drafted(cast, DocumentKind.RECTIFICATION_REPORT)
    seen = {key: phone.catch_up().ids("document") for key, phone in told.items()}
    assert seen == {"owner_a": {report["id"]}, "employee_a": set(), "inspector": {order["id"]}, "inspector_alike": set()}
    hands.everybody_signs(cast, "inspector", order)
    for maker, made in ((cast.inspector, order), (cast.owner_a, report)):
        assert Api().as_(maker).post(f"/documents/{made['id']}/issues", {}).status_code == 201
    seen = {key: phone.catch_up().ids("document") for key, phone in told.items()}
    both = {order["id"], report["id"]}
    assert seen == {"owner_a": both, "employee_a": set(), "inspector": both, "inspector_alike": set()}
    assert {op for phone in told.values() for op, *_ in phone.last} == {"put"}


def test_a_look_back_shows_itself_to_those_who_may_do_it_when_its_window_opens(cast, frozen):
    told = phones(cast, "regulator", "inspector", "grid_worker", "owner_a")
    general, major = (a_task(cast, level, ago=29) for level in (Level.GENERAL, Level.MAJOR))
    everything = {str(general.id), str(major.id)}

    def seen(at):
        with frozen(at):
            look_backs.sweep(at=at)
            found = {key: phone.catch_up().ids("look_back") for key, phone in told.items()}
            assert not any(differences(phone, getattr(cast, key)) for key, phone in told.items())
        return found

    nothing = {"inspector": set(), "grid_worker": set(), "owner_a": set()}
    opens = start_of(general.window_from)
    assert seen(opens - SECOND) == {"regulator": everything, **nothing}
    assert not [told[key].ops("look_back") for key in nothing if told[key].ops("look_back")]
    opened = {"inspector": everything, "grid_worker": {str(general.id)}}
    assert seen(opens + SECOND) == {"regulator": everything, **nothing, **opened}
    assert all(phone.in_vain == [] for phone in told.values())


def test_who_leaves_a_place_before_the_window_opens_is_not_told_that_there_was_one(cast, frozen):
    early, late = a_task(cast, ago=40), a_task(cast, ago=10)
    look_backs.sweep(at=clock.now())
    phone = phone_of(cast.inspector_alike).catch_up()
    second = grant(cast.inspector_alike, Role.INSPECTOR, region="330324009")
    assert phone.catch_up().ids("look_back") == {str(early.id)}
    end(second)
    assert (phone.catch_up().ids("look_back"), phone.in_vain) == (set(), [])
    assert str(late.id) not in str(phone.last)


def test_a_nonce_goes_to_whose_app_needs_it_and_what_time_ends_is_told(cast, frozen):
    told = phones(cast, "owner_a", "employee_a", "inspector", "grid_worker", "officer_b")
    first, second = asked(cast), asked(cast)
    nonces = {key: bool(phone.catch_up().held.get(("remote_check", first["id"]), {"body": {}})["body"].get("nonce"))
              for key, phone in told.items()}  # fmt: skip
    assert nonces == {"owner_a": True, "employee_a": True, "inspector": True, "grid_worker": False, "officer_b": False}
    missing = str(unseen := ids.new())
    replied(cast, second, missing)
    owner = told["owner_a"].catch_up()
    assert owner.held["remote_check", second["id"]]["body"]["reply"]["photos_missing"] == [missing]
    slot = owner.held["photo", missing]["body"]["slots"][0]
    assert (slot["subject_kind"], slot["subject_id"], slot["hazard_id"]) == ("remote_check", second["id"], None)
    loop.a_photo(cast, "employee_a", at=clock.now(), id=unseen)
    ready = ledger.Step(kind="photo.ready", subject_kind="photo", subject_id=unseen, signer=ledger.SYSTEM, at=clock.now())
    ledger.append(ready)
    owner.catch_up()
    assert {(op, kind) for op, kind, _ in owner.last} == {("put", "photo"), ("put", "remote_check")}
    remote.sweep(at=clock.now() + HOUR)
    assert owner.catch_up().ops("remote_check") == [("put", first["id"])]
    assert owner.held["remote_check", first["id"]]["body"]["status"] == "expired"


def test_what_is_not_handed_in_moves_with_its_enterprise_and_the_rest_stays(cast, drain):
    a_world(cast)
    later = published(cast, at=clock.now() - SECOND, code="TWO")
    (sheet,) = SelfInspection.objects.all()
    statement = {"statement": "未发现隐患"}
    assert Api().as_(cast.officer_a).post(f"/self-inspections/{sheet.id}/submissions", statement).status_code == 201
    due = an_occurrence(cast.a, later, at=clock.now())
    told = phones(cast, "grid_worker", "grid_worker_alike", "owner_a", "county_inspector")
    moved = {"region": "330324006", "grid": GRID_ALIKE}
    version = Api().as_(cast.county_inspector).get(f"/enterprises/{cast.a.id}").json()["version"]
    reply = Api().as_(cast.county_inspector).patch(f"/enterprises/{cast.a.id}", moved, If_Match=f'"{version}"')
    assert reply.status_code == 200, reply.content
    jobs.Job.objects.exclude(kind="inspections.tasks.look_at_enterprise").delete()
    drain(clock.now() + SECOND)
    (entry,) = LedgerEntry.objects.filter(kind="self_inspection_plan.moved")
    assert (ledger.read(entry)["facts"], entry.enterprise_id) == ({"self_inspections": [str(due.id)]}, cast.a.id)
    ops = {key: phone.catch_up().ops("self_inspection") for key, phone in told.items()}
    put = [("put", str(due.id))]
    assert ops == {"grid_worker": [("gone", str(due.id))], "grid_worker_alike": put, "owner_a": put, "county_inspector": put}
    for key, phone in told.items():
        assert not differences(phone, getattr(cast, key)), key


def test_whose_duty_ends_or_changes_keeps_what_his_new_one_shows_and_nothing_else(cast):
    a_world(cast)
    told = phones(cast, "inspector_2", "officer_a", limit=3)
    for key, role, where in (
        ("inspector_2", Role.GRID_WORKER, {"region": GRID_AB}), ("officer_a", Role.EMPLOYEE, {"enterprise_id": cast.a.id}),
    ):  # fmt: skip
        end(duty_of(getattr(cast, key)))
        grant(getattr(cast, key), role, **where)
        phone = told[key].catch_up()
        assert not differences(phone, getattr(cast, key))
        assert phone.in_vain == []
        assert {op for op, *_ in phone.last} == {"gone"}
    assert {kind: len(told["officer_a"].ids(kind)) for kind in KINDS} == {**dict.fromkeys(KINDS, 0), "remote_check": 1}


def test_a_feed_that_knows_some_kinds_only_is_filled_with_all_and_phones_begin_anew(cast):
    a_world(cast)
    whole = phone_of(cast.regulator).catch_up()
    Change.objects.filter(kind__gt=3).delete()
    assert rebuild.fill() > 0
    assert rebuild.fill() == 0
    again = phone_of(cast.regulator).catch_up()
    assert again.held.keys() == whole.held.keys()
    assert not differences(again, cast.regulator)
