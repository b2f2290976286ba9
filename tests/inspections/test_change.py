"""A planned visit is changed: another day, a substitute for the sick; powers, conflicts and the lots hold."""

import json

import pytest

from accounts.models import Duty
from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day
from inspections.models import Inspection, InspectionOfficer, RandomDraw
from notifications.models import Notice
from tests.api import Api, problem
from tests.cast import DAY, LONG_AGO
from tests.inspections.test_plan_drawn import revealed
from tests.inspections.visits import AT_A, act, begun, done, planned

pytestmark = pytest.mark.django_db
TODAY = local_day(clock.now())
MOVE, GONE = (403, "inspection.not_your_move"), (404, "request.not_found")


def change(cast, who, visit, version=1, **body):
    return Api().as_(getattr(cast, who)).patch(f"/inspections/{visit['id']}", body, If_Match=f'"{version}"')


def crew(visit):
    return set(InspectionOfficer.objects.filter(inspection_id=visit["id"]).values_list("account_id", flat=True))


def ids_of(*people):
    return [str(person.id) for person in people]


def test_without_a_version_or_with_an_old_one_nothing_changes(cast):
    visit = planned(cast)
    tomorrow = {"planned_on": (TODAY + DAY).isoformat()}
    client = Api().as_(cast.inspector)
    assert problem(client.patch(f"/inspections/{visit['id']}", tomorrow)) == (428, "conflict.version_required")
    stale = change(cast, "inspector", visit, 7, **tomorrow)
    assert problem(stale) == (412, "conflict.stale_version")
    assert (stale.json()["current"]["id"], stale.json()["current"]["version"]) == (visit["id"], 1)
    assert len(ledger.of(Inspection.objects.get().id)) == 1


def test_who_may_not_change_it_changes_nothing(cast):
    visit = planned(cast, note="摸排")
    day = {"planned_on": (TODAY + DAY).isoformat()}
    for who in ("owner_a", "regulator", "auditor", "employee_a"):
        assert problem(change(cast, who, visit, **day)) == (403, "auth.no_duty"), who
    # a colleague takes it over or leaves it; an agency never takes what officials planned
    for who, body in (("inspector_3", day), ("agency", day), ("agency", {"inspectors": ids_of(cast.agency)})):
        assert problem(change(cast, who, visit, **body)) == MOVE, (who, body)
    for who in ("inspector_far", "inspector_alike"):
        assert problem(change(cast, who, visit, inspectors=ids_of(getattr(cast, who)))) == GONE, who
    assert Inspection.objects.get().version == 1


def test_what_makes_no_sense_is_refused_by_its_code(cast):
    visit = planned(cast, type="administrative_inspection")
    for body, refusal in [
        ({"planned_on": "2000-01-01"}, (422, "inspection.day_out_of_range")),
        ({"checklists": ["NOPE"]}, (422, "checklist.unknown")),
        ({"inspectors": []}, (422, "request.invalid")),
        ({"mode": "random"}, (422, "request.invalid")),
        ({"inspectors": ids_of(cast.inspector)}, (422, "inspection.two_inspectors_required")),
        ({"inspectors": ids_of(cast.inspector, cast.grid_worker)}, (422, "inspection.not_qualified")),
        ({"inspectors": ids_of(cast.inspector, cast.inspector_far)}, (422, "inspection.not_qualified")),
    ]:
        assert problem(change(cast, "inspector", visit, **body)) == refusal, body
    Duty.objects.create(id=ids.new(), person=cast.inspector_3, role="employee", enterprise_id=cast.a.id, since=LONG_AGO)
    body = {"inspectors": ids_of(cast.inspector, cast.inspector_3)}
    assert problem(change(cast, "inspector", visit, **body)) == (409, "inspection.interest")


def test_one_that_has_begun_stays_as_it_was_planned(cast):
    visit = begun(cast)
    body = {"planned_on": (TODAY + DAY).isoformat()}
    assert problem(change(cast, "inspector", visit, 2, **body)) == (409, "inspection.wrong_status")


def test_another_day_and_other_checklists_are_one_entry_and_told_to_those_who_go(cast, drain):
    visit = planned(cast, type="administrative_inspection", checklists=["COM"])
    drain(clock.now())
    Notice.objects.all().delete()
    reply = change(cast, "inspector", visit, planned_on=(TODAY + DAY).isoformat(), checklists=["FIRE"], reason="台风停工一天")
    told = reply.json()
    assert (reply.status_code, reply["ETag"], told["version"]) == (200, '"2"', 2)
    assert (told["planned_on"], [pin["code"] for pin in told["checklists"]]) == ((TODAY + DAY).isoformat(), ["FIRE"])
    entry = ledger.of(Inspection.objects.get().id)[-1]
    facts = ledger.read(entry)["facts"]
    assert (entry.kind, facts["planned_before"]) == ("inspection.changed", TODAY.isoformat())
    assert "台风" not in entry.body
    drain(clock.now())
    assert {row.person_id for row in Notice.objects.all()} == {cast.inspector_2.id}
    # the same again leaves no trace
    again = change(cast, "inspector", visit, 2, planned_on=(TODAY + DAY).isoformat(), checklists=["FIRE"])
    assert (again.status_code, again.json()["version"]) == (200, 2)
    # why somebody cannot go is no business of the enterprise's
    assert [row["note"] for row in told["acts"]] == ["台风停工一天"]
    assert Api().as_(cast.owner_a).get(f"/inspections/{visit['id']}").json()["acts"] == []


