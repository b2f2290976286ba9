"""A closed hazard is drawn to be looked back at, has come back, and the county's closure rate is told anew."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from backend.kernel.calendar import local_day, start_of
from backend.kernel.models import LedgerEntry
from inspections import tasks
from inspections.actions import look_back_keys
from inspections.models import LookBackKey
from inspections.policy import look_backs as policy
from tests.api import Api
from tests.cast import DAY, HOUR, NOON, Cast
from tests.story import Story, day

pytestmark = pytest.mark.django_db
TODAY = local_day(NOON)
TOWN = "330324009"


@pytest.fixture
def story(api: Api, cast: Cast, frozen: Any) -> Story:
    """Give a county whose keys are committed to, and whose people are there to be told."""
    assert all((cast.a, cast.grid_worker, cast.regulator, cast.owner_a, cast.inspector_3))
    look_back_keys.commit_ahead(at=NOON - DAY)
    return Story(api, cast, frozen)


def still_closed(story: Story, at: Any) -> tuple[int, int]:
    """Return the published rate of closures that held, as (numerator, denominator)."""
    story.drain(at)
    told = story.say("regulator", "GET", f"/oversight/closure-rates?region={TOWN}", at=at)
    return told["total"]["still_closed"]["numerator"], told["total"]["still_closed"]["denominator"]


def major_closed(story: Story, at: Any) -> Any:
    """A major hazard is found, planned for, rectified and passed by two inspectors; return its id."""
    id = story.found(at, level="major")
    plan = {
        "goal": "消除",
        "measures": "更换",
        "funds_cny": 1000,
        "responsible": "张",
        "due_on": day(at + 9 * DAY),
        "contingency": "停机",
    }
    story.act(id, "plans", plan, by="officer_a", at=at + HOUR)
    story.submitted(id, at + 2 * HOUR)
    story.drain(at + 2 * HOUR)
    both = [str(story.cast.inspector.id), str(story.cast.inspector_2.id)]
    passed = story.act(
        id, "reinspections", {"outcome": "pass", "on_site": True, "inspectors": both}, by="inspector", at=at + 3 * HOUR
    )
    story.say("inspector_2", "POST", f"/reinspections/{passed['id']}/countersignatures", {}, at=at + 4 * HOUR)
    story.drain(at + 4 * HOUR)
    return id


def test_a_look_back_that_fails_restates_the_rate_and_can_be_checked_by_anybody(story, cast, api, frozen):
    # closed: every major hazard is looked back at, by nobody who passed it
    id = major_closed(story, NOON)
    opens = start_of(TODAY + 30 * DAY)
    tasks.sweep_look_backs(at=opens)
    story.drain(opens)
    visit = opens + 12 * HOUR
    [task] = story.say("inspector_3", "GET", "/look-backs?mine=true", at=visit)["items"]
    assert (task["hazard"]["id"], task["window_from"], task["window_to"]) == (
        str(id), (TODAY + timedelta(30)).isoformat(), (TODAY + timedelta(90)).isoformat(),
    )  # fmt: skip
    assert story.say("inspector_2", "GET", "/look-backs?mine=true", at=visit)["items"] == []
    [told] = [n for n in story.say("inspector_3", "GET", "/inbox", at=visit)["items"] if n["kind"] == "look_back_task.opened"]
    assert cast.a.name[:5] in json.dumps(told, ensure_ascii=False)
    assert "look_back" not in json.dumps(story.say("owner_a", "GET", "/inbox", at=visit))

    # it holds the first time somebody looks, on another hazard: one of one
    other = story.found(NOON + DAY)
    story.submitted(other, NOON + DAY + HOUR)
    story.drain(NOON + DAY + HOUR)
    story.passed(other, NOON + DAY + 2 * HOUR)
    story.held(other, visit, by="inspector_3")
    assert still_closed(story, visit + HOUR) == (1, 1)

    # the major one has come back: back to rectification, the task is done, the rate restated
    story.recurred(id, visit + 2 * HOUR, by="inspector_3")
    assert still_closed(story, visit + 3 * HOUR) == (1, 2)
    hazard = story.say("regulator", "GET", f"/hazards/{id}", at=visit + 3 * HOUR)
    assert (hazard["status"], hazard["round"]) == ("rectifying", 2)
    [done] = story.say("regulator", "GET", "/look-backs?status=done", at=visit + 3 * HOUR)["items"]
    assert done["hazard"]["id"] == str(id)

    # when every window of the day is over, the lots are public and anybody casts them again
    after = start_of(TODAY + 100 * DAY)
    tasks.sweep_look_backs(at=after)
    tasks.keep_look_back_keys(at=after)
    with frozen(after):
        [lot] = api.get(f"/public/look-backs?day={TODAY}").json()["items"]
        key = api.get(f"/public/look-back-keys?day={TODAY}").json()["items"][0]["key"]
        out = StringIO()
        call_command("check_look_backs", TODAY.isoformat(), stdout=out)
    assert policy.drawn(key=key, hazard_id=lot["hazard_id"], closed_at=lot["closed_at"], rate=lot["rate"]) is lot["drawn"] is True
    assert "不符 0" in out.getvalue()
    assert LookBackKey.objects.get(day=TODAY).revealed_at == after
    assert LedgerEntry.objects.filter(subject_kind="look_back_task", subject_id=done["id"]).count() == 3
