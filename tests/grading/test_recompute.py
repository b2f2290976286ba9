"""The nightly recomputation agrees with what was kept up entry by entry; a difference is mended, told and counted."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from backend.kernel import ledger, timetable
from backend.kernel.models import Job, LedgerEntry
from enterprises.models import Enterprise
from grading.actions import recompute, regrade
from grading.models import GradePeriod, Recomputation, Standing
from grading.queries.recomputations import findings
from notifications.models import Notice
from tests.cast import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


def shown(cast):
    row, firm = Standing.objects.get(enterprise_id=cast.a.id), Enterprise.objects.get(id=cast.a.id)
    return firm.grade, firm.score, row.facts, row.rows, row.vetoes, row.stepped, row.next_at


def a_full_file(story, at=NOON):
    """A firm to which much has happened, all of it followed."""
    own = story.reported(at)
    story.confirmed(own, at)
    major = story.found(at, level="major")
    late = story.found(at, due=1)
    story.submitted(late, at + HOUR)
    story.failed(late, at + 2 * HOUR)
    passed = story.found(at)
    story.submitted(passed, at + HOUR)
    story.passed(passed, at + 2 * HOUR)
    story.drain(at + 3 * HOUR)
    return major


def test_what_was_kept_up_entry_by_entry_is_what_is_read_anew(story):
    a_full_file(story)
    before = shown(story.cast)
    for days in (0, 3, 12, 40, 200):
        at = NOON + days * DAY + 4 * HOUR
        run = recompute.everything(at=at)
        assert (run.enterprises, run.differences, run.differing) == (1, 0, [])
        assert run.ended_at == at
    assert before[0] == "orange"
    assert shown(story.cast)[0] == "red"
    kinds = LedgerEntry.objects.filter(subject_kind="recomputation").values_list("kind", flat=True)
    assert set(kinds) == {"grading.recomputed"}


def test_a_difference_is_an_alarm_and_is_mended(story, caplog):
    a_full_file(story)
    before, admin = shown(story.cast), story.cast.admin
    row = Standing.objects.get()
    Standing.objects.update(facts={**row.facts, "hazards": row.facts["hazards"][:1]}, vetoes=[], rows=[])
    Enterprise.objects.update(grade="green", score=100)
    timetable.tick(at=NOON + DAY)
    Job.objects.exclude(kind__startswith="grading.").delete()
    story.drain(NOON + DAY)
    run = Recomputation.objects.get()
    assert (run.differences, run.differing) == (1, [str(story.cast.a.id)])
    assert shown(story.cast)[:3] == before[:3]
    assert "alarm: a grade differed from its recomputation" in caplog.text
    assert ledger.of(run.id)[0].kind == "grading.differed"
    assert Notice.objects.filter(person_id=admin.id, kind="grading.differed").count() == 1
    assert GradePeriod.objects.get(valid_to=None).cause == "grading.recomputed"


def test_an_operator_recomputes_by_hand_and_the_doctor_tells(story, capsys):
    a_full_file(story)
    at = NOON + DAY
    assert [finding.state for finding in findings(at)] == ["warning"]
    with story.frozen(at):
        call_command("recompute_grades")
    assert "0 处不一致" in capsys.readouterr().out
    assert [finding.state for finding in findings(at)] == ["ok"]
    Enterprise.objects.update(grade="green", score=100)
    with story.frozen(at), pytest.raises(SystemExit):
        call_command("recompute_grades")
    assert str(story.cast.a.id) in capsys.readouterr().out
    assert [finding.state for finding in findings(at)] == ["failure"]
    assert [finding.state for finding in findings(at + 2 * DAY)] == ["warning"]


def test_what_is_only_late_is_no_alarm(story):
    a_full_file(story)
    story.found(NOON + 4 * HOUR, level="major")  # its job still waits
    run = recompute.everything(at=NOON + 5 * HOUR)
    assert run.differences == 0
    Standing.objects.all().delete()
    assert recompute.everything(at=NOON + 6 * HOUR).differences == 0
    assert recompute.everything(at=NOON + 6 * HOUR).differences == 0
    assert Standing.objects.get().facts is not None


def test_an_act_before_a_deadline_comes_before_it_however_late_its_job(story):
    id = story.found(NOON, level="major", due=5)
    story.drain(NOON)
    due = Standing.objects.get().next_at
    plan = {"goal": "消除", "measures": "停用", "funds_cny": 1000, "responsible": "张三", "contingency": "撤离"}
    story.act(id, "plans", {**plan, "due_on": "2026-09-20"}, by="officer_a", at=NOON)
    story.submitted(id, due - timedelta(minutes=1))
    assert regrade.sweep(at=due + HOUR) == 1  # before the jobs of the plan and of the rectification were taken up
    assert shown(story.cast)[0] == "orange"
    story.drain(due + HOUR)
    assert [period.grade for period in GradePeriod.objects.order_by("id")] == ["grey", "green", "orange"]


def test_a_rectification_after_the_deadline_does_not_undo_it(story):
    id = story.found(NOON, level="major", due=5)
    story.drain(NOON)
    due = Standing.objects.get().next_at
    plan = {"goal": "消除", "measures": "停用", "funds_cny": 1000, "responsible": "张三", "contingency": "撤离"}
    story.act(id, "plans", {**plan, "due_on": "2026-09-20"}, by="officer_a", at=NOON)
    story.drain(NOON)
    story.submitted(id, due + HOUR)
    story.drain(due + 2 * HOUR)  # no sweep has come by
    periods = list(GradePeriod.objects.order_by("id").values_list("grade", "valid_from", "cause"))
    assert periods[-2:] == [("red", due, "calendar"), ("red", due + HOUR, "hazard.submitted")]
    assert Standing.objects.get().stepped == "red"


def test_history_is_kept_as_it_was_written(story):
    from django.db import IntegrityError, transaction

    a_full_file(story)
    row = GradePeriod.objects.filter(valid_to__isnull=False).first()
    for change in ({"grade": "green", "score": 1}, {"valid_to": NOON + 9 * DAY}, {"facts": {}}, {"recorded_at": NOON - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GradePeriod.objects.filter(id=row.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        GradePeriod.objects.filter(id=row.id).delete()
