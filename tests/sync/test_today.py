"""What is to be done today: who is told what, online as rows and in the day pack in full."""

import pytest

from backend.kernel import clock, ids
from backend.kernel.calendar import local_day
from hazards.policy.words import Verb
from inspections.actions import look_backs
from inspections.models import PlanReading
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, HOUR, SECOND
from tests.inspections.sheets import an_occurrence, published
from tests.inspections.visits import planned
from tests.sync.test_changes_of_fieldwork import a_task, asked, replied

pytestmark = pytest.mark.django_db
PARTS = ("cases", "inspections", "self_inspections", "look_backs", "remote_checks", "campaigns")


def today(cast, who):
    reply = Api().as_(getattr(cast, who)).get("/me/today")
    assert reply.status_code == 200, reply.content
    return reply.json()


def ids_of(told):
    """Return the ids in every part that has any."""
    found = {part: [row["hazard"]["id"] if part == "cases" else row["id"] for row in told[part]] for part in PARTS}
    return {part: rows for part, rows in found.items() if rows}


def a_campaign(cast):
    day = local_day(clock.now())
    body = {"region": "330324", "name": "冬季防火", "from": day.isoformat(), "to": (day + 9 * DAY).isoformat(), "filters": {}}
    reply = Api().as_(cast.regulator).post("/campaigns", {"id": str(ids.new()), **body})
    assert reply.status_code == 201, reply.content
    return reply.json()["id"]


@pytest.fixture
def world(cast):
    """Let there be something of everything at A, and a self-inspection at B where nobody goes."""
    at = clock.now()
    lists = [published(cast, at=at - SECOND, code=code) for code in ("TRY", "TWO")]
    answered, waits = asked(cast), asked(cast)
    replied(cast, answered, str(ids.new()))
    task = a_task(cast)
    look_backs.sweep(at=at)
    visit = planned(cast, "inspector", type="administrative_inspection", mode="unannounced")
    planned(cast, "inspector", day=local_day(at) + DAY)
    return {
        "visit": visit["id"], "sheet": str(an_occurrence(cast.a, lists[0], at=at - HOUR).id),
        "elsewhere": str(an_occurrence(cast.b, lists[1], at=at - HOUR).id), "answered": answered["id"], "waits": waits["id"],
        "task": str(task.id), "looked_at": str(task.hazard_id), "campaign": a_campaign(cast),
        "case": str(loop.a_walk(cast, Verb.SUBMIT, at=at - 6 * HOUR).id),
    }  # fmt: skip


def test_who_has_nothing_to_do_here_is_told_nothing(cast):
    for who in (cast.auditor, cast.admin, cast.stranger):
        assert problem(Api().as_(who).get("/me/today")) == (403, "auth.no_duty")
    assert problem(Api().get("/me/today")) == (401, "auth.required")
    assert problem(Api().as_(cast.inspector).get("/me/today?day=2026-09-16")) == (422, "request.invalid")


def test_everybody_is_told_what_is_his_to_do(cast, world):
    PlanReading.objects.all().delete()
    field = {"cases": [world["case"]], "look_backs": [world["task"]], "campaigns": [world["campaign"]]}
    visiting = {"inspections": [world["visit"]], "self_inspections": [world["sheet"]]}
    assert ids_of(today(cast, "inspector_2")) == {"cases": [world["case"]], **field, **visiting}
    assert PlanReading.objects.get().account_id == cast.inspector_2.id
    # he passed the hazard himself; the answer to his question awaits his word
    asker = {name: rows for name, rows in field.items() if name != "look_backs"} | {"remote_checks": [world["answered"]]}
    assert ids_of(today(cast, "inspector")) == {**asker, **visiting}
    assert ids_of(today(cast, "grid_worker")) == field
    assert ids_of(today(cast, "regulator")) == {"campaigns": [world["campaign"]]}
    member = {"self_inspections": [world["sheet"]], "remote_checks": [world["waits"]]}
    assert ids_of(today(cast, "officer_a")) == member
    assert ids_of(today(cast, "employee_a")) == {"remote_checks": [world["waits"]]}
    assert ids_of(today(cast, "officer_b")) == {"self_inspections": [world["elsewhere"]]}
    told = today(cast, "inspector_2")
    assert (told["day"], told["complete"]) == (local_day(clock.now()).isoformat(), True)
    assert (told["cases"][0]["why"], told["campaigns"][0]["state"]) == ("awaiting", "running")


def test_the_day_pack_has_the_same_in_full(cast, world):
    packs = {who: Api().as_(getattr(cast, who)).get("/sync/day-pack").json() for who in ("inspector_2", "officer_a")}
    official, member = packs["inspector_2"], packs["officer_a"]
    assert [row["id"] for row in official["self_inspections"]] == [row["id"] for row in member["self_inspections"]]
    assert official["self_inspections"][0]["items"][0]["code"] == "TRY-01"
    (found,) = official["look_backs"]
    assert (found["task"]["id"], found["task"]["mine"]) == (world["task"], True)
    assert found["hazard"] == Api().as_(cast.inspector_2).get(f"/hazards/{world['looked_at']}").json()
    assert world["looked_at"] not in [case["hazard"]["id"] for case in official["cases"]]
    assert [row["id"] for row in official["campaigns"]] == [world["campaign"]]
    assert (member["look_backs"], member["campaigns"], member["inspections"]) == ([], [], [])
    assert [firm["id"] for firm in official["enterprises"]] == [str(cast.a.id)]


def test_a_question_whose_time_is_over_is_nobodys_to_answer(cast, frozen):
    waits = asked(cast)
    with frozen(clock.now() + HOUR):
        assert ids_of(today(cast, "officer_a")) == {}
    assert ids_of(today(cast, "officer_a")) == {"remote_checks": [waits["id"]]}


def test_it_costs_the_same_however_much_there_is_to_do(cast, world, statements):
    api, counts = Api().as_(cast.inspector_2), []
    for _ in range(2):
        for _ in range(3):
            loop.a_walk(cast, Verb.SUBMIT, at=clock.now() - 6 * HOUR)
            a_task(cast)
        look_backs.sweep(at=clock.now())
        for path, most in (("/me/today", 18), ("/sync/day-pack", 26)):
            assert api.get(path).status_code == 200
            with statements() as ran:
                assert api.get(path).status_code == 200
            counts.append(len(ran))
            assert len(ran) <= most, [q["sql"][:90] for q in ran.captured_queries]
    assert counts[:2] == counts[2:]
