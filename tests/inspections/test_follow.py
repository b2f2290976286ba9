"""An enterprise that moves takes along what is planned and what waits; nobody's visit is lost on the way."""

import pytest

from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day
from inspections.actions import follow, schedule
from inspections.models import Inspection, RemoteCheck, SelfInspection
from notifications.models import Notice
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, GRID_ALIKE, MINUTE
from tests.inspections.visits import AT_A, act, begun, done, planned

pytestmark = pytest.mark.django_db
NEXT_TOWN = "330324006"
GONE = (404, "request.not_found")


@pytest.fixture
def move(cast, drain):
    """Move enterprise A, and do what follows."""

    def to(region, grid=None):
        body = {"region": region, **({"grid": grid} if grid else {})}
        version = Api().as_(cast.county_inspector).get(f"/enterprises/{cast.a.id}").json()["version"]
        reply = Api().as_(cast.county_inspector).patch(f"/enterprises/{cast.a.id}", body, If_Match=f'"{version}"')
        assert reply.status_code == 200, reply.content
        drain(clock.now())

    return to


def told(person, kind):
    return list(Notice.objects.filter(person=person, kind=kind).values_list("title_zh", flat=True))


def test_a_planned_visit_goes_along_and_is_taken_over_where_nobody_of_its_crew_has_a_duty(cast, move):
    visit = planned(cast, type="administrative_inspection")
    assert cast.inspector_alike
    move(NEXT_TOWN, GRID_ALIKE)
    row = Inspection.objects.get()
    assert (row.town, row.grid, row.status, row.flags) == (NEXT_TOWN, GRID_ALIKE, "planned", ["out_of_reach"])
    entry = ledger.of(row.id)[-1]
    facts = ledger.read(entry)["facts"]
    assert (entry.kind, entry.actor_id, facts["from"], facts["to"]) == ("inspection.moved", None, "330324009000001", GRID_ALIKE)
    assert set(facts["out_of_reach"]) == {str(cast.inspector.id), str(cast.inspector_2.id)}
    assert told(cast.inspector_alike, "inspection.moved") == ["检查待改派"]
    assert told(cast.inspector, "inspection.moved") == ["企业迁移"]
    # the old crew has lost it, the new town takes it over, and the flag goes
    assert problem(act(cast, "inspector", visit, "check-ins", location=AT_A)) == GONE
    crew = {"inspectors": [str(cast.inspector_alike.id), str(cast.county_inspector.id)]}
    reply = Api().as_(cast.inspector_alike).patch(f"/inspections/{visit['id']}", crew, If_Match=f'"{row.version}"')
    assert (reply.status_code, reply.json()["flags"]) == (200, []), reply.content
    done(cast, "inspector_alike", visit, "check-ins", location=AT_A)


def test_whoever_has_a_duty_at_the_new_place_too_keeps_it_without_a_flag(cast, move):
    planned(cast, "county_inspector")
    move(NEXT_TOWN)
    row = Inspection.objects.get()
    assert (row.town, row.grid, row.flags) == (NEXT_TOWN, "", [])
    assert told(cast.county_inspector, "inspection.moved") == ["企业迁移"]
    move("330324009")
    assert Inspection.objects.get().town == "330324009"


def test_a_hidden_visit_moves_without_a_word_to_the_enterprise(cast, move):
    visit = planned(cast, mode="unannounced")
    move(NEXT_TOWN)
    assert Inspection.objects.get().town == NEXT_TOWN
    assert not Notice.objects.filter(person__in=[cast.owner_a, cast.officer_a], subject_id=visit["id"]).exists()
    assert problem(Api().as_(cast.owner_a).get(f"/inspections/{visit['id']}")) == GONE


def test_what_has_begun_or_was_cancelled_stays_where_it_was(cast, move):
    begun(cast)
    done(cast, "inspector", planned(cast), "cancellations", reason="停产")
    move(NEXT_TOWN)
    assert set(Inspection.objects.values_list("town", flat=True)) == {"330324009"}


def test_a_question_that_waits_goes_along_and_is_judged_where_the_enterprise_is_now(cast, move):
    check = Api().as_(cast.inspector).post("/remote-checks", {"enterprise_id": str(cast.a.id), "spot": "配电箱"}).json()
    assert cast.inspector_alike
    move(NEXT_TOWN)
    row = RemoteCheck.objects.get()
    assert (row.town, row.status, ledger.of(row.id)[-1].kind) == (NEXT_TOWN, "open", "remote_check.moved")
    photo = loop.a_photo(cast, "officer_a", at=clock.now())
    path = f"/remote-checks/{check['id']}"
    assert Api().as_(cast.officer_a).post(f"{path}/answers", {"photo_ids": [str(photo.id)]}).status_code == 201
    judgement = {"id": str(ids.new()), "outcome": "doubtful"}
    assert problem(Api().as_(cast.inspector).post(f"{path}/judgements", judgement)) == GONE
    assert Api().as_(cast.inspector_alike).post(f"{path}/judgements", judgement).status_code == 201


def test_one_whose_ten_minutes_are_over_or_that_was_answered_stays(cast, move, frozen):
    with frozen(clock.now() - 11 * MINUTE):
        Api().as_(cast.inspector).post("/remote-checks", {"enterprise_id": str(cast.a.id), "spot": "配电箱"})
    move(NEXT_TOWN)
    assert RemoteCheck.objects.get().town == "330324009"


def test_self_inspections_that_are_not_handed_in_go_along(cast, move):
    schedule.look(cast.a.id, at=clock.now())
    schedule.sweep(at=clock.now())
    assert SelfInspection.objects.filter(enterprise_id=cast.a.id, town="330324009").exists()
    move(NEXT_TOWN)
    assert set(SelfInspection.objects.filter(enterprise_id=cast.a.id).values_list("town", flat=True)) == {NEXT_TOWN}


def test_told_twice_it_moves_once(cast, move):
    planned(cast, day=local_day(clock.now()) + DAY)
    move(NEXT_TOWN)
    version = Inspection.objects.get().version
    follow.enterprise_moved(cast.a.id, at=clock.now())
    assert Inspection.objects.get().version == version
