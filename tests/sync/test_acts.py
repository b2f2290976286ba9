"""A queue is handed in (离线补报): each act judged alone, in any order, answered in the order sent."""

import re
import uuid

import orjson
import pytest

from backend.kernel import canonical, ids, ledger
from backend.kernel.models import Claim
from hazards.models import Act, Hazard
from hazards.policy.words import Verb
from sync.models import KeptAct
from sync.policy.acts import QUEUED
from tests.api import problem
from tests.cast import NOON, a_hazard
from tests.sync.queue import URL, finding, fix, id_of, member, report, withdrawal

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(api, cast):
    return api.as_(cast.officer_a)


def statuses(reply):
    assert reply.status_code == 200, reply.content
    return [answer["status"] for answer in reply.json()]


@pytest.mark.parametrize("body", [{}, {"acts": []}, "x", 1, None])
def test_what_is_no_array_is_refused_as_a_whole(officer, body):
    assert problem(officer.post(URL, b"null" if body is None else body)) == (422, "request.invalid")


def test_more_than_a_hundred_acts_are_refused_as_a_whole(officer, cast):
    assert problem(officer.post(URL, [report(cast)] * 101)) == (422, "request.invalid")
    assert Hazard.objects.count() == 0


def test_more_than_a_mebibyte_is_refused_as_a_whole(officer):
    assert problem(officer.post(URL, [{"x": "a" * (1024 * 1024)}])) == (413, "request.too_large")


def test_an_empty_queue_is_answered_with_nothing(officer):
    assert officer.post(URL, []).json() == []


def test_an_act_that_carries_what_no_field_takes_is_refused_alone(officer, cast):
    deep = member("hazard", "/hazards", note=None)
    for _ in range(20):
        deep["body"]["note"] = [deep["body"]["note"]]
    spoilt, sound = report(cast, title="a\x00b"), report(cast)
    reply = officer.post(URL, [spoilt, sound, deep, report(cast, description="e\u0301")])
    assert statuses(reply) == [422, 201, 422, 422]
    assert [answer["id"] for answer in reply.json()][:2] == [id_of(spoilt), id_of(sound)]
    assert KeptAct.objects.count() == 0


@pytest.mark.parametrize("bad", ['"\\ud83d"', "1e999", "9" * 400, "NaN", '{"x": "\\ud83d", "a": 1, "a": 2}'])
def test_half_a_character_or_a_number_beyond_all_bounds_keeps_no_other_act_from_being_taken(officer, cast, bad):
    sound = report(cast)
    spoilt = orjson.dumps(report(cast)).replace('"配电箱门缺失"'.encode(), bad.encode())
    assert statuses(officer.post(URL, b"[" + spoilt + b"," + orjson.dumps(sound) + b"]")) == [422, 201]
    assert str(Hazard.objects.get().id) == id_of(sound)


def test_one_act_larger_than_a_request_may_be_is_refused_alone(officer, cast):
    reply = officer.post(URL, [report(cast, description="x" * (300 * 1024)), report(cast)])
    assert statuses(reply) == [413, 201]
    assert reply.json()[0]["problem"]["code"] == "request.too_large"


def test_a_refusal_is_the_problem_of_the_direct_call_and_stops_nobody(officer, api, cast):
    done, foreign = a_hazard(cast, Verb.WITHDRAW, at=NOON), str(cast.b.id)
    sent = [withdrawal(done.id), report(cast), report(cast, enterprise_id=foreign), report(cast, source="inspection")]
    reply = officer.post(URL, sent)
    assert statuses(reply) == [409, 201, 404, 422]
    for answer, act in zip(reply.json(), sent, strict=True):
        if answer["status"] == 201:
            continue
        direct = officer.post(act["path"], act["body"]).json()
        varying = ("request_id",)
        assert {k: v for k, v in answer["problem"].items() if k not in varying} == {
            k: v for k, v in direct.items() if k not in varying
        }
    assert Hazard.objects.count() == 2


def test_an_act_is_taken_as_by_the_direct_call_with_its_receipt(officer, cast):
    sent = report(cast)
    answer = officer.post(URL, [sent]).json()[0]
    assert (answer["id"], answer["status"]) == (id_of(sent), 201)
    assert answer["body"]["receipt"]["digest"] == canonical.digest(sent["body"])
    direct = officer.post("/hazards", sent["body"])
    assert (direct.status_code, direct["Idempotency-Replayed"]) == (200, "true")
    assert direct.json()["receipt"] == answer["body"]["receipt"]
    assert [entry.kind for entry in ledger.of(uuid.UUID(id_of(sent)))] == ["hazard.reported"]


def test_what_a_direct_call_took_is_replayed_in_a_queue(officer, cast):
    sent = report(cast)
    first = officer.post("/hazards", sent["body"]).json()
    answer = officer.post(URL, [sent]).json()[0]
    assert (answer["status"], answer["body"]["receipt"]) == (200, first["receipt"])


def test_one_id_for_two_contents_in_a_queue_is_a_conflict_of_the_second(officer, cast):
    first = report(cast)
    other = report(cast, id=id_of(first), title="另一个")
    reply = officer.post(URL, [first, other, first])
    assert statuses(reply) == [201, 409, 200]
    assert reply.json()[1]["problem"]["code"] == "conflict.same_id"


