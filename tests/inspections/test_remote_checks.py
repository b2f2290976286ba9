"""Remote checks (云巡查): who asks, who answers, what proves a picture; too late is too late, and a record."""

from uuid import UUID

import pytest

from backend.kernel import clock, ids, ledger
from inspections.actions import remote
from inspections.models import RemoteCheck
from media.models import PhotoUse
from notifications.models import Notice
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, MINUTE, NOON, SECOND

pytestmark = pytest.mark.django_db
TEN = 10 * MINUTE
MOVE = (403, "remote_check.not_your_move")


def asking(cast, **more):
    return {"id": str(ids.new()), "enterprise_id": str(cast.a.id), "spot": "一号车间配电箱", **more}


@pytest.fixture
def check(cast, frozen):
    with frozen(NOON):
        reply = Api().as_(cast.inspector).post("/remote-checks", asking(cast))
    assert reply.status_code == 201, reply.content
    return reply.json()


@pytest.fixture
def tell(cast, check, frozen):
    """Post an act on the remote check as somebody, some time after it was asked."""

    def send(who, noun, after=MINUTE, **body):
        with frozen(NOON + after):
            path = f"/remote-checks/{check['id']}/{noun}"
            return Api().as_(getattr(cast, who)).post(path, {"id": str(ids.new()), **body})

    return send


def a_picture(cast, who="officer_a"):
    return [str(loop.a_photo(cast, who, at=NOON + MINUTE).id)]


@pytest.mark.parametrize("who", ["owner_a", "officer_a", "employee_a", "agency", "regulator", "auditor", "admin"])
def test_only_grid_workers_and_inspectors_ask(cast, who):
    assert problem(Api().as_(getattr(cast, who)).post("/remote-checks", asking(cast))) == (403, "auth.no_duty")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"enterprise_id": str(ids.new())}, (404, "request.not_found")),
        ({"hazard_id": str(ids.new())}, (404, "request.not_found")),
        ({"spot": " "}, (422, "request.invalid")),
        ({"spot": "长" * 201}, (422, "request.invalid")),
        ({"number": "0000"}, (422, "request.invalid")),
    ],
)
def test_what_is_wrong_is_refused(cast, more, refusal):
    assert problem(Api().as_(cast.inspector).post("/remote-checks", asking(cast, **more))) == refusal


def test_a_hazard_has_to_be_of_the_same_enterprise(cast):
    cast.grid_worker.duties.create(
        person=cast.grid_worker, role="grid_worker", region_id="330383198000001", level="grid", since=NOON - DAY
    )
    elsewhere = loop.a_walk(cast, at=clock.now() - DAY, firm="c", by="officer_far")
    reply = Api().as_(cast.grid_worker).post("/remote-checks", asking(cast, hazard_id=str(elsewhere.id)))
    assert problem(reply) == (422, "remote_check.hazard_elsewhere")


def test_nobody_asks_where_he_holds_a_duty(cast):
    cast.inspector.duties.create(person=cast.inspector, role="employee", enterprise_id=cast.a.id, since=NOON - 99 * DAY)
    assert problem(Api().as_(cast.inspector).post("/remote-checks", asking(cast))) == (409, "inspection.interest")


def test_the_number_is_for_all_who_may_read_and_the_nonce_for_those_who_need_it_while_it_is_open(cast, check, frozen):
    assert (len(check["number"]), len(check["nonce"]), check["status"]) == (4, 32, "open")

    def nonces(at):
        with frozen(at):
            people = ("inspector", "officer_a", "employee_a", "grid_worker", "regulator")
            seen = {who: Api().as_(getattr(cast, who)).get(f"/remote-checks/{check['id']}").json() for who in people}
        assert {row["number"] for row in seen.values()} == {check["number"]}
        return {who for who, row in seen.items() if row["nonce"]}

    assert nonces(NOON + TEN - SECOND) == {"inspector", "officer_a", "employee_a"}
    assert nonces(NOON + TEN) == set()


@pytest.mark.parametrize("who", ["inspector", "grid_worker", "regulator"])
def test_officials_do_not_answer_for_the_enterprise(cast, tell, who):
    assert problem(tell(who, "answers", photo_ids=[str(ids.new())])) == MOVE


def test_who_refuses_speaks_for_the_enterprise(tell):
    assert problem(tell("employee_a", "refusals", reason="忙")) == MOVE
    assert problem(tell("officer_b", "refusals", reason="忙")) == (404, "request.not_found")


