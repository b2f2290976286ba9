"""What does not look like an honest visit, over HTTP: who is told, what, and with which evidence."""

from datetime import timedelta

import pytest

from backend.kernel import clock, ids, policies
from backend.kernel.calendar import local_day
from backend.kernel.models import PolicyVersion
from hazards.policy.words import Verb
from inspections.models import Inspection
from tests import loop
from tests.api import Api, problem
from tests.inspections.visits import AT_A, ago, done, planned

pytestmark = pytest.mark.django_db
URL = "/inspection-anomalies"
IN_LONGGANG = {"latitude": 27.5784, "longitude": 120.5523, "accuracy_m": 20}


@pytest.fixture
def rushed(cast):
    """Give two patrols by one inspector, begun 50 km apart within a minute."""
    visits = planned(cast), planned(cast, enterprise_id=str(cast.b.id))
    done(cast, "inspector", visits[0], "check-ins", location=AT_A, observed_at=ago(minutes=2))
    done(cast, "inspector", visits[1], "check-ins", location=IN_LONGGANG, observed_at=ago(minutes=1))
    return visits


@pytest.mark.parametrize("who", ["inspector", "grid_worker", "owner_a", "admin", "stranger"])
def test_those_it_is_about_and_those_it_does_not_concern_are_not_told(cast, who):
    assert problem(Api().as_(getattr(cast, who)).get(URL)) == (403, "auth.no_duty")


@pytest.mark.parametrize(
    "query", ["?from=2026-02-01&to=2026-01-01", "?from=2026-01-01&to=2026-04-03", "?from=soon", "?region=3", "?who=li"]
)
def test_what_is_no_question_is_refused(cast, query):
    assert problem(Api().as_(cast.regulator).get(URL + query)) == (422, "request.invalid")


def test_a_region_that_is_not_ones_own_is_not_found(cast):
    for region in ("330383", "33", "330399"):
        assert problem(Api().as_(cast.regulator).get(f"{URL}?region={region}")) == (404, "request.not_found")


def test_impossible_speed_is_told_in_words_with_both_visits_as_evidence(cast, rushed):
    told = Api().as_(cast.regulator).get(URL, Accept_Language="en").json()
    (found,) = told["items"]
    assert (found["pattern"], told["complete"], told["region"]) == ("impossible_speed", True, "330324")
    assert found["officials"] == [{"id": str(cast.inspector.id), "name": cast.inspector.name}]
    assert [one["id"] for one in found["evidence"]] == [visit["id"] for visit in rushed]
    assert found["detail"].startswith("Two check-ins 5")
    assert Inspection.objects.filter(status="under_way").count() == 2  # nothing follows from it


def test_an_auditor_is_told_without_a_name_and_other_days_hold_nothing(cast, rushed):
    (found,) = Api().as_(cast.auditor).get(f"{URL}?region=330324009").json()["items"]
    assert found["officials"] == [{"id": str(cast.inspector.id), "name": None}]
    assert found["detail"].startswith("两次签到相距")
    before = local_day(clock.now()) - timedelta(days=9)
    assert Api().as_(cast.regulator).get(f"{URL}?from={before}&to={before}").json()["items"] == []


def test_a_form_filled_in_no_time_is_told(cast):
    visit = planned(cast, checklists=["COM"])
    items = [item["code"] for item in Api().as_(cast.inspector).get("/checklists/COM/versions/1").json()["items"]]
    done(cast, "inspector", visit, "check-ins", location=AT_A, observed_at=ago(seconds=20))
    done(cast, "inspector", visit, "answers", items=[{"code": code, "result": "ok"} for code in items])
    done(cast, "inspector", visit, "check-outs", observed_at=ago(seconds=5))
    (found,) = Api().as_(cast.regulator).get(URL).json()["items"]
    assert (found["pattern"], found["facts"]) == ("too_fast", {"items": len(items), "seconds": 15})


def test_too_many_closures_an_hour_and_the_same_two_again_and_again_are_told_by_the_numbers_in_force(cast):
    numbers = {"closures_per_hour": 1, "pair_visits": 2, "administrative_per_year": 9}
    long_ago = clock.now() - timedelta(days=900)
    PolicyVersion.objects.create(id=ids.new(), kind="visits_oversight", version=1, effective_from=long_ago, document=numbers)
    policies.forget()
    closed = [loop.a_walk(cast, Verb.PASS, at=clock.now() - timedelta(hours=1)).id for _ in range(2)]
    pairs = [(cast.inspector, cast.inspector_2)] * 4 + [(cast.inspector, cast.inspector_3)]
    visits = [planned(cast, type="administrative_inspection", inspectors=[str(one.id) for one in pair]) for pair in pairs]
    for visit in visits:
        done(cast, "inspector", visit, "check-ins", location=AT_A)
    told = {one["pattern"]: one for one in Api().as_(cast.regulator).get(f"{URL}?region=330324009").json()["items"]}
    assert told.keys() == {"closures_per_hour", "same_pair"}
    assert {one["id"] for one in told["closures_per_hour"]["evidence"]} == {str(hazard) for hazard in closed}
    assert told["closures_per_hour"]["detail"] == "一小时内复查通过 2 条隐患"
    assert [one["id"] for one in told["same_pair"]["evidence"]] == [visit["id"] for visit in visits[:4]]
    assert told["same_pair"]["detail"] == "两人同组检查 4 次,占较忙一人的 80%"