def test_a_colleague_stands_in_for_the_sick_and_all_three_are_told(cast, drain):
    visit = planned(cast, type="administrative_inspection")
    reply = change(cast, "inspector_3", visit, inspectors=ids_of(cast.inspector_2, cast.inspector_3), reason="病假")
    assert reply.status_code == 200, reply.content
    assert [(one["id"], one["lead"]) for one in reply.json()["inspectors"]] == [
        (str(cast.inspector_2.id), True), (str(cast.inspector_3.id), False),
    ]  # fmt: skip
    assert crew(visit) == {cast.inspector_2.id, cast.inspector_3.id}
    facts = ledger.read(ledger.of(Inspection.objects.get().id)[-1])["facts"]
    assert (facts["left"], facts["joined"]) == (ids_of(cast.inspector), ids_of(cast.inspector_3))
    assert problem(act(cast, "inspector", visit, "check-ins", location=AT_A)) == MOVE
    done(cast, "inspector_3", visit, "check-ins", location=AT_A)
    drain(clock.now())
    words = {row.person_id: row.body_zh for row in Notice.objects.filter(kind="inspection.changed")}
    assert "不再参加" in words[cast.inspector.id]
    assert words.keys() == {cast.inspector.id, cast.inspector_2.id}  # who did it himself is not told


def test_a_hidden_one_stays_hidden_from_the_enterprise_however_often_it_is_changed(cast, drain):
    visit = planned(cast, mode="unannounced")
    assert change(cast, "inspector", visit, planned_on=(TODAY + DAY).isoformat()).status_code == 200
    reply = change(cast, "inspector_2", visit, 2, inspectors=ids_of(cast.inspector_2))
    assert (reply.status_code, reply.json()["hidden"]) == (200, True)
    drain(clock.now())
    for who in ("owner_a", "officer_a", "agency"):
        assert problem(Api().as_(getattr(cast, who)).get(f"/inspections/{visit['id']}")) == GONE
        assert not Notice.objects.filter(person=getattr(cast, who)).exists()
    assert problem(change(cast, "agency", visit, 3, planned_on=TODAY.isoformat())) == GONE


def test_a_visit_that_moves_into_another_year_is_held_to_that_years_cap(cast, api):
    for _ in range(2):
        planned(cast, type="administrative_inspection", day=TODAY)
    wanted = {"day": TODAY.replace(year=TODAY.year - 1, month=12, day=31)}
    if (TODAY - wanted["day"]).days > 60:
        wanted = {"day": TODAY.replace(year=TODAY.year + 1, month=1, day=1)}
    other = planned(cast, type="administrative_inspection", **wanted)
    body = {"planned_on": TODAY.isoformat()}
    assert problem(change(cast, "inspector", other, **body)) == (409, "inspection.cap_reached")


class TestDrawn:
    """Those whom the lot has named."""

    @pytest.fixture
    def visit(self, cast, drain):
        draw = revealed(cast, drain)
        row = Inspection.objects.get(enterprise_id=cast.a.id)
        names = {person.id: who for who in ("inspector", "inspector_2", "inspector_3") if (person := getattr(cast, who))}
        out = next(iter(names.keys() - {o.account_id for o in row.crew.all()}))
        stay = [o.account_id for o in row.crew.order_by("-lead")]
        return {"id": str(row.id), "draw": draw, "out": out, "who": names[out], "crew": stay, "by": names[stay[0]]}

    def test_the_reserve_is_shown_to_officials_in_the_order_of_the_lots(self, cast, visit):
        told = Api().as_(cast.regulator).get(f"/inspections/{visit['id']}").json()["reserve"]
        assert [(one["account"], one["drawn"]) for one in told] == [
            *[(str(account), True) for account in visit["crew"]], (str(visit["out"]), False),
        ]  # fmt: skip
        assert Api().as_(cast.owner_a).get(f"/inspections/{visit['id']}").json()["reserve"] is None

    def test_whoever_is_next_stands_in_and_the_draws_chain_says_so(self, cast, visit):
        wanted = [str(visit["crew"][0]), str(visit["out"])]
        assert change(cast, visit["by"], visit, inspectors=wanted).status_code == 200
        entry = ledger.of(visit["draw"].id)[-1]
        people = visit["draw"].people
        assert entry.kind == "random_draw.substituted"
        facts = ledger.read(entry)["facts"]
        assert facts["in_turn"] is True
        assert [people[no - 1] for no in facts["left"] + facts["joined"]] == [str(visit["crew"][1]), str(visit["out"])]
        assert RandomDraw.objects.get().result == visit["draw"].result  # what was drawn stays as it was published

    def test_anybody_else_only_with_a_reason_that_is_kept(self, cast, visit):
        wanted = [str(cast.county_inspector.id), str(visit["crew"][0])]
        assert problem(change(cast, visit["by"], visit, inspectors=wanted)) == (422, "inspection.reason_required")
        reply = change(cast, visit["by"], visit, inspectors=wanted, reason="备选人员全部病假")
        assert reply.status_code == 200
        facts = ledger.read(ledger.of(visit["draw"].id)[-1])["facts"]
        assert (facts["in_turn"], facts["joined"]) == (False, [None])
        told = Api().as_(cast.auditor).get(f"/draws/{visit['draw'].id}/events").json()["items"]
        assert told[-1]["kind"] == "random_draw.substituted"

    def test_another_day_needs_no_reason(self, cast, visit):
        row = Inspection.objects.get(id=visit["id"])
        body = {"planned_on": TODAY.isoformat()}
        assert change(cast, visit["by"], visit, **body).status_code == 200
        assert json.loads(ledger.of(row.id)[-1].body)["facts"]["left"] == []
