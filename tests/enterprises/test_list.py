"""Finding enterprises: scope first, then filters; what is outside the scope does not exist."""

import uuid

import pytest

from tests.api import problem
from tests.cast import GRID_AB

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(cast):
    return {key: str(getattr(cast, key).id) for key in ("a", "b", "c", "alike")}


def seen(api, cast, role, query=""):
    reply = api.as_(getattr(cast, role)).get(f"/enterprises{query}")
    assert reply.status_code == 200, reply.content
    return {item["id"] for item in reply.json()["items"]}


def test_nobody_looks_without_logging_in(api):
    assert problem(api.get("/enterprises")) == (401, "auth.required")
    assert problem(api.get(f"/enterprises/{uuid.uuid4()}")) == (401, "auth.required")


@pytest.mark.parametrize("role", ["auditor", "admin", "stranger"])
def test_those_without_a_business_duty_never_look(api, cast, role):
    person = api.as_(getattr(cast, role))
    assert problem(person.get("/enterprises?colour=x")) == (403, "auth.no_duty")
    assert problem(person.get(f"/enterprises/{uuid.uuid4()}")) == (403, "auth.no_duty")


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("owner_a", "a"), ("officer_a", "a"), ("employee_a", "a"), ("agency", "a"), ("owner_b", "b"), ("officer_far", "c"),
        ("grid_worker", "ab"), ("inspector", "ab"), ("county_inspector", "abd"), ("regulator", "abd"), ("regulator_city", "abcd"),
        ("grid_worker_far", "c"), ("inspector_far", "c"), ("grid_worker_alike", "d"), ("inspector_alike", "d"),
        ("regulator_far", "c"),
    ],
)  # fmt: skip
def test_everybody_sees_his_own_scope_and_no_more(api, cast, firms, role, keys):
    expected = {firms["alike" if key == "d" else key] for key in keys}
    assert seen(api, cast, role) == expected
    person = api.as_(getattr(cast, role))
    for id in firms.values():
        reply = person.get(f"/enterprises/{id}")
        if id in expected:
            assert (reply.status_code, reply["ETag"]) == (200, '"1"')
        else:
            strange = person.get(f"/enterprises/{uuid.uuid4()}")
            assert problem(reply) == problem(strange) == (404, "request.not_found")
            assert {**reply.json(), "instance": "", "request_id": ""} == {**strange.json(), "instance": "", "request_id": ""}


@pytest.mark.parametrize(
    "query",
    [
        "grade=purple", "industry=c34", "industry=C3", "status=open", "risk=green", "q=", "near=1", "near=a,b", "near=91,0",
        "near=nan,0",        "near=28,120,0", "near=28,120,50001", "bbox=1,2,3", "bbox=121,28,120,29", "bbox=1,2,3,inf",
        "region=33032", "colour=red",
        "limit=201", "count=yes", "cursor=abc", "q=" + "x" * 51, "region=x",
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(api, cast, query):
    assert problem(api.as_(cast.inspector).get(f"/enterprises?{query}"))[0] == 422


@pytest.mark.parametrize("code", ["330324999", "330324000", "330324009000000"])
def test_a_region_nobody_knows_is_refused(api, cast, code):
    assert problem(api.as_(cast.inspector).get(f"/enterprises?region={code}")) == (422, "region.unknown")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("?region=330324", "abd"), ("?region=330324009", "ab"), (f"?region={GRID_AB}", "ab"), ("?region=330383", "c"),
        ("?region=3303", "abcd"), ("?region=33", "abcd"), ("?region=330302", ""),
        ("?q=泵阀", "a"), ("?q=91330324ma2a00002", "b"), ("?q=MA2A", "abcd"), ("?q=%25", ""), ("?q=_", ""),
        ("?industry=C", "abcd"), ("?industry=C3441", "abcd"), ("?industry=C35", ""), ("?grade=grey", "abcd"), ("?grade=red", ""),
        ("?status=active", "abcd"), ("?status=closed", ""), ("?risk=red", ""), ("?risk=spraying", ""),
        ("?near=28.0391,120.6557", "ab"), ("?near=28.0391,120.6557,100", "a"), ("?near=28.0391,120.6557,50000", "abd"),
        ("?near=89.9,0", ""), ("?bbox=120.5,27.5,120.6,27.6", "c"), ("?bbox=120,27,121,29&region=330324009", "ab"),
        ("?bbox=-180,-90,180,90", "abcd"),
    ],
)  # fmt: skip
def test_filters_narrow_what_is_in_scope(api, cast, firms, query, keys):
    assert seen(api, cast, "regulator_city", query) == {firms["alike" if key == "d" else key] for key in keys}


def test_a_region_outside_the_scope_holds_nothing(api, cast, firms):
    assert seen(api, cast, "inspector", "?region=330383") == set()
    assert seen(api, cast, "inspector", "?region=33") == {firms["a"], firms["b"]}
    assert seen(api, cast, "owner_a", "?region=330324009") == {firms["a"]}


def test_risk_features_are_found_by_name(api, cast):
    body = {
        "name": "喷涂厂",
        "industry": "C33",
        "region": "330324009",
        "risk": "red",
        "risk_features": ["spraying", "ship_repair"],
    }
    id = api.as_(cast.inspector).post("/enterprises", body).json()["id"]
    assert seen(api, cast, "inspector", "?risk=spraying") == seen(api, cast, "inspector", "?risk=red") == {id}
    assert seen(api, cast, "inspector", "?risk=confined_space") == set()


def test_pages_hold_everything_once_and_a_count_comes_when_asked(api, cast, firms):
    city = api.as_(cast.regulator_city)
    first = city.get("/enterprises?limit=3&count=true").json()
    second = city.get(f"/enterprises?limit=3&cursor={first['next_cursor']}").json()
    assert (first["count"], len(first["items"]), second["count"], second["next_cursor"]) == (4, 3, None, None)
    assert {e["id"] for e in first["items"] + second["items"]} == set(firms.values())
