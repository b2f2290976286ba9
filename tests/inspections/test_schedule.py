"""The timetable of self-inspection: made ahead and once, by colour and size; what is let pass is a record exactly once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.kernel import calendar
from backend.kernel.models import LedgerEntry
from enterprises.models import Enterprise
from enterprises.policy.consequences import Consequences, Interval
from inspections.actions import miss, schedule
from inspections.models import Schedule, SelfInspection
from inspections.policy import occurrences
from inspections.policy.occurrences import Firm, SelfInspections
from inspections.policy.templates import Frequency
from inspections.queries import checklists
from notifications.models import Notice
from tests.cast import DAY, NOON, SECOND
from tests.inspections.sheets import an_occurrence

NUMBERS = SelfInspections()


def local(text):
    return calendar.start_of(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("interval", "at", "key", "first", "after"),
    [
        ("weekly", "2026-09-16", "2026-W38", "2026-09-14", "2026-09-21"),
        ("weekly", "2027-01-01", "2026-W53", "2026-12-28", "2027-01-04"),
        ("monthly", "2026-12-31", "2026-12", "2026-12-01", "2027-01-01"),
        ("quarterly", "2026-09-30", "2026-Q3", "2026-07-01", "2026-10-01"),
    ],
)
def test_a_period_is_a_stretch_of_the_calendar(interval, at, key, first, after):
    found = occurrences.period(Interval(interval), local(at) + timedelta(hours=23))
    assert (found.key, found.starts_at, found.ends_at) == (key, local(first), local(after))


def test_fortnights_follow_each_other_without_a_gap():
    found = occurrences.period(Interval.FORTNIGHTLY, NOON)
    for _ in range(60):
        following = occurrences.period(Interval.FORTNIGHTLY, found.ends_at)
        assert (following.starts_at, following.ends_at - following.starts_at) == (found.ends_at, timedelta(days=14))
        assert following.key != found.key
        found = following


@pytest.mark.parametrize(
    ("how", "frequency", "expected"),
    [
        ({"grade": "red"}, "monthly", "weekly"),
        ({"grade": "orange"}, "monthly", "weekly"),
        ({"grade": "yellow"}, "monthly", "fortnightly"),
        ({"grade": "blue"}, "monthly", "monthly"),
        ({"grade": "grey"}, "monthly", "monthly"),
        ({"grade": "green"}, "monthly", "monthly"),
        ({"grade": "green", "size_class": "micro", "risk": "blue"}, "monthly", "quarterly"),
        ({"grade": "green", "size_class": "micro", "risk": ""}, "monthly", "monthly"),
        ({"grade": "green", "size_class": "micro", "risk": "blue"}, "weekly", "weekly"),
        ({"grade": "red"}, "event", None),
    ],
)
def test_how_often_follows_from_colour_size_and_checklist(how, frequency, expected):
    found = occurrences.interval(Firm("C3441", **how), Frequency(frequency), NUMBERS, Consequences())
    assert found == (Interval(expected) if expected else None)


@pytest.mark.parametrize(
    ("industry", "name"),
    [("C3441", "泵阀"), ("C2319", "印刷包装"), ("C2923", "塑料编织"), ("C2929", "其他小微"), ("F5211", "其他小微")],
)
def test_the_industry_chooses_the_set(industry, name):
    assert occurrences.industry_set(industry, NUMBERS) == name


def test_the_last_days_of_a_period_begin_nothing_any_more():
    end = local("2026-10-01")
    keys = lambda at: [p.key for p in occurrences.periods(Interval.MONTHLY, at, NUMBERS)]  # noqa: E731
    assert keys(end - timedelta(days=20)) == ["2026-09"]
    assert keys(end - timedelta(days=2)) == ["2026-09", "2026-10"]
    assert keys(end - timedelta(days=2) + SECOND) == ["2026-10"]


def planned(firm, at):
    schedule.look(firm.id, at=at)
    schedule.sweep(at=at)
    return list(SelfInspection.objects.filter(enterprise_id=firm.id).order_by("starts_at", "code"))


@pytest.mark.django_db
def test_a_valve_maker_gets_its_set_once_however_often_the_sweep_runs(cast):
    rows = planned(cast.a, NOON)
    # the set of 泵阀 but for WELD, which is done when somebody welds
    assert [row.code for row in rows] == ["CAST", "COM", "ELEC", "FIRE", "MECH", "SPEC"]
    assert {row.period for row in rows} == {"2026-09", "2026-W38"}
    assert {row.period for row in rows if row.code == "CAST"} == {"2026-W38"}
    assert {row.starts_at for row in rows} == {NOON}
    assert planned(cast.a, NOON + SECOND) == rows
    following = Schedule.objects.get(enterprise_id=cast.a.id).next_at
    assert following == local("2026-09-21") - timedelta(days=3)
    assert {row.period for row in planned(cast.a, following)} == {"2026-09", "2026-W38", "2026-W39"}


@pytest.mark.django_db
def test_whoever_gets_worse_inspects_himself_more_often_from_now_on(cast):
    planned(cast.a, NOON)
    Enterprise.objects.filter(id=cast.a.id).update(grade="red")
    after = planned(cast.a, NOON + DAY)
    assert {row.period for row in after if row.code == "COM" and row.kind == "full"} == {"2026-09", "2026-W38"}
    Enterprise.objects.filter(id=cast.a.id).update(grade="blue")
    assert planned(cast.a, NOON + 2 * SECOND + DAY) == after


@pytest.mark.django_db
def test_a_red_enterprise_checks_its_daily_items_every_working_day_besides(cast):
    """Wednesday the 16th; Sunday the 20th is worked (调休), the 25th to the 27th are not."""
    Enterprise.objects.filter(id=cast.a.id).update(grade="red", industry="C3443")
    schedule.look(cast.a.id, at=NOON)
    daily = SelfInspection.objects.filter(enterprise_id=cast.a.id, kind="key")
    at = NOON
    for _ in range(12):
        schedule.sweep(at=at)
        schedule.sweep(at=at)
        at = Schedule.objects.get(enterprise_id=cast.a.id).next_at
    days = sorted(set(daily.values_list("period", flat=True)))
    assert days[:4] == ["2026-09-17", "2026-09-18", "2026-09-20", "2026-09-21"]
    assert not {"2026-09-19", "2026-09-25", "2026-09-26", "2026-09-27"} & set(days)
    row = daily.get(code="FIRE", period="2026-09-17")
    assert [item.code for item in row.asked] == ["FIRE-01", "FIRE-10", "FIRE-11"]
    assert (row.starts_at, row.due_at) == (local("2026-09-17"), local("2026-09-18"))
    # a checklist without daily items is asked weekly alone, and every week in full as before
    assert "ELEC" not in set(daily.values_list("code", flat=True))
    assert SelfInspection.objects.filter(enterprise_id=cast.a.id, kind="full", code="FIRE", period="2026-W39").exists()
    Enterprise.objects.filter(id=cast.a.id).update(grade="yellow")
    before = daily.count()
    schedule.look(cast.a.id, at=at)
    schedule.sweep(at=at)
    assert daily.count() == before


@pytest.mark.django_db
def test_whoever_has_stopped_is_not_planned_and_misses_nothing(cast):
    row = planned(cast.a, NOON)[0]
    Enterprise.objects.filter(id=cast.a.id).update(status="suspended")
    count = SelfInspection.objects.count()
    planned(cast.a, NOON + 30 * DAY)
    assert (SelfInspection.objects.count(), Schedule.objects.get().next_at) == (count, None)
    miss.step(row.id, at=row.miss_at)
    row.refresh_from_db()
    assert (row.status, row.missed_at, row.next_step_at) == ("due", None, None)


@pytest.mark.django_db
def test_the_sweep_reads_who_is_due_and_nobody_else(cast, statements):
    planned(cast.a, NOON)
    with statements() as ran:
        assert schedule.sweep(at=NOON + SECOND) == 0
    assert len(ran) <= 2  # the plan rows that are due; the policy, unless it is kept


@pytest.mark.django_db
def test_every_enterprise_is_planned_after_an_upgrade_once(cast):
    assert {cast.a.id, cast.b.id} == set(Enterprise.objects.values_list("id", flat=True))
    assert (schedule.look_at_all(at=NOON), schedule.look_at_all(at=NOON)) == (2, 0)


@pytest.mark.django_db
def test_a_registration_and_a_grade_bring_a_look(cast, drain):
    from enterprises.actions.grade import set_grade

    set_grade(enterprise_id=cast.a.id, grade="red", score=10, policy_version=0, as_of=NOON, cause="calendar", at=NOON)
    drain(NOON)
    assert Schedule.objects.get(enterprise_id=cast.a.id).next_at == NOON


@pytest.mark.django_db
@pytest.mark.parametrize(("offset", "status"), [(-SECOND, "due"), (timedelta(), "missed")])
def test_it_is_missed_to_the_second(cast, offset, status):
    row = an_occurrence(cast.a, checklists.in_force("COM"), at=NOON, days=7)
    miss.sweep(at=NOON + timedelta(days=8) + offset)
    assert SelfInspection.objects.get(id=row.id).status == status


@pytest.mark.django_db
def test_a_missed_one_is_one_record_and_climbs_its_ladder(cast, drain):
    people = [cast.officer_a, cast.owner_a, cast.grid_worker]
    friday = datetime(2026, 9, 11, 16, tzinfo=UTC)  # the end of Friday in Shanghai
    rows = [an_occurrence(cast.a, checklists.in_force(c), at=friday - 2 * DAY, days=1) for c in ("COM", "FIRE")]
    assert rows[0].miss_at == friday
    told = []
    for at in (friday, friday + SECOND, friday + 3 * DAY, friday + 3 * DAY + SECOND, friday + 6 * DAY, friday + 30 * DAY):
        miss.sweep(at=at)
        drain(at)
        told.append([Notice.objects.filter(person=person).count() for person in people])
    # two checklists missed at once are one message; one working day after Friday is Monday, three are Wednesday
    assert told == [[1, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1]]
    kinds = list(LedgerEntry.objects.filter(subject_id=rows[0].id).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["self_inspection.missed", "self_inspection.escalated", "self_inspection.escalated"]
    assert SelfInspection.objects.get(id=rows[0].id).missed_at == friday