def test_acts_come_in_any_order_and_are_answered_in_the_order_sent(officer, api, cast):
    reported = report(cast)
    sent = [withdrawal(id_of(reported)), reported]
    reply = officer.post(URL, sent)
    assert statuses(reply) == [201, 201]
    assert [answer["id"] for answer in reply.json()] == [id_of(act) for act in sent]
    assert Hazard.objects.get().status == "void"


def test_a_plan_after_its_rectification_in_one_queue_still_comes_first(officer, cast):
    hazard = a_hazard(cast, Verb.CONFIRM, level="major")
    plan = {
        "goal": "消除",
        "measures": "更换",
        "funds_cny": 1,
        "responsible": "张",
        "due_on": "2099-01-01",
        "contingency": "停机",
    }
    sent = [fix(hazard.id, photo_ids=[str(ids.new())]), member("plan", f"/hazards/{hazard.id}/plans", **plan)]
    assert statuses(officer.post(URL, sent)) == [201, 201]


def test_the_path_may_stand_with_its_prefix(officer, cast):
    act = report(cast)
    assert statuses(officer.post(URL, [{**act, "path": "/api/v1/hazards"}])) == [201]


def test_an_act_without_an_id_is_known_by_its_content(officer, cast):
    act = report(cast)
    del act["body"]["id"]
    first, again = officer.post(URL, [act]).json()[0], officer.post(URL, [act]).json()[0]
    assert (first["status"], again["status"], first["id"]) == (201, 200, again["id"])
    assert first["body"]["receipt"]["digest"] == canonical.digest(act["body"])
    assert Hazard.objects.count() == 1


def test_who_may_not_report_is_refused_act_by_act(api, cast):
    reply = api.as_(cast.regulator).post(URL, [report(cast)])
    assert statuses(reply) == [403]
    assert reply.json()[0]["problem"]["code"] == "auth.no_duty"


def test_english_is_answered_to_those_who_read_it(officer, cast):
    done = a_hazard(cast, Verb.WITHDRAW)
    answer = officer.post(URL, [withdrawal(done.id)], Accept_Language="en").json()[0]
    assert answer["problem"]["title"] == "This cannot be done in the present status"


def test_a_queue_calls_exactly_the_acts_of_the_rooms_and_nothing_else():
    from sync.calls import _posts, operations

    posts = {path for path, _ in _posts()}
    of_the_loop = {path for path in posts if re.match(r"/(hazards|reinspections|extensions|listings)\b", path)}
    assert of_the_loop <= set(QUEUED) <= posts
    assert operations().keys() == set(QUEUED)


@pytest.mark.parametrize(
    "path", ["/people", "/duties", "/_allauth/app/v1/auth/login", "/photos", "/sync/acts", "/hazards/x/y/z", ""]
)
def test_no_other_address_is_called(officer, cast, path):
    reply = officer.post(URL, [member("act", path, phone="13812345678", name="新")])
    assert statuses(reply) == [202]
    assert reply.json()[0]["body"]["state"] == "quarantined"


def test_every_act_takes_effect_once_however_often_the_queue_is_sent(officer, cast):
    hazard = a_hazard(cast, Verb.CONFIRM)
    sent = [report(cast), fix(hazard.id, photo_ids=[str(ids.new())])]
    assert statuses(officer.post(URL, sent)) == [201, 201]
    assert statuses(officer.post(URL, sent)) == [200, 200]
    assert (Hazard.objects.count(), Act.objects.filter(kind="rectification").count()) == (2, 1)


def test_more_acts_than_a_day_may_bring_are_told_to_wait_and_not_lost(officer, cast, settings):
    settings.RATE_SCALE = 0.01  # three submissions a day; the request of a token never seen is counted after it was served
    reply = officer.post(URL, [report(cast) for _ in range(6)])
    assert statuses(reply) == [201, 201, 201, 201, 429, 429]
    assert reply.json()[4]["retry_after"] > 0
    assert reply.json()[4]["problem"]["code"] == "limit.exceeded"


def test_the_same_claim_is_made_for_what_is_kept_as_for_what_is_taken(officer, cast):
    """Whatever is computed before an operation is reached must be what the operation computes."""
    hazard = a_hazard(cast, Verb.CONFIRM)
    from sync import calls
    from sync.policy.acts import Act as Sent
    from sync.policy.acts import address_of

    asker = calls.Asker(cast.actor("officer_a", at=NOON), {})
    for act in (report(cast), fix(hazard.id, photo_ids=[str(ids.new())])):
        sent = Sent(0, uuid.UUID(id_of(act)), act["kind"], act["path"], act["body"], address_of(act["path"]))
        assert calls.call(sent, asker=asker, at=NOON, kept=False).status == 201
        claim = Claim.objects.get(id=sent.id)
        before = calls.unread(sent, asker=asker, at=NOON)
        assert (before.sameness, before.kind) == (claim.digest, claim.kind)


def test_an_inspectors_finding_and_what_follows_it_come_in_one_queue(api, cast):
    found = finding(cast)
    transfer = member("transfer", f"/hazards/{id_of(found)}/transfers", to_region="330324006", reason="不在本辖区")
    assert statuses(api.as_(cast.inspector).post(URL, [transfer, found])) == [201, 201]
