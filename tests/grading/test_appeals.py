"""Appeals (申诉): in time, about what is there, once, decided by who took no part; a granted one corrects the facts."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Duty
from backend.kernel import ledger
from grading.actions import recompute, remind
from grading.models import Appeal, GradePeriod, Strike
from media.models import PhotoUse
from notifications.models import Notice
from tests.api import problem
from tests.cast import DAY, HOUR, NOON, SECOND

pytestmark = pytest.mark.django_db
# NOON is Wednesday 16 September; 17, 18, 20 (a Sunday worked for the holidays to come), 21 and 22 are its five working days
OVER = NOON + 6 * DAY + 12 * HOUR


def about(evidence, factor=None, **more):
    row = {"evidence_id": str(evidence), **({"factor": factor} if factor else {})}
    return {"rows": [row], "reason": "该隐患系误录", **more}


def appealed(contest, evidence, factor=None, at=NOON, **more):
    reply = contest.about("owner_a", "appeals", about(evidence, factor, **more), at=at)
    assert reply.status_code == 201, reply.content
    return reply.json()


def decide(contest, appeal, outcome="granted", by="regulator", at=NOON + HOUR, **more):
    body = {"outcome": outcome, "reasons": "经核实,情况属实", **more}
    return contest.post(by, f"/appeals/{appeal['id']}/decisions", body, at=at)


def test_what_is_not_in_the_present_explanation_is_not_disputed(contest):
    id = contest.found(NOON)
    contest.settled(NOON)
    strange = [
        about(uuid4(), "open_general"), about(id, "open_major"), about(id, "V1"), about(uuid4()),
        {"fact_ids": [str(id)], "reason": "误"}, {"override_id": str(uuid4()), "reason": "误"},
    ]  # fmt: skip
    for body in strange:
        reply = contest.about("owner_a", "appeals", body, at=NOON)
        assert problem(reply) == (422, "appeal.not_in_explanation"), body
        assert reply.json()["errors"][0]["field"] in ("rows.0", "fact_ids.0", "override_id")
    for body in ({"reason": "误"}, about(id) | {"reason": ""}, about(id) | {"rows": [about(id)["rows"][0]] * 21}):
        assert problem(contest.about("owner_a", "appeals", body, at=NOON)) == (422, "request.invalid")
    assert Appeal.objects.count() == 0


def test_who_keeps_the_file_puts_it_right_not_an_appeal(contest):
    firm = contest.cast.a.id
    contest.say("inspector", "PATCH", f"/enterprises/{firm}", {"risk": "red"}, at=NOON, If_Match='"1"')
    assert contest.code(NOON)["rows"][0]["factor"] == "risk_level"
    assert problem(contest.about("owner_a", "appeals", about(firm, "risk_level"), at=NOON)) == (422, "appeal.of_the_file")


def test_the_days_of_an_appeal_are_working_days_of_the_row_or_of_the_colour(contest):
    id = contest.found(NOON)
    contest.settled(NOON)
    contest.code(OVER)
    assert problem(contest.about("owner_a", "appeals", about(id), at=OVER)) == (409, "appeal.too_late")
    worse = contest.found(OVER, level="major")
    contest.settled(OVER)
    # the colour has changed since: what it rests on may be disputed anew
    assert contest.about("owner_a", "appeals", about(id), at=OVER + DAY).status_code == 201
    assert contest.about("owner_a", "appeals", about(worse), at=OVER + DAY).status_code == 201


def test_the_last_second_is_in_time(contest):
    id = contest.found(NOON)
    contest.settled(NOON)
    made = appealed(contest, id, "open_general", at=OVER - SECOND)
    assert (made["status"], made["grade"]) == ("open", "green")
    assert made["disputed"][0]["words"] == "未销号的一般隐患(未逾期):1 项,扣 2 分"
    # from the 22nd on: 23, 24, 28, 29, 30, and 8 to 12 October behind 中秋 and 国庆, the Saturday worked
    assert made["decide_by"] == "2026-10-13T16:00:00Z"


def test_one_appeal_about_a_row_at_a_time_and_a_refused_one_is_final(contest):
    id, other = contest.found(NOON), contest.found(NOON)
    contest.settled(NOON)
    first = appealed(contest, id, "open_general")
    for body in (about(id, "open_general"), about(id)):
        again = contest.about("owner_a", "appeals", body, at=NOON + HOUR)
        assert (problem(again), again.json()["appeal_id"]) == ((409, "appeal.already_open"), first["id"])
    assert contest.about("owner_a", "appeals", about(other), at=NOON + HOUR).status_code == 201
    assert contest.code(NOON + HOUR)["grade"] == "green"
    done = decide(contest, first, "refused")
    assert (done.status_code, done.json()["appeal"]["status"], done.json()["appeal"]["decision"]["reasons"]) == (
        201, "refused", "经核实,情况属实",
    )  # fmt: skip
    assert problem(contest.about("owner_a", "appeals", about(id), at=NOON + 2 * HOUR)) == (409, "appeal.already_decided")
    assert problem(decide(contest, first, "granted", by="regulator_city")) == (409, "appeal.already_decided")
    assert (Strike.objects.count(), contest.code(NOON + 2 * HOUR)["score"]) == (0, 96)


def test_who_took_part_does_not_decide(contest):
    cast = contest.cast
    id = contest.found(NOON)
    Duty.objects.create(person=cast.inspector, role="regulator", region_id="330324", level="county", since=NOON)
    Duty.objects.create(person=cast.owner_a, role="regulator", region_id="330324", level="county", since=NOON)
    Duty.objects.create(person=cast.regulator_city, role="employee", enterprise_id=cast.a.id, since=NOON)
    contest.settled(NOON)
    appeal = appealed(contest, id)
    for who in ("inspector", "owner_a", "regulator_city"):
        assert problem(decide(contest, appeal, by=who)) == (409, "appeal.same_person"), who
    row = Appeal.objects.get()
    for person in (cast.inspector.identity, cast.owner_a.identity):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(id=row.id).update(
                outcome="granted", reasons="x", decided_at=NOON, decision_id=uuid4(), decided_person=person
            )
    assert decide(contest, appeal).status_code == 201


def test_who_made_an_override_or_wrote_a_fact_does_not_decide_about_it(contest):
    contest.code(NOON)
    body = {"grade": "orange", "reason": "从严", "until": "2026-10-01T00:00:00Z"}
    override = contest.about("regulator", "overrides", body, at=NOON).json()
    appeal = contest.about("owner_a", "appeals", {"override_id": override["id"], "reason": "依据不足"}, at=NOON + HOUR).json()
    assert appeal["disputed"] == [{"what": "override", "factor": None, "evidence_id": override["id"], "words": None}]
    assert contest.code(NOON + HOUR)["appeals"][0]["id"] == appeal["id"]
    assert problem(decide(contest, appeal)) == (409, "appeal.same_person")
    done = decide(contest, appeal, by="regulator_city").json()
    assert (done["enterprise"]["grade"], contest.code(NOON + HOUR)["override"]) == ("green", None)
    assert contest.say("owner_a", "GET", f"/enterprises/{contest.cast.a.id}/overrides", at=NOON)["items"][0]["end_reason"]


def test_a_fact_that_was_wrong_never_counted(contest):
    fact, other = contest.fact("obstruction", NOON), contest.fact("penalty", NOON)
    assert contest.code(NOON + HOUR)["grade"] == "red"
    body = {"fact_ids": [str(fact.id)], "reason": "当日已配合检查"}
    appeal = contest.about("owner_a", "appeals", body, at=NOON + HOUR).json()
    assert (appeal["disputed"][0]["what"], appeal["disputed"][0]["evidence_id"]) == ("fact", str(fact.id))
    Duty.objects.create(person=contest.cast.inspector, role="regulator", region_id="330324", level="county", since=NOON)
    assert problem(decide(contest, appeal, by="inspector")) == (409, "appeal.same_person")
    assert decide(contest, appeal, at=NOON + DAY).json()["enterprise"]["grade"] == "green"
    told = contest.code(NOON + DAY)
    assert (told["score"], [row["evidence"] for row in told["rows"]]) == (95, [[str(other.id)]])
    assert [entry.kind for entry in ledger.of(fact.id)] == ["fact.recorded", "fact.voided"]
    assert recompute.everything(at=NOON + DAY + HOUR).differences == 0


def test_a_granted_appeal_strikes_the_evidence_and_restates_the_history(contest):
    before = contest.code(NOON)["grade"]
    id, due = contest.red(NOON)
    assert contest.grade(due) == ("red", "veto")
    known = [(p.grade, p.valid_from, p.valid_to) for p in GradePeriod.objects.order_by("id")]
    appeal = appealed(contest, id, at=due + HOUR)
    assert contest.code(due + HOUR)["grade"] == "red"
    done = decide(contest, appeal, at=due + DAY).json()
    assert (before, done["enterprise"]["grade"], done["outcome"]) == ("green", "green", "granted")
    told = contest.code(due + DAY)
    assert (told["score"], told["rows"], told["vetoes"], told["waiting_for"]) == (100, [], [], None)
    now = GradePeriod.objects.filter(superseded_at=None).order_by("valid_from")
    assert [p.grade for p in now if p.valid_from >= NOON] == ["green"]
    then = GradePeriod.objects.filter(recorded_at__lt=due + DAY).order_by("id")
    assert [(p.grade, p.valid_from, p.valid_to) for p in then] == known
    assert [p.superseded_by for p in then][-2:] == [UUID(appeal["id"])] * 2
    assert recompute.everything(at=due + DAY + HOUR).differences == 0
    contest.closed_major(id, due + 2 * DAY)
    assert contest.code(due + 2 * DAY)["grade"] == "green"


def test_a_granted_appeal_does_not_lift_what_something_else_keeps_down(contest):
    small = contest.found(NOON)
    at = contest.mended(NOON)
    assert contest.grade(at) == ("red", "county_decision")
    other = contest.found(at)
    contest.settled(at)
    appeal = appealed(contest, other, at=at)
    done = decide(contest, appeal, at=at + HOUR).json()
    assert (done["enterprise"]["grade"], contest.grade(at + HOUR)) == ("red", ("red", "county_decision"))
    assert small


def test_photos_of_an_appeal_have_to_be_there_before_it_is_granted(contest):
    id = contest.found(NOON)
    contest.settled(NOON)
    photo = str(uuid4())
    appeal = appealed(contest, id, photo_ids=[photo])
    assert appeal["photos_missing"] == [photo]
    use = PhotoUse.objects.get(photo_id=photo)
    assert (use.subject_kind, str(use.subject_id), use.label) == ("appeal", appeal["id"], "appeal")
    assert problem(decide(contest, appeal)) == (409, "appeal.photo_missing")
    assert decide(contest, appeal, "refused").status_code == 201


def test_an_undecided_appeal_is_told_of_before_its_time_is_over_and_after(contest, api):
    cast = contest.cast
    id = contest.found(NOON)
    contest.settled(NOON)
    assert all((cast.regulator, cast.regulator_city, cast.grid_worker))
    appeal = appealed(contest, id)
    row = Appeal.objects.get()
    seen = []
    for at in (row.next_step_at - SECOND, row.next_step_at, row.decide_by, row.decide_by + 10 * DAY, row.decide_by + 99 * DAY):
        seen.append(remind.sweep(at=at))
        contest.drain(at)
    assert seen == [0, 1, 1, 1, 0]
    told = Notice.objects.filter(subject_kind="appeal").order_by("created_at", "person__name")
    assert [(notice.kind, notice.person.name.removeprefix("测试")) for notice in told] == [
        ("appeal.made", "grid_worker"), ("appeal.made", "regulator"), ("appeal.reminded", "regulator"),
        ("appeal.reminded", "regulator"), ("appeal.reminded", "regulator"), ("appeal.reminded", "regulator_city"),
    ]  # fmt: skip
    late = contest.say("regulator", "GET", "/appeals?late=true&count=true", at=row.decide_by)
    assert ([item["id"] for item in late["items"]], late["count"]) == ([appeal["id"]], 1)
    chain = contest.say("auditor", "GET", f"/appeals/{appeal['id']}/events", at=NOON)["items"]
    assert [entry["kind"] for entry in chain] == ["appeal.made", *["appeal.reminded"] * 3]
    assert "误录" not in str(chain)


def test_lists_are_narrowed_and_acts_sent_again_are_answered(contest):
    id = contest.found(NOON)
    contest.settled(NOON)
    own = {"id": str(uuid4())}
    first, again = (contest.about("owner_a", "appeals", about(id) | own, at=NOON) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["receipt"]) == (201, 200, first.json()["receipt"])
    firm = contest.cast.a.id
    for query, many in {
        "": 1, "?status=open": 1, "?status=granted": 0, "?late=false": 1, "?region=330324": 1, "?region=330383": 0,
        f"?enterprise_id={firm}": 1, f"?enterprise_id={uuid4()}": 0,
    }.items():  # fmt: skip
        assert len(contest.say("grid_worker", "GET", f"/appeals{query}", at=NOON)["items"]) == many, query
    decision = {"id": str(uuid4())}
    replies = [decide(contest, first.json(), **decision) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 200]
    assert replies[0].json()["receipt"] == replies[1].json()["receipt"]
    assert contest.say("owner_a", "GET", f"/appeals/{own['id']}", at=NOON)["status"] == "granted"
    assert ledger.of(UUID(own["id"]))[-1].kind == "appeal.granted"
