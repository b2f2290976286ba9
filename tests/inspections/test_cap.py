"""The cap on visits: what counts, what is refused beyond it, and who is visited all the same."""

import pytest

from backend.kernel import clock, ids, policies
from backend.kernel.calendar import local_day
from backend.kernel.models import PolicyVersion
from enterprises.models import Enterprise
from tests.api import Api, problem
from tests.cast import DAY, NOON
from tests.inspections.lots import a_wish, in_the_drum
from tests.inspections.visits import administrative, done, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def visited(cast):
    """Give the cast after A's two administrative inspections of the year were planned."""
    return [planned(cast, type="administrative_inspection") for _ in range(2)]


def again(cast, **more):
    return Api().as_(cast.inspector).post("/inspections", administrative(cast, **more))


def test_a_third_administrative_inspection_of_the_year_is_refused_with_the_numbers(cast, visited):
    reply = again(cast)
    assert problem(reply) == (409, "inspection.cap_reached")
    assert (reply.json()["cap"], reply.json()["visits"]) == (2, 2)


@pytest.mark.parametrize("mode", ["complaint", "unannounced"])
def test_beyond_the_cap_one_comes_for_a_reason_and_says_it(cast, visited, mode):
    assert problem(again(cast, mode=mode, note=" ")) == (409, "inspection.cap_reached")
    assert again(cast, mode=mode, note="12345 转来举报").status_code == 201


def test_what_makes_no_sense_is_told_before_the_cap_and_what_one_may_not_read_before_both(cast, visited):
    """The order of judgement (api.md §1): 404, 422, then 409."""
    assert problem(again(cast, campaign=str(ids.new()), checklists=["NOPE"])) == (404, "request.not_found")
    for more, refusal in [
        ({"checklists": ["NOPE"]}, "checklist.unknown"),
        ({"inspectors": [str(cast.inspector.id), str(cast.grid_worker.id)]}, "inspection.not_qualified"),
        ({"planned_on": "2000-01-01"}, "inspection.day_out_of_range"),
    ]:
        assert problem(again(cast, **more)) == (422, refusal), more


def test_a_note_alone_opens_nothing(cast, visited):
    assert problem(again(cast, note="想去看看")) == (409, "inspection.cap_reached")
    assert problem(again(cast, mode="special_campaign", note="专项")) == (409, "inspection.cap_reached")


def test_what_was_cancelled_and_what_follows_up_count_for_nothing(cast, visited):
    assert again(cast, mode="look_back").status_code == 201
    done(cast, "inspector", visited[0], "cancellations", reason="改期")
    assert again(cast).status_code == 201
    assert problem(again(cast)) == (409, "inspection.cap_reached")


def test_patrols_neighbours_red_enterprises_and_the_next_year_are_not_capped(cast, visited):
    assert planned(cast)["type"] == "grid_patrol"
    assert again(cast, enterprise_id=str(cast.b.id)).status_code == 201
    year = local_day(clock.now()).year + 1
    assert again(cast, planned_on=f"{year}-01-02").status_code == 201
    Enterprise.objects.filter(id=cast.a.id).update(grade="red")
    assert again(cast).status_code == 201


def test_the_cap_is_policy(cast, visited):
    PolicyVersion.objects.create(
        id=ids.new(), kind="visits_oversight", version=1, effective_from=NOON - 900 * DAY, document={"administrative_per_year": 3}
    )
    policies.forget()
    assert again(cast).status_code == 201


def test_who_has_had_the_visits_of_the_year_stays_out_of_the_drum(cast, visited):
    in_the_drum(cast)
    told = {"reveal_on": local_day(clock.now()).isoformat()[:4] + "-12-31", "count": 2}
    reply = Api().as_(cast.regulator).post("/draws", a_wish(**told))
    assert problem(reply) == (422, "draw.pool_too_small")
    assert reply.json()["pool"] == 1
