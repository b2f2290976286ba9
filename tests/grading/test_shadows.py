"""A draft runs beside the live rule, night after night: it tells who would stand otherwise, and touches nobody."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from backend.kernel import ledger, timetable
from backend.kernel.models import Job
from backend.kernel.models.job import State
from enterprises.models import Enterprise
from grading import tasks
from grading.actions import regrade, shadow
from grading.models import Shadow, ShadowGrade, Standing
from tests.api import Api, problem
from tests.cast import DAY, HOUR, NOON, SECOND
from tests.story import Story, text

pytestmark = pytest.mark.django_db
DEARER = {"spared": [], "factors": {"open_general": {"points": 12, "most": 20}}}
HERE = {"region": "330324"}


def a_draft(story: Story, document: dict[str, Any]) -> str:
    return str(story.say("regulator", "POST", "/policies?kind=grading", document, at=NOON)["id"])


def begun(story: Story, document: dict[str, Any] | None = None, *, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    draft = a_draft(story, document or DEARER)
    return dict(story.say("regulator", "POST", f"/policies/{draft}/shadows", HERE | more, at=at))


def told(story: Story, made: dict[str, Any], at: datetime) -> dict[str, Any]:
    return dict(story.say("regulator", "GET", f"/policies/{made['policy_id']}/shadows/{made['id']}", at=at))


def cells(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(a, b): n for a, row in found["matrix"].items() for b, n in row.items() if n}


def night(story: Story, at: datetime) -> None:
    story.drain(at)
    regrade.sweep(at=at)
    tasks.begin_shadow_passes(at=at)
    story.drain(at)


def test_who_may_not_and_what_cannot_be_is_refused(story: Story) -> None:
    cast = story.cast
    assert cast.a
    draft = a_draft(story, DEARER)
    photos = story.say("regulator", "POST", "/policies", {"kind": "photos", "document": {}, "reason": "试"}, at=NOON)["id"]
    table: list[tuple[str, str, dict[str, Any], tuple[int, str]]] = [
        ("officer_a", draft, {}, (403, "auth.no_duty")), ("grid_worker", draft, {}, (403, "auth.no_duty")),
        ("auditor", draft, {}, (403, "auth.no_duty")), ("regulator_far", draft, {}, (404, "request.not_found")),
        ("regulator", draft, {"region": "3303"}, (404, "request.not_found")),
        ("regulator", str(uuid4()), {}, (404, "request.not_found")), ("regulator", photos, {}, (422, "simulation.other_kind")),
        ("regulator", draft, {"until": text(NOON - SECOND)}, (422, "shadow.too_long")),
        ("regulator", draft, {"until": text(NOON + 181 * DAY)}, (422, "shadow.too_long")),
        *[("regulator", draft, {name: bad}, (422, "request.invalid")) for name, bad in
          [("region", "x"), ("region", None), ("until", 3), ("until", "2026-13-01"), ("surprise", 1)]],
    ]  # fmt: skip
    with story.frozen(NOON):
        for who, policy, changed, refusal in table:
            reply = Api().as_(getattr(cast, who)).post(f"/policies/{policy}/shadows", HERE | changed)
            assert problem(reply) == refusal, (who, changed)
        api = Api().as_(cast.regulator)
        assert problem(api.post(f"/shadows/{uuid4()}/endings")) == (404, "request.not_found")
        assert problem(Api().post(f"/policies/{draft}/shadows", HERE)) == (401, "auth.required")
    assert not Shadow.objects.exists()


def test_a_rule_runs_once_in_a_region_four_run_at_once_and_foreign_ones_do_not_exist(story: Story) -> None:
    assert story.cast.a
    first = begun(story)
    with story.frozen(NOON):
        api, far = Api().as_(story.cast.regulator), Api().as_(story.cast.regulator_far)
        assert problem(api.post(f"/policies/{first['policy_id']}/shadows", HERE)) == (409, "shadow.running")
        path = f"/policies/{first['policy_id']}/shadows"
        for tail in (f"/{first['id']}", f"/{first['id']}/changes"):
            assert problem(far.get(path + tail)) == (404, "request.not_found")
        assert problem(far.post(f"/shadows/{first['id']}/endings")) == (404, "request.not_found")
        assert far.get(path).json()["items"] == []
        assert [row["id"] for row in api.get(path).json()["items"]] == [first["id"]]
    for _ in range(shadow.AT_ONCE - 1):
        begun(story)
    draft = a_draft(story, DEARER)
    with story.frozen(NOON):
        reply = Api().as_(story.cast.regulator).post(f"/policies/{draft}/shadows", HERE)
        assert problem(reply) == (429, "limit.exceeded")


def test_night_after_night_the_draft_stands_beside_what_was_published(story: Story) -> None:
    assert all((story.cast.a, story.cast.b))
    for firm in (story.cast.a, story.cast.b):
        regrade.regrade(firm.id, at=NOON)
    made = begun(story)
    assert (made["status"], made["progress"]) == ("filling", {"done": 0, "total": 2})
    story.drain(NOON)
    seen = told(story, made, NOON)
    assert (seen["status"], seen["looked_at"], cells(seen)) == ("running", text(NOON), {("green", "green"): 2})
    own = story.reported(NOON + HOUR)
    story.confirmed(own, NOON + 2 * HOUR, due=30)
    night(story, NOON + 14 * HOUR)
    seen = told(story, made, NOON + 14 * HOUR)
    assert (cells(seen), seen["counts"]["worsened"]) == ({("green", "green"): 1, ("green", "blue"): 1}, 1)
    [one] = seen["changes"]["items"]
    assert (one["score_from"], one["score_to"], one["from"], one["to"]) == (100, 88, "green", "blue")
    # closed and looked at on site: under the draft it climbs, and its standing is kept from night to night
    story.submitted(own, NOON + DAY)
    story.passed(own, NOON + 2 * DAY)
    night(story, NOON + 2 * DAY + 14 * HOUR)
    assert cells(told(story, made, NOON + 3 * DAY)) == {("green", "green"): 2}
    kept = ShadowGrade.objects.get(enterprise_id=story.cast.a.id)
    assert kept.improved_at == NOON + 2 * DAY


def test_the_shadow_of_the_rule_in_force_says_what_is_published(story: Story) -> None:
    made = begun(story, {"window_days": 180})
    story.drain(NOON)
    late = story.found(NOON + HOUR, due=1, level="major")
    for day in (1, 3):
        night(story, NOON + day * DAY)
    assert cells(told(story, made, NOON + 3 * DAY)) == {("red", "red"): 1}
    before = (Standing.objects.values_list("graded_at", "next_at", "stepped").get(), Enterprise.objects.get().version)
    night(story, NOON + 3 * DAY + HOUR)
    assert (Standing.objects.values_list("graded_at", "next_at", "stepped").get(), Enterprise.objects.get().version) == before
    assert late


def test_it_ends_by_hand_or_by_its_day_and_stays_readable(story: Story) -> None:
    assert story.cast.a
    made, timed = begun(story), begun(story, {"window_days": 90}, until=text(NOON + 2 * DAY))
    story.drain(NOON)
    body = {"id": str(uuid4())}
    with story.frozen(NOON + HOUR):
        api = Api().as_(story.cast.regulator)
        first, again = (api.post(f"/shadows/{made['id']}/endings", body) for _ in range(2))
        assert (first.status_code, again.status_code, first.json()["shadow"]["status"]) == (201, 200, "ended")
        assert problem(api.post(f"/shadows/{made['id']}/endings")) == (409, "shadow.over")
    for day in (1, 2):
        timetable.tick(at=NOON + day * DAY)
        night(story, NOON + day * DAY)
    seen = [told(story, one, NOON + 2 * DAY) for one in (made, timed)]
    assert [(one["status"], one["looked_at"]) for one in seen] == [("ended", text(NOON)), ("ended", text(NOON + DAY))]
    rows = {row.id: row for row in Shadow.objects.all()}
    assert [[e.kind for e in ledger.of(id)] for id in rows] == [["shadow.begun", "shadow.ended"]] * 2


def test_a_pass_that_is_cut_short_goes_on_and_one_that_runs_twice_counts_once(story: Story) -> None:
    assert story.cast.a
    firm = Enterprise.objects.get()
    for number in range(shadow.BATCH):
        firm.id, firm.uscc = uuid4(), f"TEST{number:014d}"
        firm.save(force_insert=True)
    made = begun(story)
    for _ in range(2):
        tasks.look_beside(at=NOON, shadow_id=made["id"], pass_at=NOON.isoformat(), after="")
    assert told(story, made, NOON)["progress"] == {"done": shadow.BATCH, "total": shadow.BATCH + 1}
    tasks.begin_shadow_passes(at=NOON + HOUR)
    assert told(story, made, NOON)["status"] == "filling"
    story.drain(NOON + HOUR)
    assert told(story, made, NOON)["looked_at"] == text(NOON)
    Enterprise.objects.filter(uscc__startswith="TEST").update(status="closed")
    night(story, NOON + DAY)
    assert sum(cells(told(story, made, NOON + DAY)).values()) == 1
    Job.objects.filter(kind="grading.tasks.look_beside").delete()
    tasks.begin_shadow_passes(at=NOON + 2 * DAY)
    Job.objects.filter(kind="grading.tasks.look_beside").update(state=State.DEAD)
    night(story, NOON + 3 * DAY)
    assert told(story, made, NOON + 3 * DAY)["looked_at"] == text(NOON + 3 * DAY)
