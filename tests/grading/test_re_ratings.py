"""Re-rating on request (复评申请、信用修复): asked for when only a look is missing, met by a visit, not a way to flood."""

from uuid import uuid4

import pytest

from accounts.models import Duty
from backend.kernel import ledger
from grading.actions import re_rate
from grading.models import ReRating
from notifications.models import Notice
from tests.api import problem
from tests.cast import DAY, HOUR, NOON, SECOND
from tests.inspections.visits import AT_A, planning

pytestmark = pytest.mark.django_db


def ask(contest, at, who="owner_a", **more):
    return contest.about(who, "re-ratings", {"note": "已整改到位", **more}, at=at)


def visited(contest, at, by="grid_worker"):
    """Let an official visit A and find nothing."""
    with contest.frozen(at):
        body = planning(contest.cast)
    visit = contest.say(by, "POST", "/inspections", body, at=at)["id"]
    contest.say(by, "POST", f"/inspections/{visit}/check-ins", {"location": AT_A}, at=at)
    contest.say(by, "POST", f"/inspections/{visit}/check-outs", {}, at=at + HOUR)


def test_a_visit_is_asked_for_only_where_the_grade_waits_for_one(contest):
    contest.code(NOON)
    refused = ask(contest, NOON)
    assert (problem(refused), refused.json()["waiting_for"]) == ((409, "re_rating.not_awaited"), None)
    id, due = contest.red(NOON)
    refused = ask(contest, due)
    assert (problem(refused)[1], refused.json()["waiting_for"]["what"]) == ("re_rating.not_awaited", "veto")
    contest.closed_major(id, due + DAY)
    assert ask(contest, due + DAY).json()["waiting_for"]["what"] == "county_decision"
    assert ReRating.objects.count() == 0


def test_a_visit_that_finds_nothing_meets_the_request_and_improves_the_grade(contest):
    at = contest.blue(NOON)
    assert contest.grade(at) == ("blue", "verification")
    made = ask(contest, at)
    assert (made.status_code, made.json()["status"], made.json()["grade"]) == (201, "open", "blue")
    assert contest.code(at)["re_rating"]["id"] == made.json()["id"]
    assert problem(ask(contest, at + HOUR)) == (409, "re_rating.already_open")
    for who, many in (("grid_worker", 1), ("officer_a", 1), ("officer_b", 0), ("regulator_far", 0)):
        assert len(contest.say(who, "GET", "/re-ratings?status=open", at=at)["items"]) == many, who
    visited(contest, at + 2 * HOUR)
    assert contest.grade(at + 3 * HOUR) == ("green", None)
    row = ReRating.objects.get()
    assert (row.end, row.ended_at) == ("met", at + 3 * HOUR)
    assert contest.code(at + 3 * HOUR)["re_rating"] is None
    assert [entry.kind for entry in ledger.of(row.id)] == ["re_rating.made", "re_rating.met"]
    assert "整改到位" not in str([ledger.read(entry) for entry in ledger.of(row.id)])


def test_who_asks_again_and_again_waits_a_week_from_one_time_to_the_next(contest):
    at = contest.blue(NOON)
    first = ask(contest, at).json()["id"]
    path = f"/re-ratings/{first}/refusals"
    Duty.objects.create(person=contest.cast.inspector_3, role="employee", enterprise_id=contest.cast.a.id, since=NOON)
    assert problem(contest.post("inspector_3", path, {"reason": "近期已检查"}, at=at)) == (409, "grade.same_person")
    refused = contest.post("grid_worker", path, {"reason": "近期已检查,下周再来"}, at=at)
    assert (refused.status_code, refused.json()["re_rating"]["status"]) == (201, "refused")
    assert problem(contest.post("inspector", path, {"reason": "再来"}, at=at)) == (409, "re_rating.over")
    assert problem(ask(contest, at + 7 * DAY - SECOND)) == (409, "re_rating.too_soon")
    assert ask(contest, at + 7 * DAY).status_code == 201
    contest.settled(at)
    told = Notice.objects.get(kind="re_rating.refused")
    assert (told.person, told.body_zh) == (contest.cast.owner_a, "永嘉县甲泵阀有限公司复评申请未受理;理由:近期已检查,下周再来")


def test_a_request_that_nobody_meets_is_told_of_once_more(contest):
    assert all((contest.cast.grid_worker, contest.cast.regulator))
    at = contest.blue(NOON)
    ask(contest, at)
    due = ReRating.objects.get().next_step_at
    assert [re_rate.sweep(at=x) for x in (due - SECOND, due, due + DAY)] == [0, 1, 0]
    contest.settled(due)
    told = Notice.objects.filter(subject_kind="re_rating").order_by("created_at", "person__name")
    assert [(row.kind, row.person.name) for row in told] == [
        ("re_rating.made", "测试grid_worker"), ("re_rating.reminded", "测试grid_worker"), ("re_rating.reminded", "测试regulator"),
    ]  # fmt: skip


def test_a_request_lapses_when_the_grade_waits_for_no_look_any_more(contest):
    at = contest.blue(NOON)
    ask(contest, at)
    contest.found(at + HOUR, level="major")
    contest.settled(at + HOUR)
    assert ReRating.objects.get().end == "lapsed"


def test_requests_that_are_sent_again_are_answered_as_they_are_now(contest):
    at = contest.blue(NOON)
    id, act = str(uuid4()), str(uuid4())
    assert [ask(contest, at, id=id).status_code for _ in range(2)] == [201, 200]
    path = f"/re-ratings/{id}/refusals"
    again = [contest.post("inspector", path, {"id": act, "reason": "否"}, at=at) for _ in range(2)]
    assert [reply.status_code for reply in again] == [201, 200]
    assert again[0].json()["receipt"] == again[1].json()["receipt"]
    assert ask(contest, at, id=id).json()["status"] == "refused"
