"""Yearly plans and campaigns: who makes them, what is refused, and how far they have come."""

import pytest

from accounts.models import Duty
from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day
from enterprises.models import Enterprise
from inspections.models import Campaign, InspectionPlan
from tests.api import Api, problem
from tests.cast import DAY, LONG_AGO
from tests.inspections.visits import AT_A, a_finding, administrative, begun, done, planned

pytestmark = pytest.mark.django_db
COUNTY, YEAR = "330324", local_day(clock.now()).year


def a_plan(**more):
    return {"id": str(ids.new()), "region": COUNTY, "year": YEAR, "name": "年度计划", "targets": [{"name": "全部"}]} | more


def a_campaign(*, days: int = 30, **more):
    today = local_day(clock.now())
    ends = {"from": today.isoformat(), "to": (today + days * DAY).isoformat()}
    return {"id": str(ids.new()), "region": COUNTY, "name": "粉尘专项"} | ends | more


def made(cast, path, body):
    reply = Api().as_(cast.regulator).post(path, body)
    assert reply.status_code == 201, reply.content
    return reply.json()


def finished(cast, **more):
    visit = begun(cast, type="administrative_inspection", **more)
    done(cast, "inspector", visit, "check-outs")
    return visit


@pytest.mark.parametrize(("path", "body"), [("/inspection-plans", a_plan), ("/campaigns", a_campaign)])
def test_a_region_is_planned_for_by_its_own_regulator_of_a_county_or_above(cast, path, body):
    for who in ("inspector", "grid_worker", "owner_a", "auditor", "admin"):
        assert problem(Api().as_(getattr(cast, who)).post(path, body())) == (403, "auth.no_duty")
    Duty.objects.create(person=cast.stranger, role="regulator", region_id="330324009", level="town", since=LONG_AGO)
    assert problem(Api().as_(cast.stranger).post(path, body(region="330324009"))) == (403, "programme.not_your_move")
    regulator = Api().as_(cast.regulator)
    assert problem(regulator.post(path, body(region="330383"))) == (403, "programme.not_your_move")
    assert problem(regulator.post(path, body(region="330399"))) == (422, "region.unknown")
    assert (InspectionPlan.objects.count(), Campaign.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "more",
    [
        {"targets": []}, {"targets": [{"name": "红", "percent": 0}]}, {"targets": [{"name": "红", "percent": 101}]},
        {"year": 1999},
        {"targets": [{"name": "红", "filters": {"grades": ["purple"]}}]}, {"targets": [{"name": "红", "visits": 13}]},
        {"targets": [{"name": "红", "filters": {"industries": ["34"]}}]}, {"year": "2026"}, {"quota": 3}, {"name": " "},
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(cast, more):
    assert problem(Api().as_(cast.regulator).post("/inspection-plans", a_plan(**more))) == (422, "request.invalid")


def test_a_changed_plan_says_why_and_the_old_one_stays_to_be_read(cast):
    first = made(cast, "/inspection-plans", a_plan())
    api = Api().as_(cast.regulator)
    assert problem(api.post("/inspection-plans", a_plan(reason=" "))) == (422, "request.invalid")
    second = made(cast, "/inspection-plans", a_plan(reason="年中调整"))
    assert (second["version"], second["superseded"]) == (2, False)
    assert [row["id"] for row in api.get(f"/inspection-plans?year={YEAR}").json()["items"]] == [second["id"]]
    both = api.get("/inspection-plans?superseded=true&count=true").json()
    assert ([row["superseded"] for row in both["items"]], both["count"]) == ([False, True], 2)
    assert api.get(f"/inspection-plans/{first['id']}").json()["superseded"] is True
    assert [entry.kind for entry in ledger.of(InspectionPlan.objects.get(version=2).id)] == ["inspection_plan.set"]


def test_the_same_plan_sent_again_is_answered_and_another_under_its_id_is_not(cast):
    body = a_plan()
    first, api = made(cast, "/inspection-plans", body), Api().as_(cast.regulator)
    again = api.post("/inspection-plans", body)
    assert (again.status_code, again.json()) == (200, first)
    assert problem(api.post("/inspection-plans", body | {"name": "另一个"})) == (409, "conflict.same_id")
    campaign = a_campaign()
    assert api.post("/campaigns", campaign).json() == api.post("/campaigns", campaign).json()


def test_a_plan_is_read_in_the_regions_below_it_and_nowhere_else(cast):
    plan = made(cast, "/inspection-plans", a_plan())
    for who in ("inspector", "grid_worker", "regulator_city"):
        assert Api().as_(getattr(cast, who)).get(f"/inspection-plans/{plan['id']}").status_code == 200
    far = Api().as_(cast.inspector_far)
    assert problem(far.get(f"/inspection-plans/{plan['id']}")) == (404, "request.not_found")
    assert far.get("/inspection-plans").json()["items"] == []


def test_coverage_counts_administrative_inspections_that_are_over(cast):
    assert all((cast.a, cast.b, cast.c))
    Enterprise.objects.filter(id=cast.b.id).update(risk="red")
    red = {"name": "重大风险", "filters": {"risks": ["red"]}, "percent": 50}
    plan = made(cast, "/inspection-plans", a_plan(targets=[{"name": "全部"}, red, {"name": "两次", "visits": 2}]))
    assert [t["coverage"]["covered"] for t in plan["targets"]] == [0, 0, 0]
    finished(cast)
    planned(cast, type="administrative_inspection", enterprise_id=str(cast.b.id))
    done(cast, "inspector", begun(cast), "check-outs")
    told = Api().as_(cast.inspector).get(f"/inspection-plans/{plan['id']}").json()["targets"]
    assert [t["coverage"] for t in told] == [
        {"enterprises": 2, "due": 2, "covered": 1, "rate": 0.5},
        {"enterprises": 1, "due": 1, "covered": 0, "rate": 0.0},
        {"enterprises": 2, "due": 2, "covered": 0, "rate": 0.0},
    ]


def test_a_campaign_that_is_over_or_runs_backwards_is_refused(cast):
    api, yesterday = Api().as_(cast.regulator), (local_day(clock.now()) - DAY).isoformat()
    over = a_campaign() | {"from": yesterday, "to": yesterday}
    assert problem(api.post("/campaigns", over)) == (422, "request.invalid")
    assert problem(api.post("/campaigns", a_campaign(to=yesterday))) == (422, "request.invalid")


@pytest.mark.parametrize("wrong", ["mode", "day", "region"])
def test_an_inspection_names_only_a_campaign_it_is_part_of(cast, wrong):
    campaign = made(cast, "/campaigns", a_campaign(**({"region": "330324006"} if wrong == "region" else {})))
    told = {"mode": "special_campaign", "campaign": campaign["id"]}
    later = {"planned_on": (local_day(clock.now()) + 31 * DAY).isoformat()}
    two = [str(cast.county_inspector.id), str(cast.inspector_2.id)]
    body = administrative(cast, inspectors=two, **told | {"mode": {"mode": "planned"}, "day": later}.get(wrong, {}))
    assert problem(Api().as_(cast.county_inspector).post("/inspections", body)) == (422, "campaign.elsewhere")
    unknown = administrative(cast, mode="special_campaign", campaign=str(ids.new()))
    assert problem(Api().as_(cast.inspector).post("/inspections", unknown)) == (404, "request.not_found")


def test_the_progress_of_a_campaign_is_counted_from_its_inspections(cast):
    assert cast.b
    campaign = made(cast, "/campaigns", a_campaign())
    named = {"mode": "special_campaign", "campaign": campaign["id"]}
    visit = begun(cast, type="administrative_inspection", **named)
    done(cast, "inspector", visit, "findings", **a_finding())
    done(cast, "inspector", visit, "check-outs", location=AT_A)
    planned(cast, **named)
    told = Api().as_(cast.grid_worker).get(f"/campaigns/{campaign['id']}").json()
    assert told["progress"] == {
        "enterprises": 2, "due": 2, "covered": 1, "rate": 0.5, "planned": 1, "finished": 1, "findings": 1,
    }  # fmt: skip
    assert told["state"] == "running"
    states = [Api().as_(cast.inspector).get(f"/campaigns?state={state}").json()["items"] for state in ("running", "over")]
    assert [[row["id"] for row in rows] for rows in states] == [[campaign["id"]], []]
