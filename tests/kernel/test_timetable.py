"""Periodic work: one row per tick however many beats there are, daily work at its local time."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.kernel import timetable
from backend.kernel.models import Job
from tests.cast import DAY, HOUR, NOON, SECOND

DAILY = datetime(2026, 9, 15, 18, 30, tzinfo=UTC)  # 02:30 in Shanghai on the 16th


@pytest.mark.parametrize(
    ("every", "at", "start"),
    [
        (timedelta(minutes=5), NOON + timedelta(seconds=299), NOON),
        (timedelta(minutes=5), NOON + timedelta(seconds=300), NOON + timedelta(seconds=300)),
        ("02:30", DAILY, DAILY),
        ("02:30", DAILY - SECOND, DAILY - DAY),
        ("02:30", DAILY + 23 * HOUR, DAILY),
    ],
)
def test_a_slot_begins_at_its_time(every, at, start):
    assert timetable.slot(every, at) == start


@pytest.mark.django_db
def test_two_beats_queue_a_tick_once_and_missed_ticks_are_made_up_by_one(settings):
    settings.TIMETABLE = {"sweep": (timedelta(seconds=10), "x.sweep"), "night": ("02:30", "x.night")}
    timetable.tick(at=NOON)
    timetable.tick(at=NOON + 9 * SECOND)
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["x.night", "x.sweep"]
    timetable.tick(at=NOON + HOUR)
    assert Job.objects.filter(kind="x.sweep").count() == 2
