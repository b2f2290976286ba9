"""Visits without a network (离线检查): the whole visit in one queue in the wrong order, and what came before its inspection."""

import pytest

from backend.kernel import clock, ids
from hazards.models import Hazard
from inspections.models import Document, DocumentService, Inspection, PlanReading, SelfInspection, VisitAct
from inspections.policy.documents import DocumentKind
from sync import tasks
from sync.models import Awaited, KeptAct
from tests.api import Api
from tests.cast import DAY, SECOND
from tests.inspections import hands, paper
from tests.inspections.sheets import an_item, an_occurrence, drafted, published
from tests.inspections.visits import AT_A, a_finding, administrative, ago, begun, planned, planning
from tests.sync.queue import URL, id_of, member

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


def papers_of(visit_id, cast, image):
    """Return an order's draft, the three signatures under it, its issue and its service, the last first."""
    order = paper.body(cast, DocumentKind.RECTIFICATION_ORDER, enterprise_id=None, inspection_id=visit_id)
    served = {"how": "direct", "at": clock.text(clock.now()), "receiver": "张三", "outcome": "signed"}
    officers = [{"signer": "officer", "name": who.name, "image_photo_id": image} for who in (cast.inspector, cast.inspector_2)]
    first, second = (member("document_signature", f"/documents/{order['id']}/signatures", **said) for said in officers)
    return [
        member("document_service", f"/documents/{order['id']}/services", **served),
        member("document_issue", f"/documents/{order['id']}/issues"),
        on(visit_id, "signature", "signatures", document_id=order["id"], name="张三", image_photo_id=image),
        second, first,
        {"kind": "document", "path": "/documents", "body": order},
    ]  # fmt: skip


def test_an_inspection_and_its_papers_come_in_one_queue_last_first(cast, api):
    plan = administrative(cast)
    begin = [on(plan["id"], "check_in", "check-ins", location=AT_A), {"kind": "inspection", "path": "/inspections", "body": plan}]
    papers = papers_of(plan["id"], cast, hands.drawn(api.as_(cast.inspector)))
    acts = [on(plan["id"], "check_out", "check-outs"), *papers, *begin]
    assert [answer["status"] for answer in send(cast, "inspector", *acts)] == [201] * 9
    document = Document.objects.get()
    assert (document.status, document.signatures.count(), DocumentService.objects.count()) == ("issued", 3, 1)
    assert [answer["status"] for answer in send(cast, "inspector", *acts)] == [200] * 9


def test_papers_wait_for_their_draft_the_draft_for_its_visit_and_the_issue_for_what_was_drawn(cast, api, drain):
    visit_id, image = str(ids.new()), str(ids.new())
    served, issued, *signed, order = papers_of(visit_id, cast, image)
    held = send(cast, "inspector", served, issued, *signed, order)
    waits = [sorted(wait["kind"] for wait in answer["body"]["held_for"]) for answer in held]
    assert waits == [["document"], ["document"], ["document", "inspection"], ["document"], ["document"], ["inspection"]]
    shown = Api().as_(cast.inspector).get(f"/sync/acts/{id_of(signed[0])}")
    assert (shown.status_code, shown.json()["state"]) == (200, "held")
    begun(cast, id=visit_id, type="administrative_inspection")
    for _ in range(3):  # each brings the next
        drain(clock.now() + SECOND)
    states = dict(KeptAct.objects.values_list("kind", "state"))
    both = {"document_issue": "held", "document_service": "held"}
    assert states == {"document": "taken", "signature": "taken", "document_signature": "taken"} | both
    [wait] = KeptAct.objects.get(kind="document_issue").held_for
    assert wait == {"kind": "photo", "id": image}
    assert KeptAct.objects.get(kind="document_service").held_for == [{"kind": "act", "id": id_of(issued)}]
    assert api.as_(cast.inspector).put(f"/photos/{image}", hands.line(), Content_Type="image/png").status_code == 201
    for _ in range(3):
        drain(clock.now() + SECOND)
    assert set(KeptAct.objects.values_list("state", flat=True)) == {"taken"}
    assert (Document.objects.get().status, DocumentService.objects.count()) == ("issued", 1)


def test_what_is_called_by_the_name_of_its_object_is_taken_and_two_names_are_not(cast):
    plan = planning(cast)
    begin = on(plan["id"], "inspection", "check-ins", location=AT_A)
    answers = send(cast, "inspector", begin, {"kind": "inspection", "path": "/inspections", "body": plan})
    assert [answer["status"] for answer in answers] == [201, 201]
    (odd,) = send(cast, "inspector", on(plan["id"], "finding", "check-outs"))
    assert (odd["status"], odd["body"]["state"], odd["body"]["kind"]) == (202, "quarantined", "finding")


def test_answers_wait_for_a_self_inspection_that_one_may_not_read_yet(cast, drain):
    at = clock.now()
    row = an_occurrence(cast.a, published(cast, at=at - SECOND, code="TRY"), at=at - DAY)
    path = f"/self-inspections/{row.id}/"
    acts = [
        member("self_inspection_submission", f"{path}submissions", statement="未发现隐患"),
        member("self_inspection", f"{path}answers", items=[{"code": "TRY-01", "result": "ok"}]),
    ]
    held = send(cast, "officer_b", *acts)
    assert [answer["body"]["held_for"] for answer in held] == [[{"kind": "self_inspection", "id": str(row.id)}]] * 2
    cast.officer_b.duties.create(person=cast.officer_b, role="agency", enterprise_id=cast.a.id, since=at)
    tasks.sweep(at=at + 2 * DAY)
    assert sorted(KeptAct.objects.values_list("kind", "state")) == [
        ("self_inspection_answers", "taken"), ("self_inspection_submission", "taken"),
    ]  # fmt: skip
    assert SelfInspection.objects.get().status == "submitted"


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
