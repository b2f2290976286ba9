"""What the county decides about a grade: leaving red, and setting a grade by hand (县级降档决定、人工调整)."""

from datetime import datetime

import pytest

from accounts.models import Duty
from backend.kernel import clock, ledger
from enterprises.models import Enterprise
from grading.models import Improvement, Override
from notifications.models import Notice
from tests.api import Api, problem
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND

pytestmark = pytest.mark.django_db
LAST = datetime.fromisoformat("2026-12-16T00:00:00+08:00")  # 90 days after the day of NOON are over


def asked(grade="orange", until=NOON + 30 * DAY, **more):
    return {"grade": grade, "reason": "专项整治期间从严管理", "until": clock.text(until), **more}


def test_the_county_decides_only_where_the_colour_waits_for_it(contest):
    assert contest.code(NOON)["grade"] == "green"
    refused = contest.about("regulator", "improvements", at=NOON)
    assert (problem(refused), refused.json()["waiting_for"]) == ((409, "improvement.not_awaited"), None)
    id, due = contest.red(NOON)
    assert contest.grade(due) == ("red", "veto")
    refused = contest.about("regulator", "improvements", at=due)
    assert (problem(refused)[1], refused.json()["waiting_for"]["what"]) == ("improvement.not_awaited", "veto")
    assert "一票否决" in refused.json()["detail"]
    contest.closed_major(id, due + DAY)
    assert contest.grade(due + DAY) == ("red", "county_decision")
    assert problem(contest.about("regulator_city", "improvements", {"note": "x"}, at=due + DAY)) == (422, "request.invalid")
    assert Improvement.objects.count() == 0


def test_a_decision_takes_effect_at_once_and_one_step_uses_it_up(contest):
    at = contest.mended(NOON)
    assert all((contest.cast.grid_worker, contest.cast.owner_a))
    Duty.objects.create(person=contest.cast.regulator_city, role="employee", enterprise_id=contest.cast.a.id, since=NOON)
    assert problem(contest.about("regulator_city", "improvements", at=at)) == (409, "grade.same_person")
    done = contest.about("regulator", "improvements", {"reason": "整改到位"}, at=at).json()
    assert (done["kind"], done["enterprise"]["grade"], done["waiting_for"]["what"]) == ("improvement", "orange", "days")
    assert done["enterprise"]["version"] == Enterprise.objects.get().version
    again = contest.about("regulator", "improvements", at=at + HOUR)
    assert (problem(again)[1], again.json()["waiting_for"]["what"]) == ("improvement.not_awaited", "days")
    assert contest.grade(at + 7 * DAY - SECOND) == ("orange", "days")
    assert contest.grade(at + 7 * DAY)[0] == "yellow"
    entry = ledger.read(ledger.of(Improvement.objects.get().id)[0])
    assert (entry["facts"], entry["actor"]["role"], "整改到位" in str(entry)) == ({"leaves": "red"}, "regulator", False)
    told = Notice.objects.filter(kind="improvement.made").values_list("person__name", flat=True)
    assert sorted(told) == ["测试grid_worker", "测试officer_a", "测试owner_a"]


def test_an_override_needs_a_fresh_second_factor(contest, frozen):
    path = f"/enterprises/{contest.cast.a.id}/overrides"
    with frozen(NOON - 6 * MINUTE):
        stale = Api().as_(contest.cast.regulator)
    with frozen(NOON):
        assert problem(stale.post(path, asked())) == (403, "auth.step_up_required")
    id = contest.about("regulator", "overrides", asked(), at=NOON).json()["id"]
    with frozen(NOON):
        assert problem(stale.post(f"/overrides/{id}/endings", {"reason": "结束"})) == (403, "auth.step_up_required")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (asked(until=NOON), (422, "override.in_past")),
        (asked(until=LAST + SECOND), (422, "override.too_long")),
        (asked("red"), (422, "override.legal_review_required")),
        (asked("grey"), (422, "request.invalid")),
        (asked(reason=" "), (422, "request.invalid")),
        (asked() | {"until": "2026-10-01"}, (422, "request.invalid")),
    ],
)
def test_an_override_that_is_not_in_order_is_refused(contest, body, refusal):
    assert problem(contest.about("regulator", "overrides", body, at=NOON)) == refusal


