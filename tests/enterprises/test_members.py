"""Members: brought in by owner or officer, sent away by who may, and an enterprise is never left without an owner."""

import uuid

import pytest

from accounts.models import Duty, Person
from backend.kernel.models import LedgerEntry
from enterprises.models import Enterprise
from tests.api import problem
from tests.cast import LONG_AGO

pytestmark = pytest.mark.django_db
NEW = {"phone": "139 0013 9000", "name": "新员工", "role": "employee"}


@pytest.fixture
def add(api, cast):
    def send(role, body=None, firm="a"):
        return api.as_(getattr(cast, role)).post(f"/enterprises/{getattr(cast, firm).id}/members", body or NEW)

    return send


@pytest.fixture
def end(api, cast):
    def send(role, who, body=None, firm="a"):
        id = getattr(cast, who).id if isinstance(who, str) else who
        return api.as_(getattr(cast, role)).post(f"/enterprises/{getattr(cast, firm).id}/members/{id}/endings", body or {})

    return send


def test_nobody_sees_or_makes_members_without_logging_in(api):
    assert problem(api.get(f"/enterprises/{uuid.uuid4()}/members")) == (401, "auth.required")
    assert problem(api.post(f"/enterprises/{uuid.uuid4()}/members", NEW)) == (401, "auth.required")
    assert problem(api.post(f"/enterprises/{uuid.uuid4()}/members/{uuid.uuid4()}/endings")) == (401, "auth.required")


@pytest.mark.parametrize(
    "role", ["employee_a", "agency", "grid_worker", "inspector", "regulator", "auditor", "admin", "stranger"]
)
def test_only_owners_and_officers_ever_bring_somebody_in(add, role):
    assert problem(add(role, {"nonsense": 1})) == (403, "auth.no_duty")


@pytest.mark.parametrize("role", ["owner_b", "officer_far"])
def test_nobody_brings_somebody_in_next_door(add, role):
    assert problem(add(role)) == (404, "request.not_found")


