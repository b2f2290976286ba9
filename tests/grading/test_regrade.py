"""Grades follow what really happens: acts over HTTP, the ledger's jobs, the calendar; and the safety code says why."""

from uuid import uuid4

import pytest

from backend.kernel import ledger, timetable
from backend.kernel.models import Job
from enterprises.models import Enterprise
from grading.actions import regrade
from grading.models import Standing
from hazards.models import Hazard
from tests.api import problem
from tests.cast import DAY, HOUR, LONG_AGO, MINUTE, NOON, SECOND
from tests.story import CRITERION, day

pytestmark = pytest.mark.django_db
DUE = 10  # days to the last day of a deadline, as the story's inspector sets it


def code(story, at, who="officer_a"):
    return story.say(who, "GET", f"/enterprises/{story.cast.a.id}/safety-code", at=at)


def grade(story, at):
    assert story.cast.a
    story.drain(at)
    regrade.sweep(at=at)
    told = code(story, at)
    return told["grade"], told["score"], [veto["id"] for veto in told["vetoes"]]


def kept():
    """The hazards that weigh on the enterprise, as they are kept."""
    return Standing.objects.get().facts["hazards"]


def lines(told):
    return {row["factor"]: (row["count"], row["points"]) for row in told["rows"] if row["count"]}


def test_nobody_reads_a_code_without_logging_in(api):
    assert problem(api.get(f"/enterprises/{uuid4()}/safety-code")) == (401, "auth.required")


@pytest.mark.parametrize("role", ["auditor", "admin", "stranger"])
def test_those_without_a_business_duty_never_read_a_code(api, cast, role):
    assert problem(api.as_(getattr(cast, role)).get(f"/enterprises/{cast.a.id}/safety-code")) == (403, "auth.no_duty")


@pytest.mark.parametrize("role", ["owner_b", "officer_far", "inspector_alike", "grid_worker_far", "regulator_far"])
def test_a_foreign_enterprise_does_not_exist(api, cast, role):
    person = api.as_(getattr(cast, role))
    strange = problem(person.get(f"/enterprises/{uuid4()}/safety-code"))
    assert problem(person.get(f"/enterprises/{cast.a.id}/safety-code")) == strange == (404, "request.not_found")


def test_a_new_enterprise_is_grey_for_thirty_days_at_most_and_is_told_why(story):
    new = {"name": "新办阀门厂", "industry": "C3441", "region": "330324009"}
    id = story.say("inspector", "POST", "/enterprises", new, at=NOON)["id"]
    story.drain(NOON)

    def shown(at):
        return story.say("inspector", "GET", f"/enterprises/{id}/safety-code", at=at)

    told = shown(NOON)
    assert (told["grade"], told["code_colour"], told["score"], told["rows"]) == ("grey", "grey", None, [])
    assert (told["as_of"], told["next_review_at"], told["do_next"]) == ("2026-09-16T04:00:00Z", "2026-10-16T04:00:00Z", [])
    assert "暂不评级" in told["words"]
    timetable.tick(at=NOON + 30 * DAY - SECOND)
    story.drain(NOON + 30 * DAY - SECOND)
    assert shown(NOON + 30 * DAY - SECOND)["grade"] == "grey"
    timetable.tick(at=NOON + 30 * DAY + MINUTE)
    story.drain(NOON + 30 * DAY + MINUTE)
    told = shown(NOON + 30 * DAY + MINUTE)
    assert (told["grade"], told["score"], told["words"]) == ("green", 100, None)


def test_the_grade_moves_with_a_hazard_from_finding_to_closure(story):
    assert grade(story, NOON) == ("green", 100, [])
    id = story.found(NOON)
    assert grade(story, NOON + HOUR) == ("green", 98, [])
    told = code(story, NOON + HOUR)
    assert lines(told) == {"open_general": (1, -2)}
    assert told["rows"][0]["evidence"] == [str(id)]
    assert (told["policy_version"], told["as_of"]) == (0, "2026-09-16T04:00:00Z")
    story.submitted(id, NOON + DAY)
    assert grade(story, NOON + DAY) == ("green", 98, [])
    story.failed(id, NOON + 2 * DAY)
    assert grade(story, NOON + 2 * DAY) == ("green", 95, [])
    story.submitted(id, NOON + 3 * DAY)
    story.passed(id, NOON + 4 * DAY)
    assert grade(story, NOON + 4 * DAY) == ("green", 97, [])
    story.recurred(id, NOON + 5 * DAY)
    assert grade(story, NOON + 5 * DAY) == ("blue", 87, [])
    assert lines(code(story, NOON + 5 * DAY)) == {
        "open_general": (1, -2), "reinspection_failed": (1, -3), "look_back_failed": (1, -8),
    }  # fmt: skip
    chain = [(e.kind, ledger.read(e)["after"]) for e in ledger.of(story.cast.a.id)]
    assert chain == [("enterprise.registered", "active"), ("enterprise.graded", "green"), ("enterprise.graded", "blue")]