def test_no_override_is_better_than_a_veto_allows_and_a_later_veto_holds_all_the_same(contest):
    id = contest.found(NOON, level="major")
    contest.settled(NOON)
    refused = contest.about("regulator", "overrides", asked("yellow"), at=NOON)
    assert problem(refused) == (422, "override.against_veto")
    assert (refused.json()["grade_at_best"], refused.json()["vetoes"]) == ("orange", ["V1"])
    contest.closed_major(id, NOON + HOUR)
    assert contest.about("regulator", "overrides", asked("yellow"), at=NOON + HOUR).status_code == 201
    assert contest.grade(NOON + HOUR) == ("yellow", "override")
    contest.found(NOON + 2 * HOUR, level="major")
    assert contest.code(NOON + 2 * HOUR)["grade"] == "orange"


def test_an_override_holds_until_its_end_and_is_read_by_the_enterprise(contest):
    contest.code(NOON)
    made = contest.about("regulator", "overrides", asked("red", LAST, legal_review="合法"), at=NOON).json()
    assert (made["enterprise"]["grade"], made["in_force"], made["receipt"]["kind"]) == ("red", True, "override")
    assert problem(contest.about("regulator_city", "overrides", asked(), at=NOON)) == (409, "override.in_force")
    path = f"/enterprises/{contest.cast.a.id}/overrides"
    shown = contest.say("owner_a", "GET", path, at=NOON)["items"][0]
    assert (shown["reason"], shown["legal_review"], shown["until"]) == ("专项整治期间从严管理", "合法", "2026-12-15T16:00:00Z")
    assert contest.grade(LAST - SECOND) == ("red", "override")
    assert contest.grade(LAST) == ("green", None)
    assert contest.say("owner_a", "GET", path, at=LAST)["items"][0]["in_force"] is False
    late = contest.post("regulator", f"/overrides/{made['id']}/endings", {"reason": "迟了"}, at=LAST)
    assert problem(late) == (409, "override.over")
    entry = ledger.read(ledger.of(Override.objects.get().id)[0])
    assert (entry["act"], entry["after"], "专项" in str(entry)) == ("override.made", "red", False)


def test_an_override_is_ended_early_with_a_reason_and_all_are_told(contest):
    people = [contest.cast.owner_a, contest.cast.officer_a, contest.cast.grid_worker]
    contest.code(NOON)
    made = contest.about("regulator", "overrides", asked(), at=NOON).json()
    contest.settled(NOON)
    body = Notice.objects.get(kind="override.made", person=people[0]).body_zh
    assert body == "永嘉县甲泵阀有限公司等级人工调整为橙色,至10月16日12:00;理由:专项整治期间从严管理"
    path = f"/overrides/{made['id']}/endings"
    Duty.objects.create(person=contest.cast.regulator_city, role="employee", enterprise_id=contest.cast.a.id, since=NOON)
    assert problem(contest.post("regulator_city", path, {"reason": "结束"}, at=NOON + DAY)) == (409, "grade.same_person")
    done = contest.post("regulator", path, {"reason": "整治结束"}, at=NOON + DAY)
    assert (done.status_code, done.json()["enterprise"]["grade"], done.json()["override"]["in_force"]) == (201, "green", False)
    assert contest.grade(NOON + DAY) == ("green", None)
    assert problem(contest.post("regulator", path, {"reason": "再来"}, at=NOON + DAY)) == (409, "override.over")
    for person in people:
        kinds = set(Notice.objects.filter(person=person).values_list("kind", flat=True))
        assert kinds == {"override.made", "override.ended", "enterprise.graded"}, person.name
    assert contest.about("regulator", "overrides", asked("yellow"), at=NOON + DAY).status_code == 201
    assert contest.grade(NOON + DAY)[0] == "yellow"


def test_acts_that_are_sent_again_are_answered_as_they_are_now(contest):
    contest.code(NOON)
    body = asked() | {"id": "01890000-0000-7000-8000-000000000001"}
    first, second = (contest.about("regulator", "overrides", body, at=NOON) for _ in range(2))
    assert (first.status_code, second.status_code, second.json()["receipt"]) == (201, 200, first.json()["receipt"])
    end = {"id": "01890000-0000-7000-8000-000000000002", "reason": "结束"}
    path = f"/overrides/{first.json()['id']}/endings"
    assert [contest.post("regulator", path, end, at=NOON + HOUR).status_code for _ in range(2)] == [201, 200]
    assert contest.about("regulator", "overrides", body, at=NOON + HOUR).json()["in_force"] is False
