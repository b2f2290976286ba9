"""The commands of operations.md, called as operators call them."""

import io
import socket
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from backend.kernel import calendar, clock, doctor, preparation
from backend.kernel.models import CalendarDay, Job, LedgerEntry
from tests.cast import HOUR, NOON, fixed

pytestmark = pytest.mark.django_db


def told(name, *arguments, **options):
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def a_job(**members):
    return Job.objects.create(id=fixed("job"), kind="x.y", dedupe_key="k", run_at=NOON, created_at=NOON, **members)


def states(at=NOON):
    return {finding.name: finding.state for finding in doctor.examine(at)}


def test_doctor_finds_nothing_wrong_with_a_sound_installation():
    assert doctor.FAILURE not in states(clock.now()).values()


@pytest.mark.parametrize("bad", [{"state": "dead"}, {}])
def test_doctor_finds_dead_jobs_and_work_that_nobody_does(bad):
    a_job(**bad)
    assert states(NOON + HOUR)["queue"] == doctor.FAILURE


def test_doctor_finds_a_year_without_holidays_and_warns_from_the_first_of_december():
    assert states(datetime(2031, 5, 1, tzinfo=UTC))["holidays"] == doctor.FAILURE
    assert states(datetime(2026, 11, 30, 15, 59, tzinfo=UTC))["holidays"] == doctor.OK
    assert states(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))["holidays"] == doctor.WARNING


def test_doctor_finds_a_storage_that_cannot_be_reached(settings):
    settings.STORAGE_URL = "s3://key:secret@127.0.0.1:1/photos"
    assert states()["storage"] == doctor.FAILURE
    settings.STORAGE_URL = "file:///proc/nowhere"
    assert states()["storage"] == doctor.FAILURE


def test_doctor_prints_every_setting_and_exits_1_on_a_failure():
    assert "TRUSTED_PROXIES" in told("doctor")
    a_job(state="dead")
    with pytest.raises(CommandError, match="1 failure"):
        told("doctor")


def test_dead_jobs_are_named_and_queued_again():
    a_job(state="dead", attempts=8, error="ValueError: x")
    assert "x.y: ValueError" in told("requeue", "x.y")
    assert Job.objects.get().state == "waiting"


def test_working_days_are_supplied_from_a_file_and_noted_in_the_ledger(tmp_path, django_capture_on_commit_callbacks):
    file = tmp_path / "2027.csv"
    file.write_text("\ufeffday,working\n2027-01-01,休\n2027-01-03,班\n")
    with django_capture_on_commit_callbacks(execute=True):
        assert "2" in told("calendar_days", str(file), source="国办发明电〔2026〕7号")
    assert calendar.current().knows(2027)
    assert CalendarDay.objects.get(day=date(2027, 1, 3)).working
    assert LedgerEntry.objects.get().kind == "calendar.supplied"


HEAD = "day,working\n"


@pytest.mark.parametrize("text", [HEAD + "2027-13-01,休\n", HEAD + "2027-01-01,?\n", "a,b\n1,2\n", HEAD, HEAD + "2027-01-01\n"])
def test_a_file_that_does_not_fit_supplies_nothing(tmp_path, text):
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(CommandError):
        told("calendar_days", str(file), source="x")
    assert CalendarDay.objects.count() == 0


def test_a_migrated_database_is_known_by_its_files():
    assert preparation.migrated()
    assert ("kernel", "0001_initial") in preparation.on_disk()


def test_a_taken_port_is_noticed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not preparation.port_is_free("127.0.0.1", taken.getsockname()[1])
