"""双随机、一公开 from end to end: committed to, drawn, published, drawn again by others, visited, rectified, closed."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from backend.kernel import ledger
from inspections import tasks
from tests.api import Api, problem
from tests.cast import DAY, HOUR, MINUTE, NOON, Cast
from tests.inspections.lots import a_wish, in_the_drum
from tests.inspections.test_check_random_draw import by_script
from tests.inspections.test_draws import DUE
from tests.inspections.visits import AT_A, a_finding
from tests.journeys.lots import act, morning_of, sent_to_a, visit_to_a
from tests.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(api: Api, cast: Cast, frozen: Any) -> Story:
    """Give the town: two enterprises and three inspectors."""
    in_the_drum(cast)
    assert all((cast.owner_a, cast.officer_a, cast.grid_worker, cast.auditor))
    return Story(api, cast, frozen)


def test_a_draw_from_the_commitment_to_the_closed_hazard(story, cast, api, frozen, tmp_path):
    # the county commits: both digests are public at once, nothing else is
    draw = story.say("regulator", "POST", "/draws", a_wish(count=2, name="九月双随机"), at=NOON)
    with frozen(NOON + HOUR):
        [public] = api.get("/public/draws").json()["items"]
        assert (public["commitment"], public["seed"], public["results"]) == (draw["commitment"], None, None)
        early = api.as_(cast.regulator).post(f"/draws/{draw['id']}/reveals", {})
    assert problem(early) == (409, "draw.not_due")

    # on the day it is revealed, at the ceremony; the clock finds nothing left to do
    at = DUE + 10 * HOUR
    revealed = story.say("regulator", "POST", f"/draws/{draw['id']}/reveals", {}, at=at)["draw"]
    tasks.reveal_draws(at=DUE + 17 * HOUR)
    story.drain(at)
    assert ledger.broken_at(draw["id"]) is None
    kinds = [entry.kind for entry in ledger.of(draw["id"])]
    assert kinds == ["random_draw.committed", "random_draw.revealed"]

    # anybody draws again: by the command, and by forty lines that are not ours
    told = api.get(f"/public/draws/{draw['id']}").json()
    assert (told["results"], told["commitment"]) == (revealed["results"], draw["commitment"])
    out = StringIO()
    call_command("check_random_draw", draw["id"], stdout=out)
    assert "不符 0" in out.getvalue()
    assert by_script(told, tmp_path)[0] == 0
    told["inputs"]["enterprises"][0]["weight"] += 1
    assert by_script(told, tmp_path)[0] == 1

    # each enterprise has its inspection; those who were drawn find it, the others do not
    pair = sent_to_a(story, told)
    visit = visit_to_a(story, pair[0], draw, at=at)
    assert (visit["type"], visit["mode"], visit["status"]) == ("administrative_inspection", "random", "planned")
    assert {officer["name"] for officer in visit["inspectors"]} == {getattr(cast, name).name for name in pair}

    # on the planned day the two go, and what they find becomes a hazard
    morning = morning_of(visit)
    for name in pair:
        act(story, name, visit, "check-ins", at=morning, location=AT_A, action_code="ZJXZ-2026-000009")
    with frozen(morning + 10 * MINUTE):
        body = a_finding()
    found = act(story, pair[0], visit, "findings", at=morning + 10 * MINUTE, **body)
    act(story, pair[0], visit, "check-outs", at=morning + HOUR)
    hazard = story.say("officer_a", "GET", f"/hazards/{found['id']}", at=morning + HOUR)
    assert (hazard["source"], hazard["status"]) == ("inspection", "rectifying")

    # the loop takes it to its end
    story.submitted(hazard["id"], morning + DAY)
    story.drain(morning + DAY)
    story.passed(hazard["id"], morning + DAY + HOUR, by=pair[0])
    done = story.say("regulator", "GET", f"/inspections/{visit['id']}", at=morning + DAY + HOUR)
    assert (done["status"], done["findings"][0]["hazard_id"]) == ("finished", hazard["id"])
    assert story.say("regulator", "GET", f"/hazards/{hazard['id']}", at=morning + DAY + HOUR)["status"] == "closed"

    # next time neither of the two is sent to A again
    assert cast.county_inspector
    again = story.say("regulator", "POST", "/draws", next_wish(), at=morning + 2 * DAY)
    drum = story.say("regulator", "GET", f"/draws/{again['id']}", at=morning + 2 * DAY)["inputs"]["inspectors"]
    assert {hand["name"] for hand in drum if hand["not_at"] == [str(cast.a.id)]} == {getattr(cast, name).name for name in pair}


def next_wish() -> dict[str, Any]:
    """Return the next draw, in which the county's inspector may go, too."""
    return a_wish(inspectors={"region": "330324"}, reveal_on="2026-10-09")
