"""Who is told what: every kind of entry is decided, words are short and name no person, draws stay with officials."""

import pytest

from accounts.models import Duty
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from enterprises.models import Enterprise
from hazards import notices, tasks
from hazards.lifecycle import MOVES
from hazards.notices import NOTICES
from hazards.policy.clocks import RULES
from hazards.policy.words import PAST, Level, Source, Status, Verb
from notifications.models import Delivery, Notice
from notifications.policy.sending import sms_text
from tests.cast import DAY, HOUR, NOON, a_hazard
from tests.loop import BEFORE, Walk

pytestmark = pytest.mark.django_db
NOBODY_BY_ITSELF = {"hazard.drawn", "hazard.escalated"}  # told as draw.made and by the rule
ENTERS = {"hazard.reported:reported", "hazard.reported:rectifying", "hazard.reported:awaiting_reinspection"}
LONGEST = "浙江省永嘉县瓯北街道某某某某某某泵阀科技股份有限公司温州第二分公司"


@pytest.fixture
def everybody(cast):
    """Give the cast with everybody who could be told something on duty."""
    for key in (
        "owner_a", "officer_a", "employee_a", "owner_b", "officer_b", "officer_far", "agency", "grid_worker", "grid_worker_far",
        "inspector", "inspector_2", "inspector_far", "county_inspector", "regulator", "regulator_far", "regulator_city",
    ):  # fmt: skip
        getattr(cast, key)
    return cast


def told(cast, kind):
    """Return who has a notice of this kind, by key of the cast, and who of them got an SMS."""
    keys = {person.id: key for key, person in cast.people.items()}
    rows = Notice.objects.filter(kind=kind)
    sms = {d.notice_id for d in Delivery.objects.all()}
    return {keys[r.person_id] for r in rows}, {keys[r.person_id] for r in rows if r.id in sms}


def test_every_kind_of_entry_and_every_rung_is_decided():
    kinds = {f"hazard.{PAST[verb]}" for verb in Verb} - NOBODY_BY_ITSELF
    decided = {key.removesuffix(":stop_work") for key in NOTICES}
    rungs = {f"escalated:{rule}" for rule in RULES} | {"escalated:overdue_7:proposed"}
    assert decided == kinds | ENTERS | rungs | {"draw.made:drawn", "draw.made:undrawn"}
    assert {verb for _, verb in MOVES} == set(Verb)


@pytest.mark.parametrize("key", sorted(NOTICES))
def test_an_sms_fits_into_seventy_characters(key, everybody):
    hazard = a_hazard(everybody, Verb.CONFIRM)
    Enterprise.objects.filter(id=hazard.enterprise_id).update(name=LONGEST)
    [entry] = LedgerEntry.objects.filter(subject_id=hazard.id, kind="hazard.confirmed")
    about = notices.Told(type(hazard).objects.get(id=hazard.id), ledger.read(entry)["facts"], NOON)
    for row in NOTICES[key]:
        message = notices._message(everybody.owner_a.id, row, key, about, entry)
        assert len(sms_text(message.title.zh, message.body.zh)) <= 70
        assert message.body.zh.startswith(LONGEST[:17])
        assert "{" not in message.body.zh + message.body.en


@pytest.mark.parametrize("verb", sorted(BEFORE))
def test_every_act_is_told_without_a_person_and_without_free_text(verb, everybody, drain):
    hazard = a_hazard(everybody, verb)
    drain(hazard.changed_at + DAY)
    texts = [n.title_zh + n.body_zh + n.title_en + n.body_en for n in Notice.objects.all()]
    assert texts
    assert len(set(Notice.objects.values_list("person", "dedupe_key"))) == len(texts)
    said = ["测试", "配电箱门缺失", "一号车间", "请补拍", "李工", "+86"]
    assert [t for t in texts if any(word in t for word in said)] == []


def test_whoever_must_move_gets_an_sms_and_nobody_is_told_of_his_own_act(everybody, drain):
    a_hazard(everybody, Verb.PASS)
    drain(NOON + DAY)
    assert told(everybody, "hazard.reported:reported") == ({"grid_worker", "owner_a"}, {"grid_worker"})
    assert told(everybody, "hazard.confirmed") == ({"owner_a", "officer_a"}, {"owner_a", "officer_a"})
    assert told(everybody, "hazard.submitted") == ({"grid_worker"}, {"grid_worker"})
    assert told(everybody, "hazard.passed") == ({"owner_a", "officer_a"}, set())


def test_a_major_one_goes_up_at_once(everybody, drain):
    Walk(everybody, NOON).report(level_claimed=Level.MAJOR)
    drain(NOON)
    assert told(everybody, "hazard.reported:reported")[1] == {"inspector", "inspector_2", "regulator"}


