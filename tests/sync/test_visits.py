"""Visits without a network (离线检查): the whole visit in one queue in the wrong order, and what came before its inspection."""

import pytest

from backend.kernel import clock, ids
from hazards.models import Hazard
from inspections.models import Inspection, PlanReading, VisitAct
from sync.models import Awaited, KeptAct
from tests.api import Api
from tests.cast import SECOND
from tests.inspections.sheets import an_item, drafted, published
from tests.inspections.visits import AT_A, a_finding, ago, planned, planning
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db


def on(visit_id, kind, noun, **body):
    return member(kind, f"/inspections/{visit_id}/{noun}", **body)


def send(cast, who, *acts):
    reply = Api().as_(getattr(cast, who)).post(URL, list(acts))
    assert reply.status_code == 200, reply.content
    return reply.json()


def a_whole_visit(visit_id, code):
    """Return check-out, finding, answers and check-in, as a phone may have them: the last first."""
    photo = str(ids.new())
    return [
        on(visit_id, "check_out", "check-outs", observed_at=ago(minutes=10)),
        on(visit_id, "finding", "findings", **a_finding(checklist_item=code)),
        on(visit_id, "visit_answers", "answers", items=[{"code": code, "result": "problem"}], answered_at=ago(minutes=20)),
        on(visit_id, "check_in", "check-ins", location=AT_A, observed_at=ago(minutes=40), photo_ids=[photo]),
    ]


def test_a_visit_made_without_a_network_comes_in_one_queue_in_any_order(cast):
    code = published(cast, at=clock.now() - SECOND, code="TRY", items=(an_item("TRY-01"),)).items[0]["code"]
    plan = planning(cast, checklists=["TRY"])
    acts = [*a_whole_visit(plan["id"], code), {"kind": "inspection", "path": "/inspections", "body": plan}]
    answers = send(cast, "inspector", *acts)
    assert [answer["status"] for answer in answers] == [201] * 5
    row = Inspection.objects.get()
    assert (row.status, row.findings.count()) == ("finished", 1)
    assert set(row.flags) <= {"other_day"}
    assert [answer["status"] for answer in send(cast, "inspector", *acts)] == [200] * 5
    assert (Hazard.objects.count(), VisitAct.objects.count()) == (1, 4)


def test_what_comes_before_its_inspection_is_held_and_taken_when_that_comes(cast, drain):
    plan = planning(cast)
    early = on(plan["id"], "check_in", "check-ins", location=AT_A)
    (held,) = send(cast, "inspector", early)
    assert (held["status"], held["body"]["held_for"]) == (202, [{"kind": "inspection", "id": plan["id"]}])
    assert Awaited.objects.get().kind == "inspection"
    assert Api().as_(cast.inspector).post("/inspections", plan).status_code == 201
    drain(clock.now() + SECOND)
    assert KeptAct.objects.get().state == "taken"
    assert Inspection.objects.get().status == "under_way"
    again = Api().as_(cast.inspector).post(early["path"], early["body"])
    assert (again.status_code, again.json()["receipt"]) == (200, held["body"]["receipt"])


def test_the_pack_of_the_day_brings_the_visits_one_makes_with_their_checklists(cast):
    published(cast, at=clock.now() - SECOND, code="TRY")
    visit = planned(cast, type="administrative_inspection", mode="unannounced", checklists=["TRY"])
    planned(cast, "grid_worker")
    PlanReading.objects.all().delete()
    pack = Api().as_(cast.inspector_2).get("/sync/day-pack").json()
    assert [row["id"] for row in pack["inspections"]] == [visit["id"]]
    assert [firm["id"] for firm in pack["enterprises"]] == [str(cast.a.id)]
    assert (pack["pinned"], PlanReading.objects.get().account_id) == ([], cast.inspector_2.id)
    published(cast, at=clock.now(), code="TRY", items=(an_item("TRY-01"), an_item("TRY-02")))
    pack = Api().as_(cast.inspector_2).get("/sync/day-pack").json()
    assert [(row["code"], row["version"], len(row["items"])) for row in pack["pinned"]] == [("TRY", 1, 1)]
    assert Api().as_(cast.owner_a).get("/sync/day-pack").json()["inspections"] == []


def test_a_template_edited_in_mid_inspection_changes_nothing_that_is_under_way(cast):
    published(cast, at=clock.now() - SECOND, code="TRY")
    visit = planned(cast, checklists=["TRY"])
    drafted(cast, at=clock.now(), code="TRY", items=(an_item("TRY-01"), an_item("TRY-02")))
    published(cast, at=clock.now(), code="TRY", items=(an_item("TRY-01"), an_item("TRY-03")))
    answered = on(visit["id"], "visit_answers", "answers", items=[{"code": "TRY-01", "result": "ok"}])
    unknown = on(visit["id"], "visit_answers", "answers", items=[{"code": "TRY-03", "result": "ok"}])
    statuses = [one["status"] for one in send(cast, "inspector", answered, unknown, on(visit["id"], "check_in", "check-ins"))]
    assert statuses == [201, 202, 201]  # a strange item is kept for people to see
    assert KeptAct.objects.get().state == "quarantined"
    assert [one["status"] for one in send(cast, "inspector", on(visit["id"], "check_out", "check-outs"))] == [201]
