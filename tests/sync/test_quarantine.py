"""Quarantine (待处理区): what is not understood is kept and shown, never refused and never dropped."""

import pytest

from backend.kernel import canonical, clock, ids, ledger
from hazards.models import Hazard
from hazards.policy.words import Verb
from notifications.models import Notice
from sync.models import KeptAct
from tests.api import problem
from tests.cast import DAY, SECOND, a_hazard
from tests.sync.queue import URL, fix, id_of, member, report, withdrawal

pytestmark = pytest.mark.django_db
TELEPATHY = "/hazards/{}/telepathies"


@pytest.fixture
def officer(api, cast):
    return api.as_(cast.officer_a)


def only(reply):
    assert reply.status_code == 200, reply.content
    (answer,) = reply.json()
    return answer


def strange(**more):
    return member("telepathy", TELEPATHY.format(ids.new()), thought="阀门漏气", **more)


NOT_UNDERSTOOD = {
    "an address that nobody knows": lambda cast: strange(),
    "a member too many": lambda cast: report(cast, mood="angry"),
    "a member too few": lambda cast: member("hazard", "/hazards", title="x"),
    "a retired category": lambda cast: report(cast, category="XX99"),
    "a body that is no object": lambda cast: {"kind": "hazard", "path": "/hazards", "body": ["a"]},
    "no body": lambda cast: {"kind": "hazard", "path": "/hazards"},
    "a path that is a number": lambda cast: {"kind": "hazard", "path": 7, "body": {}},
    "an act with another member": lambda cast: {**report(cast), "version": 3},
    "two things at once": lambda cast: {**report(cast), "kind": "withdrawal"},
    "a text": lambda cast: "withdraw everything",
    "a number": lambda cast: 12,
    "nothing": lambda cast: None,
    "an id that is none": lambda cast: report(cast, id="seven"),
    "an id in the path that is none": lambda cast: withdrawal("seven"),
    "a query": lambda cast: {**report(cast), "path": "/hazards?x=1"},
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_it_is_kept_with_a_receipt_and_shown(officer, cast, name):
    sent = NOT_UNDERSTOOD[name](cast)
    answer = only(officer.post(URL, [sent]))
    assert (answer["status"], answer["body"]["state"]) == (202, "quarantined"), answer
    assert answer["body"]["problem"]["code"] in ("act.not_understood", "request.invalid", "hazard.unknown_category")
    whole = isinstance(sent, dict) and sent.keys() == {"kind", "path", "body"} and isinstance(sent["path"], str)
    assert answer["body"]["body"] == (sent["body"] if whole else sent)
    assert answer["body"]["receipt"]["digest"] == canonical.digest(sent["body"] if whole else sent)
    (shown,) = officer.get("/sync/quarantine").json()["items"]
    assert (shown["id"], shown["receipt"]) == (answer["id"], answer["body"]["receipt"])
    assert Hazard.objects.count() == 0
    assert only(officer.post(URL, [sent])) == answer
    assert KeptAct.objects.count() == 1


def test_what_is_understood_and_refused_is_not_kept(officer, cast):
    assert only(officer.post(URL, [report(cast, source="inspection")]))["problem"]["code"] == "hazard.source_not_yours"
    assert KeptAct.objects.count() == 0


def test_an_id_that_stands_for_something_else_is_a_conflict(officer, cast):
    taken = report(cast)
    officer.post("/hazards", taken["body"])
    assert only(officer.post(URL, [strange(id=id_of(taken))]))["problem"]["code"] == "conflict.same_id"


def test_other_content_under_the_id_of_something_in_quarantine_is_a_conflict(officer, cast):
    act = strange()
    only(officer.post(URL, [act]))
    assert only(officer.post(URL, [{**act, "body": {**act["body"], "thought": "无"}}]))["problem"]["code"] == "conflict.same_id"
    assert only(officer.post(URL, [report(cast, id=id_of(act))]))["problem"]["code"] == "conflict.same_id"


def test_what_is_understood_when_it_is_sent_again_is_taken_with_its_first_receipt(officer, cast):
    """As after an update of the server: a category that it did not know then is in its catalogue now."""
    act = report(cast)
    first = only(officer.post(URL, [act | {"body": act["body"] | {"category": "XX99"}}]))["body"]["receipt"]
    row = KeptAct.objects.get()
    row.body, row.digest = canonical.dumps(act["body"]).decode(), canonical.digest({"path": act["path"], "body": act["body"]})
    row.save()
    answer = only(officer.post(URL, [act]))
    assert (answer["status"], answer["body"]["receipt"]["signature"]) == (201, first["signature"])
    assert clock.text(Hazard.objects.get().received_at) == first["received_at"]
    assert [entry.kind for entry in ledger.of(row.chain_id)] == ["act.quarantined", "act.taken"]


def test_its_sender_is_told_once(officer, cast, drain):
    only(officer.post(URL, [strange()]))
    drain(clock.now() + SECOND)
    notice = Notice.objects.get(person=cast.officer_a)
    assert (notice.kind, notice.title_zh) == ("act.quarantined", "离线提交待人工处理")


@pytest.mark.parametrize(
    "key", ["owner_b", "officer_far", "grid_worker_far", "inspector_far", "inspector_alike", "auditor", "stranger"]
)
def test_those_outside_its_scope_do_not_see_it(officer, api, cast, key):
    act = strange()
    only(officer.post(URL, [act]))
    other = api.as_(getattr(cast, key))
    assert other.get("/sync/quarantine").json()["items"] == []
    assert problem(other.get(f"/sync/acts/{id_of(act)}")) == (404, "request.not_found")
    assert problem(other.post(f"/sync/quarantine/{id_of(act)}/handlings", {"note": "x"})) == (404, "request.not_found")


@pytest.mark.parametrize(
    ("key", "reads"), [("grid_worker", True), ("inspector", True), ("regulator_city", True), ("admin", False)]
)
def test_officials_in_scope_see_it_and_an_administrator_all_but_what_it_says(officer, api, cast, key, reads):
    act = strange()
    only(officer.post(URL, [act]))
    (row,) = api.as_(getattr(cast, key)).get("/sync/quarantine").json()["items"]
    assert (row["id"], row["sender"]["id"], row["receipt"]) == (id_of(act), str(cast.officer_a.id), None)
    assert row["body"] == (act["body"] if reads else None)


def test_what_is_held_is_its_senders_alone(officer, api, cast):
    only(officer.post(URL, [withdrawal(ids.new())]))
    assert len(officer.get("/sync/quarantine?state=held").json()["items"]) == 1
    assert api.as_(cast.regulator).get("/sync/quarantine?state=held").json()["items"] == []


def test_an_official_handles_it_with_a_note_once(officer, api, cast, drain):
    act = strange()
    only(officer.post(URL, [act]))
    path, inspector = f"/sync/quarantine/{id_of(act)}/handlings", api.as_(cast.inspector)
    assert problem(officer.post(path, {"note": "我看过"})) == (403, "act.not_your_move")
    said = {"id": str(ids.new()), "note": "已电话核实并代为上报"}
    done = inspector.post(path, said)
    assert (done.status_code, done.json()["act"]["handled_note"]) == (201, said["note"])
    again = inspector.post(path, said)
    assert (again.status_code, again.json()["receipt"]) == (200, done.json()["receipt"])
    assert problem(api.as_(cast.admin).post(path, {"note": "再看"})) == (409, "act.already_handled")
    drain(clock.now() + SECOND)
    assert Notice.objects.filter(person=cast.officer_a, kind="act.handled").count() == 1
    assert officer.get("/sync/quarantine?handled=false").json()["items"] == []
    assert officer.get("/sync/quarantine?handled=true").json()["items"][0]["handled_note"] == said["note"]
    assert [entry.kind for entry in ledger.of(KeptAct.objects.get().chain_id)] == ["act.quarantined", "act.handled"]


def test_what_is_not_in_quarantine_cannot_be_handled(officer, api, cast, drain):
    hazard = report(cast)
    act = fix(id_of(hazard), photo_ids=[str(ids.new())])
    officer.post(URL, [act])
    officer.post("/hazards", hazard["body"])
    drain(clock.now() + SECOND)
    reply = api.as_(cast.inspector).post(f"/sync/quarantine/{id_of(act)}/handlings", {"note": "x"})
    assert problem(reply) == (409, "act.not_in_quarantine")


def test_the_list_comes_in_pages_newest_first(officer, cast):
    sent = [strange() for _ in range(5)]
    for act in sent:
        only(officer.post(URL, [act]))
    found, cursor = [], ""
    while cursor is not None:
        page = officer.get("/sync/quarantine?limit=2&count=true" + (f"&cursor={cursor}" if cursor else "")).json()
        found += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        assert page["count"] == 5
    assert found == [id_of(act) for act in reversed(sent)]


def test_the_words_are_in_the_readers_language(officer, cast):
    only(officer.post(URL, [strange()]))
    (row,) = officer.get("/sync/quarantine", Accept_Language="en").json()["items"]
    assert row["problem"]["title"] == "The act was not understood; it is kept in quarantine"


def test_an_act_on_a_hazard_in_the_words_of_an_older_app_is_kept_beside_what_is_taken(officer, cast):
    hazard = a_hazard(cast, Verb.CONFIRM, at=clock.now() - DAY)
    old = fix(hazard.id, photo_ids=[str(ids.new())], fixed_by="李工")
    answers = officer.post(URL, [old, report(cast)]).json()
    assert [answer["status"] for answer in answers] == [202, 201]
    assert answers[0]["body"]["problem"]["errors"][0]["code"] == "extra_forbidden"