@pytest.mark.parametrize("role", ["officer", "agency"])
def test_an_officer_brings_in_employees_alone(add, role):
    assert problem(add("officer_a", NEW | {"role": role})) == (403, "enterprise.not_your_move")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"phone": "0577-67318888"}, "phone.invalid"), ({"phone": "+1 415 555 2671"}, "phone.invalid"),
        ({"phone": "x"}, "phone.invalid"),
        ({"role": "owner"}, "request.invalid"), ({"role": "inspector"}, "request.invalid"), ({"name": " "}, "request.invalid"),
        ({"phone": 13900139000}, "request.invalid"), ({"enterprise_id": "x"}, "request.invalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_code(add, wrong, code):
    assert problem(add("owner_a", NEW | wrong)) == (422, code)
    assert not Person.objects.filter(name="新员工").exists()


def test_nobody_learns_whose_name_a_number_bears(add, cast):
    reply = add("owner_a", NEW | {"phone": cast.owner_b.phone})
    assert problem(reply) == (409, "enterprise.member_mismatch")
    assert cast.owner_b.name not in reply.content.decode()


def test_nobody_is_brought_in_twice(add):
    assert add("owner_a").status_code == 201
    assert problem(add("owner_a")) == (409, "enterprise.already_member")


def test_an_auditor_joins_no_enterprise(add, cast):
    body = NEW | {"phone": cast.auditor.phone, "name": cast.auditor.name}
    assert problem(add("owner_a", body)) == (409, "duty.exclusive")


def test_a_closed_enterprise_takes_nobody_in(add, cast):
    Enterprise.objects.filter(id=cast.a.id).update(status="closed")
    assert problem(add("owner_a")) == (409, "enterprise.closed")


@pytest.mark.parametrize("role", ["owner_b", "officer_far", "inspector_far", "grid_worker_alike"])
def test_out_of_scope_there_is_nobody_to_send_away(end, cast, role):
    assert problem(end(role, "employee_a")) == (404, "request.not_found")


@pytest.mark.parametrize(
    ("role", "who"),
    [
        ("employee_a", "officer_a"), ("agency", "employee_a"), ("officer_a", "owner_a"), ("officer_a", "agency"),
        ("employee_a", "owner_a"),
    ],
)  # fmt: skip
def test_nobody_sends_away_whom_he_may_not(end, cast, role, who):
    assert problem(end(role, who)) == (403, "enterprise.not_your_move")
    assert getattr(cast, who).duties.filter(until=None).count() == 1


def test_who_is_no_member_cannot_be_sent_away(end):
    assert problem(end("owner_a", "owner_b")) == problem(end("owner_a", uuid.uuid4())) == (404, "request.not_found")


def test_the_last_owner_does_not_leave_by_himself(end, cast):
    assert problem(end("owner_a", "owner_a")) == (409, "enterprise.last_owner")
    Duty.objects.create(person=cast.stranger, role="owner", enterprise_id=cast.a.id, since=LONG_AGO)
    assert end("owner_a", "owner_a").status_code == 201


def test_an_official_may_end_even_the_last_owner(end, cast):
    cast.owner_a  # noqa: B018 - makes him
    assert end("inspector", "owner_a").status_code == 201


def test_a_new_member_may_log_in_and_see_the_enterprise(add, api, cast):
    reply = add("officer_a")
    shown = reply.json()
    assert (reply.status_code, shown["phone"], shown["role"], shown["ended_at"]) == (201, "+8613900139000", "employee", None)
    person = Person.objects.get(id=shown["person_id"])
    assert api.as_(person).get(f"/enterprises/{cast.a.id}").status_code == 200
    entry = LedgerEntry.objects.get(subject_id=shown["id"])
    assert (entry.kind, entry.actor_id, entry.enterprise_id) == ("duty.granted", cast.officer_a.id, cast.a.id)


def test_who_has_left_is_out_at_once(end, api, cast):
    employee = api.as_(cast.employee_a)
    assert employee.get(f"/enterprises/{cast.a.id}").status_code == 200
    ended = end("officer_a", "employee_a").json()["ended"]
    assert [(m["person_id"], m["role"], m["ended_at"] is None) for m in ended] == [(str(cast.employee_a.id), "employee", False)]
    assert problem(employee.get(f"/enterprises/{cast.a.id}"))[0] in (403, 404)
    assert LedgerEntry.objects.filter(kind="duty.ended", subject_id=ended[0]["id"]).count() == 1


def test_everybody_may_leave(end, cast):
    assert end("employee_a", "employee_a").status_code == 201
    assert end("agency", "agency").status_code == 201


def test_joining_and_leaving_sent_again_are_answered_as_they_were(add, end):
    joining, leaving = NEW | {"id": str(uuid.uuid4())}, {"id": str(uuid.uuid4())}
    first, again = add("owner_a", joining), add("owner_a", joining)
    assert (first.status_code, again.status_code, first.json() == again.json()) == (201, 200, True)
    member = uuid.UUID(first.json()["person_id"])
    first, again = end("owner_a", member, leaving), end("owner_a", member, leaving)
    assert (first.status_code, again.status_code, first.json() == again.json()) == (201, 200, True)


def test_members_are_listed_to_those_who_read_the_enterprise_and_phones_to_those_who_call(api, cast):
    people = [cast.owner_a, cast.officer_a, cast.employee_a, cast.agency]
    path = f"/enterprises/{cast.a.id}/members"
    for role, masked in [("owner_a", False), ("officer_a", False), ("inspector", False), ("employee_a", True), ("agency", True)]:
        items = api.as_(getattr(cast, role)).get(path).json()["items"]
        assert {m["person_id"] for m in items} == {str(p.id) for p in people}
        assert all(("****" in m["phone"]) is masked for m in items)
    assert problem(api.as_(cast.owner_b).get(path)) == (404, "request.not_found")
    assert problem(api.as_(cast.auditor).get(path)) == (403, "auth.no_duty")
    assert problem(api.as_(cast.owner_a).get(f"{path}?role=owner")) == (422, "request.invalid")