def test_an_own_finding_costs_nothing_until_it_is_late(story):
    id = story.reported(NOON)
    assert grade(story, NOON) == ("green", 100, [])
    story.confirmed(id, NOON + HOUR)
    assert grade(story, NOON + HOUR) == ("green", 100, [])
    due = Hazard.objects.get(id=id).due_at
    regrade.sweep(at=due - DAY / 86_400_000)
    assert code(story, due)["score"] == 100
    timetable.tick(at=due)
    assert grade(story, due) == ("green", 95, [])
    assert lines(code(story, due)) == {"overdue_general": (1, -5)}
    story.submitted(id, due + DAY)
    assert grade(story, due + DAY) == ("green", 98, [])
    story.passed(id, due + 2 * DAY)
    assert grade(story, due + 2 * DAY) == ("green", 100, [])
    assert kept() == []


def test_a_self_fixed_hazard_does_not_end_the_grey_before_anybody_has_looked_at_it(story):
    Enterprise.objects.filter(id=story.cast.a.id).update(registered_at=NOON - DAY)
    id = story.self_fixed(NOON)
    assert grade(story, NOON)[0] == "grey"
    story.passed(id, NOON + HOUR)
    assert grade(story, NOON + HOUR) == ("green", 100, [])
    assert kept() == []


def test_a_major_one_caps_the_grade_whoever_found_it_until_it_is_closed(story):
    id = story.reported(NOON, level_claimed="major")
    assert grade(story, NOON) == ("green", 100, [])
    story.confirmed(id, NOON, level="major")
    assert grade(story, NOON) == ("orange", 100, ["V1"])
    assert "橙色" in code(story, NOON)["vetoes"][0]["words"]
    listing = {"authority": "county", "document_no": "督〔2026〕1号", "due_on": day(NOON + 30 * DAY)}
    listed = story.act(id, "listings", listing, by="regulator", at=NOON)["id"]
    assert grade(story, NOON) == ("red", 100, ["V2", "V1"])
    plan = {"goal": "消除", "measures": "停用", "funds_cny": 1000, "responsible": "张三", "contingency": "撤离"}
    story.act(id, "plans", {**plan, "due_on": day(NOON + DAY)}, by="officer_a", at=NOON)
    story.submitted(id, NOON)
    story.say("regulator", "POST", f"/listings/{listed}/lifts", {"acceptance": "已验收"}, at=NOON)
    assert grade(story, NOON) == ("orange", 100, ["V1"])
    two = [str(story.cast.inspector_2.id), str(story.cast.inspector_3.id)]
    body = {"outcome": "pass", "on_site": True, "inspectors": two}
    first = story.act(id, "reinspections", body, by="inspector_2", at=NOON)["id"]
    story.say("inspector_3", "POST", f"/reinspections/{first}/countersignatures", {}, at=NOON)
    assert grade(story, NOON) == ("green", 100, [])


def test_a_major_one_that_becomes_overdue_turns_red_by_the_calendar_alone(story):
    id = story.found(NOON, level="major")
    assert grade(story, NOON) == ("orange", 80, ["V1"])
    due = Hazard.objects.get(id=id).due_at
    assert Standing.objects.get().next_at == due
    assert (regrade.sweep(at=due - HOUR), regrade.sweep(at=due), regrade.sweep(at=due)) == (0, 1, 0)
    assert code(story, due)["grade"] == "red"


def test_raising_lowering_and_annulling_are_followed(story):
    id = story.found(NOON)
    why = {"level": "major", "criterion": CRITERION, "reason": "存在重大风险"}
    story.act(id, "reclassifications", why, by="inspector", at=NOON)
    assert grade(story, NOON) == ("orange", 80, ["V1"])
    story.act(id, "reclassifications", {"level": "general", "reason": "复核"}, by="regulator", at=NOON)
    assert grade(story, NOON) == ("blue", 98, [])
    story.act(id, "annulments", {"reason": "重复立案"}, by="regulator", at=NOON)
    assert grade(story, NOON) == ("blue", 100, [])
    assert code(story, NOON)["waiting_for"]["what"] == "verification"


