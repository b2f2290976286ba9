"""A draft is run over what really happened in a region before anyone is touched, and tells who would change and why."""

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction

from backend.kernel.models import Job
from backend.kernel.models.job import State
from enterprises.models import Enterprise
from grading import tasks
from grading.actions import regrade, simulate
from grading.models import SimulatedChange, Simulation, Standing
from tests.api import Api, problem
from tests.cast import DAY, HOUR, NOON
from tests.story import Story, text

pytestmark = pytest.mark.django_db
DEARER = {"spared": [], "factors": {"open_general": {"points": 12}}}
SPAN = {"region": "330324", "from": text(NOON - DAY), "to": text(NOON + 20 * DAY)}
END = NOON + 20 * DAY


def a_draft(story: Story, document: dict[str, Any], who: str = "regulator") -> str:
    return str(story.say(who, "POST", "/policies?kind=grading", document, at=END)["id"])


def lived(story: Story) -> None:
    """A has one hazard that an inspector found, overdue in the end, and one of its own; B three that get overdue, one closed."""
    cast = story.cast
    story.found(NOON, due=10)
    own = story.reported(NOON + HOUR)
    story.confirmed(own, NOON + 2 * HOUR, due=30)
    late = [story.found(NOON + DAY, due=1, firm=cast.b) for _ in range(3)]
    for at in (NOON + 2 * DAY, NOON + 5 * DAY, NOON + 12 * DAY, NOON + 17 * DAY):
        story.drain(at)
        regrade.sweep(at=at)
    story.submitted(late[0], NOON + 17 * DAY, by="officer_b")
    story.passed(late[0], NOON + 18 * DAY)
    story.drain(NOON + 18 * DAY)
    regrade.sweep(at=END)


def simulated(story: Story, document: dict[str, Any], **span: str) -> dict[str, Any]:
    draft = a_draft(story, document)
    made = story.say("regulator", "POST", f"/policies/{draft}/simulations", SPAN | span, at=END)
    assert (made["status"], made["progress"]["done"]) == ("queued", 0)
    story.drain(END)
    done: dict[str, Any] = story.say("regulator", "GET", f"/policies/{draft}/simulations/{made['id']}", at=END)
    assert done["status"] == "done", done
    return done


def cells(told: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(a, b): n for a, row in told["matrix"].items() for b, n in row.items() if n}


def test_who_may_not_and_what_cannot_be_is_refused(story: Story) -> None:
    cast = story.cast
    assert cast.a
    draft = a_draft(story, DEARER)
    photos = story.say("regulator", "POST", "/policies", {"kind": "photos", "document": {}, "reason": "试"}, at=END)["id"]
    day, later = text(END - DAY), text(END + HOUR)
    table: list[tuple[str, str, dict[str, Any], tuple[int, str]]] = [
        ("officer_a", draft, {}, (403, "auth.no_duty")), ("inspector", draft, {}, (403, "auth.no_duty")),
        ("auditor", draft, {}, (403, "auth.no_duty")), ("admin", draft, {}, (403, "auth.no_duty")),
        ("regulator_far", draft, {}, (404, "request.not_found")),
        ("regulator", draft, {"region": "3303"}, (404, "request.not_found")),
        ("regulator", draft, {"region": "999999"}, (404, "request.not_found")),
        ("regulator", str(uuid4()), {}, (404, "request.not_found")), ("regulator", photos, {}, (422, "simulation.other_kind")),
        ("regulator", draft, {"to": later}, (422, "simulation.in_future")),
        ("regulator", draft, {"from": day, "to": day}, (422, "simulation.backwards")),
        ("regulator", draft, {"from": text(END - 400 * DAY)}, (422, "simulation.too_long")),
        *[("regulator", draft, {name: bad}, (422, "request.invalid")) for name, bad in
          [("region", "33032"), ("region", 330324), ("from", None), ("to", "yesterday"), ("to", "2026-02-30"), ("surprise", 1)]],
    ]  # fmt: skip
    with story.frozen(END):
        for who, policy, changed, refusal in table:
            api = Api().as_(getattr(cast, who))
            assert problem(api.post(f"/policies/{policy}/simulations", SPAN | changed)) == refusal, (who, changed)
        assert problem(Api().post(f"/policies/{draft}/simulations", SPAN)) == (401, "auth.required")
    assert not Simulation.objects.exists()