def test_immediate_danger_is_urgent(everybody, drain):
    walk = Walk(everybody, NOON).report()
    walk.take(Verb.CONFIRM, stop_work=True, due_in_hours=3)
    drain(walk.at)
    found = Notice.objects.filter(kind="hazard.confirmed:stop_work")
    assert set(found.filter(urgent=True).values_list("person_id", flat=True)) == {everybody.owner_a.id, everybody.officer_a.id}
    assert found.get(person=everybody.owner_a).body_zh.endswith("立即停工,9月16日16:00前整改完成")
    assert found.get(person=everybody.owner_a).body_en.endswith("stop work, rectify by 2026-09-16 16:00")


def test_the_deadline_is_said_as_people_say_it(everybody, drain):
    walk = Walk(everybody, NOON).report()
    walk.take(Verb.CONFIRM)
    drain(walk.at)
    body = Notice.objects.get(kind="hazard.confirmed", person=everybody.owner_a).body_zh
    assert body.startswith("永嘉县甲泵阀有限公司「")
    assert body.endswith("须于10月13日24时前整改完成")  # fifteen working days, over the holiday


def test_a_tip_is_told_to_officials_alone_until_it_is_verified(everybody, drain):
    walk = Walk(everybody, NOON).report(by="grid_worker", source=Source.PUBLIC_REPORT)
    drain(walk.at)
    assert told(everybody, "hazard.reported:reported")[0] == {"inspector", "inspector_2"}  # he who passed it on is no judge
    walk.take(Verb.DISMISS)
    drain(walk.at)
    assert told(everybody, "hazard.dismissed")[0] == {"grid_worker"}


def test_a_draw_is_told_to_officials_alone(everybody, drain):
    hazard = a_hazard(everybody, None, fixed=True, drawn=True)
    drain(hazard.changed_at)
    assert told(everybody, "draw.made:drawn") == ({"grid_worker"}, {"grid_worker"})
    assert told(everybody, "hazard.reported:awaiting_reinspection")[0] == {"owner_a", "agency"}


def test_an_undrawn_lot_is_told_to_nobody(everybody, drain):
    hazard = a_hazard(everybody, None, fixed=True)
    drain(hazard.changed_at)
    assert {n.kind for n in Notice.objects.all()} == {"hazard.reported:awaiting_reinspection"}


def test_a_one_person_firm_asks_its_agency_and_without_one_the_grid_worker(everybody, drain):
    Duty.objects.filter(person__in=[everybody.officer_a, everybody.employee_a]).update(until=NOON)
    a_hazard(everybody, None, fixed=True, by="owner_a")
    Duty.objects.filter(person=everybody.agency).update(until=NOON + HOUR)
    a_hazard(everybody, None, fixed=True, by="owner_a", at=NOON + HOUR)
    drain(NOON)
    assert told(everybody, "hazard.reported:awaiting_reinspection")[0] == {"agency"}
    drain(NOON + HOUR)
    assert told(everybody, "hazard.reported:awaiting_reinspection")[0] == {"agency", "grid_worker"}


def test_an_official_with_a_duty_at_the_enterprise_is_not_told_as_an_official(everybody, drain):
    Duty.objects.create(person=everybody.grid_worker, role="employee", enterprise_id=everybody.a.id, since=NOON - DAY)
    Walk(everybody, NOON).report()
    drain(NOON)
    assert told(everybody, "hazard.reported:reported")[0] == {"inspector", "inspector_2", "owner_a"}


def test_people_are_looked_up_when_they_are_told(everybody, drain):
    Walk(everybody, NOON).report()
    Duty.objects.filter(person=everybody.grid_worker).update(until=NOON + HOUR)
    drain(NOON + 2 * HOUR)
    assert "grid_worker" not in told(everybody, "hazard.reported:reported")[0]


def test_a_reporter_who_has_left_is_told_nothing(everybody, drain):
    walk = Walk(everybody, NOON).report(by="employee_a")
    Duty.objects.filter(person=everybody.employee_a).update(until=walk.at + HOUR)
    walk.take(Verb.RETURN)
    drain(walk.at)
    assert told(everybody, "hazard.returned")[0] == set()
    assert walk.hazard.status == Status.RETURNED


def test_a_job_run_twice_tells_once(everybody, drain):
    hazard = a_hazard(everybody, Verb.CONFIRM)
    drain(NOON + DAY)
    before = Notice.objects.count()
    [entry] = LedgerEntry.objects.filter(subject_id=hazard.id, kind="hazard.confirmed")
    tasks.tell(at=NOON + DAY, entry_id=str(entry.id))
    assert Notice.objects.count() == before > 0
