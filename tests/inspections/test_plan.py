"""Planning inspections: who may, with whom, and what is refused; then who reads them."""

import pytest

from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day
from enterprises.models import Enterprise
from inspections.models import Inspection
from tests.api import Api, problem
from tests.cast import DAY, NOON
from tests.inspections.visits import administrative, planned, planning

pytestmark = pytest.mark.django_db
TYPES = ("administrative_inspection", "grid_patrol", "service_visit", "remote_check")
MAY = {
    "inspector": set(TYPES), "county_inspector": set(TYPES), "grid_worker": {"grid_patrol", "service_visit", "remote_check"},
    "agency": {"service_visit"},
}  # fmt: skip


def plan(cast, who, body):
    return Api().as_(getattr(cast, who)).post("/inspections", body)


@pytest.mark.parametrize("who", ["owner_a", "officer_a", "employee_a", "regulator", "auditor", "admin", "stranger"])
def test_who_never_goes_is_told_before_the_form_is_read(cast, who):
    assert problem(plan(cast, who, {"nonsense": 1})) == (403, "auth.no_duty")


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("who", list(MAY))
def test_a_type_belongs_to_its_roles(cast, who, type_):
    two = [str(getattr(cast, who).id), str(cast.inspector_2.id)]
    body = planning(cast, type=type_, inspectors=two if type_ == "administrative_inspection" else two[:1])
    reply = plan(cast, who, body)
    if type_ in MAY[who]:
        assert (reply.status_code, reply.json()["status"], reply.json()["type"]) == (201, "planned", type_)
    else:
        assert problem(reply) == (403, "inspection.not_your_move")


@pytest.mark.parametrize(
    ("crew", "refusal"),
    [
        (["inspector"], "inspection.two_inspectors_required"),
        (["inspector_2", "inspector_3"], "inspection.two_inspectors_required"),
        (["inspector", "grid_worker"], "inspection.not_qualified"),
        (["inspector", "inspector_far"], "inspection.not_qualified"),
        (["inspector", "regulator"], "inspection.not_qualified"),
        (["inspector", "officer_a"], "inspection.not_qualified"),
        (["inspector", ""], "inspection.not_qualified"),
    ],
)
def test_an_administrative_inspection_takes_two_licensed_inspectors_there(cast, crew, refusal):
    people = [str(getattr(cast, who).id) if who else str(ids.new()) for who in crew]
    assert problem(plan(cast, "inspector", administrative(cast, inspectors=people))) == (422, refusal)
    assert Inspection.objects.count() == 0


def test_two_accounts_of_one_person_are_one_inspector(cast):
    cast.inspector_2.identity = cast.inspector.identity
    cast.inspector_2.save()
    assert problem(plan(cast, "inspector", administrative(cast))) == (422, "inspection.two_inspectors_required")


def test_nobody_with_a_duty_at_the_enterprise_inspects_it(cast):
    cast.inspector_2.duties.create(person=cast.inspector_2, role="employee", enterprise_id=cast.a.id, since=NOON - 99 * DAY)
    assert problem(plan(cast, "inspector", administrative(cast))) == (409, "inspection.interest")


@pytest.mark.parametrize(
    ("who", "more", "refusal"),
    [
        ("inspector", {"mode": "random"}, (422, "inspection.mode_not_yours")),
        ("agency", {"type": "service_visit", "mode": "unannounced"}, (422, "inspection.mode_not_yours")),
        ("inspector", {"inspectors": []}, (422, "request.invalid")),
        ("inspector", {"planned_on": "2000-01-01"}, (422, "inspection.day_out_of_range")),
        ("inspector", {"planned_on": "2099-12-31"}, (422, "inspection.day_out_of_range")),
        ("inspector", {"checklists": ["NOPE"]}, (422, "checklist.unknown")),
        ("inspector", {"checklists": ["COM", "COM"]}, (422, "request.invalid")),
        ("inspector", {"draw_id": str(ids.new())}, (422, "request.invalid")),
        ("inspector", {"enterprise_id": str(ids.new())}, (404, "request.not_found")),
        ("inspector_far", {}, (404, "request.not_found")),
    ],
)
def test_what_is_wrong_is_refused_by_its_code(cast, who, more, refusal):
    assert problem(plan(cast, who, planning(cast, **more))) == refusal