def test_one_at_a_time_for_each_and_four_in_all(story: Story) -> None:
    assert story.cast.a
    draft = a_draft(story, DEARER)
    body = SPAN | {"id": str(uuid4())}
    first = story.say("regulator", "POST", f"/policies/{draft}/simulations", body, at=END)
    with story.frozen(END):
        api = Api().as_(story.cast.regulator)
        again = api.post(f"/policies/{draft}/simulations", body)
        assert (again.status_code, again["Idempotency-Replayed"], again.json()["id"]) == (200, "true", first["id"])
        with transaction.atomic():
            assert problem(api.post(f"/policies/{draft}/simulations", SPAN)) == (429, "limit.exceeded")
        for _ in range(3):
            row = Simulation.objects.get(id=first["id"])
            row.id, row.asked_by = uuid4(), uuid4()
            row.save(force_insert=True)
        other = Api().as_(story.cast.regulator_city)
        assert problem(other.post(f"/policies/{draft}/simulations", SPAN)) == (429, "limit.exceeded")
        Job.objects.filter(kind="grading.tasks.simulate").update(state=State.DEAD)
        assert api.get(f"/policies/{draft}/simulations/{first['id']}").json()["status"] == "failed"
        assert api.post(f"/policies/{draft}/simulations", SPAN).status_code == 201
    assert Simulation.objects.get(id=first["id"]).failed


def test_foreign_simulations_do_not_exist(story: Story) -> None:
    lived(story)
    told = simulated(story, DEARER)
    paths = [f"/policies/{told['policy_id']}/simulations/{told['id']}{more}" for more in ("", "/changes")]
    with story.frozen(END):
        far = Api().as_(story.cast.regulator_far)
        for path in (*paths, paths[0].replace(told["policy_id"], str(uuid4()))):
            assert problem(far.get(path)) == (404, "request.not_found")
        assert far.get(f"/policies/{told['policy_id']}/simulations").json()["items"] == []
        assert len(Api().as_(story.cast.regulator_city).get(f"/policies/{told['policy_id']}/simulations").json()["items"]) == 1
        for bad in ("?from=purple", "?limit=0", "?cursor=x", "?sort=1"):
            assert problem(Api().as_(story.cast.regulator).get(paths[1] + bad)) == (422, "request.invalid")


def test_the_rule_in_force_changes_nobody_and_its_past_is_reproduced(story: Story) -> None:
    lived(story)
    told = simulated(story, {"window_days": 180})
    assert cells(told) == {("green", "green"): 1, ("blue", "blue"): 1}
    assert told["counts"] == {"enterprises": 2, "changed": 0, "improved": 0, "worsened": 0}
    assert (told["not_reproduced"], told["changes"]["items"]) == (0, [])


def test_a_dearer_draft_says_who_would_change_and_why_and_touches_nobody(story: Story) -> None:
    lived(story)
    before = everything()
    told = simulated(story, DEARER)
    assert everything() == before
    assert cells(told) == {("green", "blue"): 1, ("blue", "blue"): 1}
    assert told["counts"] == {"enterprises": 2, "changed": 1, "improved": 0, "worsened": 1}
    [one] = told["changes"]["items"]
    assert (one["enterprise_id"], one["from"], one["to"], one["reproduced"]) == (str(story.cast.a.id), "green", "blue", True)
    assert (one["score_from"], one["score_to"]) == (94, 84)
    assert [why["words"] for why in one["why"]] == [
        "得分 94 → 84", "未销号的一般隐患(未逾期):0 分 → -10 分", "按得分和一票否决:绿色 → 蓝色",
    ]  # fmt: skip
    path = f"/policies/{told['policy_id']}/simulations/{told['id']}/changes"
    english = story.say("regulator", "GET", f"{path}?from=green&count=true", at=END, Accept_Language="en")
    assert (english["count"], english["items"][0]["why"][0]["words"]) == (1, "score 94 → 84")
    assert story.say("regulator", "GET", f"{path}?to=red", at=END)["items"] == []


