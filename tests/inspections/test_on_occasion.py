"""Self-inspection because of something (逢事自查): begun by the enterprise, by any checklist in force, and nobody's to miss."""

import pytest

from backend.kernel import clock, ids, ledger
from enterprises.models import Enterprise
from grading.policy.document import Document
from grading.queries import looks
from hazards.models import Hazard
from inspections.actions import miss, schedule
from inspections.models import SelfInspection
from inspections.policy.statistics import Span
from inspections.queries import checklists, statistics
from tests.api import Api, problem
from tests.cast import DAY, HOUR
from tests.inspections.sheets import an_occurrence, drafted
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db
WELD = ("WELD-01", "WELD-02", "WELD-03", "WELD-04")


def begin(cast, who="officer_a", firm="a", **more):
    body = {"id": str(ids.new()), "enterprise_id": str(getattr(cast, firm).id), "checklist": "WELD", "occasion": "二号车间动火"}
    return Api().as_(getattr(cast, who)).post("/self-inspections", body | more)


def test_what_may_not_be_begun_is_refused_by_its_code(cast):
    drafted(cast, at=clock.now(), code="TRY")
    for who, firm, more, refusal in [
        ("inspector", "a", {}, (403, "auth.no_duty")), ("employee_a", "a", {}, (403, "auth.no_duty")),
        ("officer_a", "b", {}, (404, "request.not_found")), ("officer_a", "a", {"checklist": "NOPE"}, (422, "checklist.unknown")),
        ("officer_a", "a", {"checklist": "TRY"}, (422, "checklist.unknown")),
        ("officer_a", "a", {"occasion": "长" * 201}, (422, "request.invalid")),
        ("officer_a", "a", {"due_at": clock.text(clock.now())}, (422, "request.invalid")),
    ]:  # fmt: skip
        assert problem(begin(cast, who, firm, **more)) == refusal, (who, more)
    Enterprise.objects.filter(id=cast.a.id).update(status="closed")
    assert problem(begin(cast)) == (409, "enterprise.closed")
    assert not SelfInspection.objects.exists()


def test_it_is_worked_through_before_hot_work_as_any_other_and_what_fails_is_a_hazard(cast):
    body = {"id": str(ids.new()), "enterprise_id": str(cast.a.id), "checklist": "WELD", "occasion": "二号车间动火"}
    officer = Api().as_(cast.officer_a)
    first = officer.post("/self-inspections", body)
    told = first.json()
    assert (first.status_code, told["kind"], told["kind_label"], told["occasion"], told["status"]) == (
        201, "occasion", "逢事自查", "二号车间动火", "due",
    )  # fmt: skip
    assert [item["code"] for item in told["items"]][:4] == list(WELD)
    again = officer.post("/self-inspections", body)
    assert (again.status_code, again["Idempotency-Replayed"], again.json()["receipt"]) == (200, "true", told["receipt"])
    path = f"/self-inspections/{told['id']}"
    items = [{"code": item["code"], "result": "ok"} for item in told["items"]]
    officer.post(f"{path}/answers", {"items": [{**items[0], "result": "problem", "photo_ids": [str(ids.new())]}, *items[1:]]})
    done = officer.post(f"{path}/submissions", {"statement": "已整改后动火"})
    (hazard,) = done.json()["hazards"]
    assert Hazard.objects.get(id=hazard).checklist_item == items[0]["code"]
    kinds = [entry.kind.partition(".")[2] for entry in ledger.of(told["id"])]
    assert kinds == ["started", "answered", "submitted"]
    assert begin(cast).status_code == 201  # as often a day as there is work
    assert [row["kind"] for row in officer.get("/self-inspections?kind=occasion").json()["items"]] == ["occasion"] * 2


def test_an_agency_may_begin_it_and_one_that_lies_is_never_missed_and_no_statistic(cast):
    now = clock.now()
    began = begin(cast, "agency", began_at=clock.text(now - 3 * HOUR)).json()
    row = SelfInspection.objects.get(id=began["id"])
    assert (now - row.starts_at) // HOUR == 3
    miss.sweep(at=row.due_at + 9 * DAY)
    row.refresh_from_db()
    assert (row.status, row.missed_at) == ("due", None)
    day = row.due_at.year
    assert statistics.checks_in(cast.a.id, Span(day, None)).due == 0
    # a claim that lies ahead or too long ago is none
    for claimed in (now + DAY, now - 9 * DAY):
        other = SelfInspection.objects.get(id=begin(cast, began_at=clock.text(claimed)).json()["id"])
        assert abs(other.starts_at - now) < HOUR


def test_the_timetable_goes_on_beside_it(cast):
    assert begin(cast, checklist="COM").status_code == 201
    schedule.look(cast.a.id, at=clock.now())
    schedule.sweep(at=clock.now())
    kinds = SelfInspection.objects.filter(enterprise_id=cast.a.id, code="COM").values_list("kind", flat=True)
    assert set(kinds) == {"occasion", "full"}


def test_a_phone_without_a_network_begins_answers_and_hands_in_in_any_order(cast):
    id = str(ids.new())
    path, checklist = f"/self-inspections/{id}", Api().as_(cast.officer_a).get("/checklists/WELD").json()
    opening = member("self_inspection", "/self-inspections", enterprise_id=str(cast.a.id), checklist="WELD")
    opening["body"]["id"] = id
    answers = member("self_inspection_answers", f"{path}/answers", items=[
        {"code": item["code"], "result": "ok"} for item in checklist["items"]
    ])  # fmt: skip
    end = member("self_inspection_submission", f"{path}/submissions", statement="动火前已自查")
    told = Api().as_(cast.officer_a).post(URL, [end, answers, opening]).json()
    assert [answer["status"] for answer in told] == [201] * 3, told
    assert SelfInspection.objects.get().status == "submitted"


def test_nobody_gets_a_missed_round_out_of_his_grade_by_beginning_others(cast):
    row = an_occurrence(cast.a, checklists.in_force("COM"), at=clock.now() - 40 * DAY)
    miss.sweep(at=row.miss_at)
    for _ in range(4):
        begun = SelfInspection.objects.get(id=begin(cast).json()["id"])
        items = [{"code": item.code, "result": "ok"} for item in begun.asked]
        Api().as_(cast.officer_a).post(f"/self-inspections/{begun.id}/answers", {"items": items})
        submitted = Api().as_(cast.officer_a).post(f"/self-inspections/{begun.id}/submissions", {"statement": "已查"})
        assert submitted.status_code == 201
    (period,) = looks.periods(cast.a.id, Document())
    assert (period.due_at, period.missed) == (row.due_at, (row.id,))