def test_nobody_is_sent_to_an_enterprise_that_is_closed(cast):
    Enterprise.objects.filter(id=cast.a.id).update(status="closed")
    assert problem(plan(cast, "inspector", planning(cast))) == (409, "enterprise.closed")


def test_a_plan_pins_its_checklists_and_is_one_entry(cast):
    body = administrative(cast, checklists=["COM", "FIRE"], note="年度计划")
    reply = plan(cast, "inspector", body)
    visit = reply.json()
    assert [(pin["code"], pin["version"]) for pin in visit["checklists"]] == [("COM", 1), ("FIRE", 1)]
    assert [(one["licence_no"], one["lead"]) for one in visit["inspectors"]] == [("浙C0001", True), ("浙C0001", False)]
    (entry,) = ledger.of(Inspection.objects.get().id)
    assert (entry.kind, entry.enterprise_id) == ("inspection.planned", cast.a.id)
    assert "年度计划" not in entry.body
    again = plan(cast, "inspector", body)
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.json()["receipt"] == visit["receipt"]
    assert problem(plan(cast, "inspector", body | {"note": "别的"})) == (409, "conflict.same_id")


def test_a_list_is_narrowed_by_its_filters(cast):
    today = local_day(clock.now())
    mine, other = planned(cast), planned(cast, "grid_worker", type="service_visit", day=today + DAY)
    client = Api().as_(cast.inspector)

    def found(query):
        return [row["id"] for row in client.get(f"/inspections?{query}").json()["items"]]

    assert found("") == [other["id"], mine["id"]]
    assert found("mine=true") == [mine["id"]]
    assert found("mine=false") == [other["id"]]
    assert found("type=service_visit&mode=planned&status=planned") == [other["id"]]
    assert found(f"planned_to={today.isoformat()}&enterprise_id={cast.a.id}&region=330324009") == [mine["id"]]
    assert found("region=330383198") == []
    page = client.get("/inspections?limit=1&count=true").json()
    assert (len(page["items"]), page["count"]) == (1, 2)
    rest = client.get(f"/inspections?limit=1&cursor={page['next_cursor']}").json()
    assert [row["id"] for row in rest["items"]] == [mine["id"]]


def test_the_enterprise_sees_its_visits_and_nobody_elses_without_the_flags(cast):
    visit = planned(cast, note="有人反映堵塞通道")
    seen = Api().as_(cast.officer_a).get(f"/inspections/{visit['id']}").json()
    assert (seen["flags"], seen["note"], seen["hidden"]) == (None, "", False)
    assert [act["allowed"] for act in seen["allowed"]] == [False] * 7
    for who in ("officer_b", "officer_far", "inspector_far"):
        assert problem(Api().as_(getattr(cast, who)).get(f"/inspections/{visit['id']}")) == (404, "request.not_found")
    assert problem(Api().as_(cast.employee_a).get(f"/inspections/{visit['id']}")) == (403, "auth.no_duty")


def test_a_chain_is_read_by_whoever_reads_the_visit_and_by_auditors(cast):
    visit = planned(cast)
    for who in ("inspector", "regulator", "auditor", "owner_a"):
        events = Api().as_(getattr(cast, who)).get(f"/inspections/{visit['id']}/events").json()
        assert [event["kind"] for event in events["items"]] == ["inspection.planned"]
    assert problem(Api().as_(cast.officer_b).get(f"/inspections/{visit['id']}/events")) == (404, "request.not_found")


def test_a_list_costs_the_same_however_many_visits_are_in_it(cast, statements):
    client, counts = Api().as_(cast.inspector), []
    for _ in range(2):
        for _ in range(3):
            assert client.post("/inspections", planning(cast)).status_code == 201
        client.get("/inspections")  # what processes keep is kept now
        with statements() as ran:
            assert client.get("/inspections").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 6