def test_a_draft_that_only_lets_it_move_otherwise_is_stepped_through_the_past(story: Story) -> None:
    lived(story)
    told = simulated(story, {"hysteresis": 8})
    assert cells(told) == {("green", "green"): 1, ("blue", "yellow"): 1}
    assert [(why["what"]) for why in told["changes"]["items"][0]["why"]] == ["moved"]
    told = simulated(story, {"vetoes": {"self_check_two": {"grade_at_best": "red"}}, "thresholds": {"blue": 87}})
    assert cells(told) == {("green", "green"): 1, ("blue", "yellow"): 1}
    assert [why["what"] for why in told["changes"]["items"][0]["why"]] == ["colour"]


def test_before_its_first_day_an_enterprise_counts_nowhere_and_a_short_past_is_enough(story: Story) -> None:
    lived(story)
    first = story.cast.a and Enterprise.objects.earliest("registered_at").registered_at
    told = simulated(story, DEARER, **{"from": text(first - 9 * DAY), "to": text(first - DAY)})
    assert (told["progress"], cells(told)) == ({"done": 0, "total": 0}, {})
    told = simulated(story, {"window_days": 180}, **{"from": text(END - HOUR)})
    assert (told["not_reproduced"], told["counts"]["changed"]) == (0, 0)


def test_a_batch_that_runs_twice_or_after_a_kill_counts_once(story: Story) -> None:
    lived(story)
    draft = a_draft(story, DEARER)
    made = story.say("regulator", "POST", f"/policies/{draft}/simulations", SPAN, at=END)
    row = Simulation.objects.get(id=made["id"])
    for _ in range(2):
        tasks.simulate(at=END, simulation_id=made["id"], after="")
    story.drain(END)
    tasks.simulate(at=END, simulation_id=made["id"], after="")
    row.refresh_from_db()
    assert (row.done, row.matrix, SimulatedChange.objects.count()) == (2, {"green": {"blue": 1}, "blue": {"blue": 1}}, 1)
    assert row.ended_at == END


def test_many_enterprises_are_worked_out_batch_by_batch(story: Story) -> None:
    lived(story)
    firm = Enterprise.objects.get(id=story.cast.a.id)
    for number in range(2 * simulate.BATCH - 2):
        firm.id, firm.uscc = uuid4(), f"TEST{number:014d}"
        firm.save(force_insert=True)
    told = simulated(story, DEARER)
    assert told["progress"] == {"done": 2 * simulate.BATCH, "total": 2 * simulate.BATCH}
    assert Job.objects.filter(kind="grading.tasks.simulate", state=State.DONE).count() == 3
    assert told["counts"]["changed"] == 2 * simulate.BATCH - 1


def everything() -> dict[str, int]:
    """Return how many rows the rooms have, but for the simulation's own, and what the grades are."""
    rooms = ("enterprises", "hazards", "inspections", "media", "notifications", "oversight", "grading")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    counted = {m.__name__: m._default_manager.count() for m in models if m not in (Simulation, SimulatedChange)}
    standings = Standing.objects.order_by("enterprise_id").values_list("graded_at", "stepped", "next_at")
    grades = Enterprise.objects.order_by("id").values_list("grade", "score", "version")
    return {**counted, "standings": hash(tuple(standings)), "grades": hash(tuple(grades))}
