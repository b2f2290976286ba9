"""Two enterprises and their grade: one falls, repairs, climbs step by step, appeals once and wins; the other tries tricks."""

import pytest

from hazards.models import Hazard
from tests.cast import DAY, HOUR, NOON
from tests.grading.contests import Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(api, cast, frozen):
    return Contest(api, cast, frozen)


def test_a_fall_to_red_the_climb_step_by_step_and_an_appeal_that_is_won(contest):
    assert contest.code(NOON)["grade"] == "green"
    id, due = contest.red(NOON)
    assert contest.grade(due) == ("red", "veto")
    contest.closed_major(id, due + DAY)
    assert contest.grade(due + DAY) == ("red", "county_decision")
    decided = due + 2 * DAY
    assert contest.about("regulator", "improvements", {"reason": "整改到位"}, at=decided).status_code == 201
    assert contest.grade(decided) == ("orange", "days")
    assert contest.grade(decided + 7 * DAY) == ("yellow", "days")
    fact = contest.fact("obstruction", decided + 8 * DAY)
    assert contest.grade(decided + 8 * DAY)[0] == "red"
    body = {"fact_ids": [str(fact.id)], "reason": "当日已配合检查"}
    appeal = contest.about("owner_a", "appeals", body, at=decided + 9 * DAY).json()
    wrong = contest.history(decided + 9 * DAY)
    said = {"outcome": "granted", "reasons": "经调查,企业当日配合检查"}
    done = contest.post("regulator_city", f"/appeals/{appeal['id']}/decisions", said, at=decided + 10 * DAY)
    assert (done.status_code, done.json()["enterprise"]["grade"]) == (201, "yellow")
    now = [grade for grade, _, _ in contest.history(decided + 10 * DAY)]
    assert ("red" in [grade for grade, _, _ in wrong][:1], now[0]) == (True, "yellow")
    assert contest.history(decided + 10 * DAY, as_known_at=decided + 9 * DAY) == wrong
    assert contest.grade(decided + 14 * DAY) == ("blue", "days")
    assert contest.grade(decided + 21 * DAY) == ("green", None)


def test_withdrawing_and_splitting_do_not_climb(contest):
    id = contest.found(NOON, level="major")
    due = Hazard.objects.get(id=id).due_at
    assert contest.grade(due) == ("red", "veto")
    before = contest.code(due)["score"]
    split = [contest.reported(due + n * HOUR) for n in range(1, 6)]
    assert (contest.code(due + 6 * HOUR)["grade"], contest.code(due + 6 * HOUR)["score"]) == ("red", before)
    for n, part in enumerate(split):
        contest.act(part, "withdrawals", {}, by="officer_a", at=due + (7 + n) * HOUR)
    told = contest.code(due + DAY)
    assert (told["grade"], told["score"], told["waiting_for"]["what"]) == ("red", before, "veto")
    refused = contest.about("owner_a", "re-ratings", at=due + DAY)
    assert (refused.status_code, refused.json()["code"]) == (409, "re_rating.not_awaited")
    shown = contest.say("regulator", "GET", f"/hazards?enterprise_id={contest.cast.a.id}&status=void", at=due + DAY)
    assert {item["id"] for item in shown["items"]} == {str(part) for part in split}