def test_weeks_of_lateness_and_ends_of_windows_come_by_the_calendar(story):
    id = story.found(NOON)
    story.drain(NOON)
    due = Hazard.objects.get(id=id).due_at
    seen = []
    for at in (due, due + 7 * DAY, due + 7 * DAY + HOUR, due + 14 * DAY + HOUR, due + 21 * DAY + HOUR, due + 50 * DAY):
        seen.append((regrade.sweep(at=at), code(story, at)["score"]))
    assert seen == [(1, 95), (0, 95), (1, 94), (1, 93), (1, 92), (0, 92)]
    story.submitted(id, due + 51 * DAY)
    story.failed(id, due + 51 * DAY)
    story.submitted(id, due + 52 * DAY)
    story.passed(id, due + 52 * DAY)
    assert grade(story, due + 52 * DAY) == ("green", 97, [])
    assert regrade.sweep(at=due + (51 + 180) * DAY - HOUR) == 0
    assert regrade.sweep(at=due + (51 + 180) * DAY) == 1
    assert code(story, due + (51 + 180) * DAY)["score"] == 100
    assert kept() == []
    assert Standing.objects.get().next_at is None


def test_the_same_entries_again_change_nothing(story):
    id = story.found(NOON)
    story.submitted(id, NOON)
    story.failed(id, NOON)
    before = grade(story, NOON)
    entries = len(ledger.of(story.cast.a.id))
    Job.objects.filter(kind="grading.tasks.regrade").update(state="waiting", attempts=0)
    assert (grade(story, NOON), len(ledger.of(story.cast.a.id)), len(kept())) == (before, entries, 1)


def test_jobs_in_the_wrong_order_end_at_the_same_grade(story):
    id = story.found(NOON)
    story.submitted(id, NOON)
    story.passed(id, NOON)
    for entry in reversed(ledger.of(id)):
        regrade.after(entry.id, at=NOON)
    assert (code(story, NOON)["score"], len(kept())) == (100, 0)


def test_a_new_policy_is_applied_when_it_comes_into_force(story, api):
    story.found(NOON)
    assert grade(story, NOON) == ("green", 98, [])
    document = {"factors": {"open_general": {"points": 25, "most": 50}}}
    body = {"kind": "grading", "document": document, "effective_from": "2026-09-18T00:00:00Z", "reason": "试行"}
    story.say("regulator", "POST", "/policies", body, at=NOON)
    assert grade(story, NOON + HOUR) == ("green", 98, [])
    timetable.tick(at=NOON + 2 * DAY)
    assert grade(story, NOON + 2 * DAY) == ("yellow", 75, [])
    assert code(story, NOON + 2 * DAY)["policy_version"] == 1


def test_a_reader_sees_only_the_hazards_he_may_read(story):
    id = story.found(NOON)
    story.drain(NOON)
    assert code(story, NOON, "grid_worker")["rows"][0]["evidence"] == [str(id)]
    told = code(story, NOON, "employee_a")
    assert (told["rows"][0]["count"], told["rows"][0]["evidence"]) == (1, [])


def test_the_enterprise_shows_the_grade_that_was_worked_out(story):
    story.found(NOON, level="major")
    story.drain(NOON)
    shown = story.say("officer_a", "GET", f"/enterprises/{story.cast.a.id}", at=NOON)
    assert (shown["grade"], shown["code_colour"]) == ("orange", "yellow")


def test_a_grade_is_made_of_few_statements_however_long_the_history(story, statements):
    for n in range(3):
        id = story.found(NOON + n * HOUR)
        story.submitted(id, NOON + n * HOUR)
        story.passed(id, NOON + n * HOUR)
    id = story.found(NOON + DAY)
    story.drain(NOON + DAY)
    with statements() as ran:
        regrade.after(ledger.of(id)[-1].id, at=NOON + DAY)
    assert len(ran) <= 15, [query["sql"][:80] for query in ran]


def test_an_old_enterprise_is_rated_at_registration(story):
    assert grade(story, NOON) == ("green", 100, [])
    assert Enterprise.objects.get().registered_at == LONG_AGO