def test_an_answer_shows_something(tell):
    assert problem(tell("officer_a", "answers", photo_ids=[])) == (422, "request.invalid")
    assert problem(tell("officer_a", "answers")) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("said", "proof", "odd"),
    [
        ({"nonce": "right"}, "nonce", []),
        ({"nonce": "0" * 32}, "none", ["wrong_nonce", "no_proof"]),
        ({"nonce": "0" * 32, "number_visible": True}, "number", ["wrong_nonce"]),
        ({"number_visible": True}, "number", []),
        ({}, "none", ["no_proof"]),
    ],
)
def test_what_an_answer_proves_is_told_and_refuses_nothing(cast, check, tell, said, proof, odd):
    said = said | {"nonce": check["nonce"].upper()} if said.get("nonce") == "right" else said
    reply = tell("employee_a", "answers", photo_ids=a_picture(cast, "employee_a"), **said)
    shown = reply.json()["remote_check"]
    assert (reply.status_code, shown["status"], shown["reply"]["proof"]) == (201, "answered", proof)
    assert shown["reply"]["flags"] is None  # for officials
    assert RemoteCheck.objects.get().flags == odd
    use = PhotoUse.objects.get()
    assert (use.subject_kind, use.subject_id, use.not_before) == ("remote_check", UUID(check["id"]), NOON)


@pytest.mark.parametrize(("after", "late"), [(TEN - SECOND, False), (TEN, True), (TEN + DAY, True)])
def test_an_answer_that_comes_too_late_is_no_answer(cast, tell, after, late):
    reply = tell("officer_a", "answers", after=after, photo_ids=a_picture(cast))
    if late:
        assert problem(reply) == (409, "remote_check.expired")
        assert problem(tell("officer_a", "refusals", after=after, reason="忙")) == (409, "remote_check.expired")
    else:
        assert reply.status_code == 201


def test_what_nobody_answered_expires_once_and_is_told(cast, check, drain):
    officer, owner = cast.officer_a, cast.owner_a
    drain(NOON)
    assert Notice.objects.filter(person__in=[officer, owner], kind="remote_check.asked").count() == 2
    assert [remote.sweep(at=at) for at in (NOON + TEN - SECOND, NOON + TEN, NOON + TEN + SECOND)] == [0, 1, 0]
    drain(NOON + TEN)
    row = RemoteCheck.objects.get()
    assert (row.status, row.expired_at) == ("expired", NOON + TEN)
    assert [entry.kind for entry in ledger.of(row.id)] == ["remote_check.asked", "remote_check.expired"]
    told = Notice.objects.filter(kind="remote_check.expired").values_list("person_id", flat=True)
    assert set(told) == {owner.id, cast.inspector.id}


def test_its_time_is_over_when_it_is_over_whether_the_sweep_came_by_or_not(cast, check, frozen):
    def seen(at):
        with frozen(at):
            client = Api().as_(cast.inspector)
            lists = {
                name: client.get(f"/remote-checks?status={name}").json()["items"] for name in ("open", "expired", "answered")
            }
            row = client.get(f"/remote-checks/{check['id']}").json()
        return {name for name, rows in lists.items() if rows}, row["status"], row["expired_at"]

    assert seen(NOON + TEN - SECOND) == ({"open"}, "open", None)
    over = seen(NOON + TEN)
    assert over == ({"expired"}, "expired", check["expires_at"])
    remote.sweep(at=NOON + TEN + 29 * SECOND)
    assert seen(NOON + TEN + MINUTE) == over


def test_only_he_who_asked_judges_and_only_what_has_arrived(cast, tell):
    assert problem(tell("inspector", "judgements", outcome="accepted")) == (409, "remote_check.wrong_status")
    photo = str(ids.new())
    answered = tell("officer_a", "answers", photo_ids=[photo]).json()["remote_check"]["reply"]
    assert answered["photos_missing"] == [photo]
    assert problem(tell("grid_worker", "judgements", outcome="doubtful")) == MOVE
    assert problem(tell("inspector", "judgements", outcome="accepted")) == (409, "remote_check.photo_missing")
    assert problem(tell("inspector", "judgements", outcome="perhaps")) == (422, "request.invalid")
    shown = tell("inspector", "judgements", outcome="doubtful", note="拍的不是配电箱").json()["remote_check"]
    assert (shown["status"], shown["judgement"]["outcome"]) == ("judged", "doubtful")
    assert ledger.broken_at(RemoteCheck.objects.get().id) is None


def test_an_answer_is_replayed_and_a_second_one_is_too_many(cast, tell):
    body = {"id": str(ids.new()), "photo_ids": a_picture(cast), "number_visible": True}
    first, again = (tell("officer_a", "answers", **body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["receipt"]) == (201, 200, first.json()["receipt"])
    assert problem(tell("owner_a", "answers", photo_ids=[str(ids.new())])) == (409, "remote_check.wrong_status")


def test_a_list_is_narrowed_by_its_filters(cast, check, frozen):
    client = Api().as_(cast.inspector)
    with frozen(NOON + MINUTE):
        found = client.get("/remote-checks?status=open&mine=true&region=330324").json()["items"]
    assert [row["id"] for row in found] == [check["id"]]
    assert client.get("/remote-checks?mine=false").json()["items"] == []
    assert Api().as_(cast.officer_b).get("/remote-checks").json()["items"] == []
    assert problem(client.get("/remote-checks?nonce=1")) == (422, "request.invalid")
