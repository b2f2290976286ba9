"""Sending: refused and capped messages, quiet hours, and once only whatever dies in between."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.kernel import ids, jobs
from backend.kernel.models import Job, PolicyVersion
from notifications import tasks
from notifications.actions.publish import publish
from notifications.channels import sms_http
from notifications.models import Delivery, DeliveryState
from tests.cast import DAY, HOUR, MINUTE, NOON
from tests.notifications.telling import a_message

pytestmark = pytest.mark.django_db
SECRET = "not-a-real-secret"
NIGHT = datetime(2026, 9, 16, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai


@pytest.fixture
def http(settings, gateway):
    settings.SMS_URL, settings.SMS_SECRET, settings.SMS_TIMEOUT = gateway.url, SECRET, 2
    return gateway


@pytest.fixture
def file(settings, tmp_path):
    path = tmp_path / "sms.jsonl"
    settings.SMS_URL = f"file://{path}"
    return path


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def adopt(**numbers: object) -> None:
    PolicyVersion.objects.create(id=ids.new(), kind="sending", version=1, effective_from=NOON - DAY, document=numbers)


def test_what_the_gateway_refuses_is_not_tried_again(cast, drain, http):
    http.statuses[:] = [422]
    publish([a_message(cast.owner_a)], at=NOON)
    assert drain(NOON) == 1
    assert drain(NOON + DAY) == 0
    assert (Delivery.objects.get().state, len(http.received)) == (DeliveryState.REFUSED, 1)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503, 302])
def test_what_the_gateway_cannot_take_now_is_tried_again_under_the_same_id(cast, drain, http, status):
    http.statuses[:] = [status]
    publish([a_message(cast.owner_a)], at=NOON)
    assert drain(NOON) == 0
    assert drain(NOON + HOUR) == 1
    first, second = (r.json()["id"] for r in http.received)
    assert first == second == str(Delivery.objects.get().id)
    assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == (DeliveryState.SENT, 2)


def test_a_gateway_that_is_not_there_kills_nothing(cast, drain, http, settings):
    settings.SMS_URL = "http://127.0.0.1:9/send"
    publish([a_message(cast.owner_a)], at=NOON)
    assert drain(NOON) == 0
    job = Job.objects.get()
    assert (job.state, job.attempts, "Unreached" in job.error, "+86" in job.error) == ("waiting", 1, True, False)


def test_a_gateway_that_says_nothing_is_left_after_the_timeout(cast, drain, http, settings):
    settings.SMS_TIMEOUT, http.delay_s = 0.2, 30
    publish([a_message(cast.owner_a)], at=NOON)
    assert drain(NOON) == 0
    assert "Timeout" in Job.objects.get().error


def test_a_worker_killed_between_sending_and_done_says_the_same_id_again(cast, drain, http):
    publish([a_message(cast.owner_a)], at=NOON)
    [job] = jobs.claim(NOON)
    tasks.deliver(at=NOON, job_id=job.id, **job.payload)  # and no `done`: the worker is dead
    Delivery.objects.update(state=DeliveryState.SENDING)  # nor did it write down what the gateway said
    assert drain(NOON + HOUR) == 1
    assert len({r.headers["Idempotency-Key"] for r in http.received}) == 1
    assert len(http.received) == 2


def test_a_worker_killed_after_writing_it_down_does_not_send_again(cast, drain, http):
    publish([a_message(cast.owner_a)], at=NOON)
    [job] = jobs.claim(NOON)
    tasks.deliver(at=NOON, job_id=job.id, **job.payload)
    assert drain(NOON + HOUR) == 1
    assert len(http.received) == 1


def test_the_gateway_can_check_who_speaks(cast, drain, http):
    publish([a_message(cast.owner_a)], at=NOON)
    drain(NOON)
    [got] = http.received
    stamp = int(got.headers["X-Bihuan-Timestamp"])
    assert got.headers["X-Bihuan-Signature"] == sms_http.signature(SECRET, stamp, got.body)
    assert got.headers["X-Bihuan-Signature"] != sms_http.signature(SECRET, stamp + 1, got.body)
    assert stamp == int(NOON.timestamp())
    assert got.json() == {
        "id": str(Delivery.objects.get().id), "to": cast.owner_a.phone, "text": "【闭环】隐患已核查\n请按期整改",
        "code": None, "at": "2026-09-16T04:00:00Z",
    }  # fmt: skip


def test_at_night_only_immediate_danger_rings(cast, drain, file):
    publish([a_message(cast.owner_a, "calm"), a_message(cast.owner_a, "danger", urgent=True)], at=NIGHT)
    assert drain(NIGHT) == 1
    assert drain(NIGHT + 9 * HOUR + 29 * MINUTE) == 0
    assert drain(NIGHT + 9 * HOUR + 30 * MINUTE) == 1
    assert len(lines(file)) == 2


def test_a_try_that_falls_into_the_night_waits_for_the_morning(cast, drain, http):
    http.statuses[:] = [500]
    publish([a_message(cast.owner_a)], at=NOON)
    drain(NOON)
    assert drain(NIGHT) == 0
    assert Job.objects.get().run_at == datetime(2026, 9, 16, 23, 30, tzinfo=UTC)
    assert Job.objects.get().attempts == 1


def test_over_the_cap_of_one_person_the_inbox_alone_is_told(cast, drain, file):
    adopt(sms_per_person=2)
    calm = [a_message(cast.owner_a, f"{n}") for n in range(4)]
    publish([*calm, a_message(cast.officer_a)], at=NOON)
    drain(NOON)
    publish([a_message(cast.owner_a, "danger", urgent=True)], at=NOON)
    drain(NOON)
    assert len(lines(file)) == 4
    assert Delivery.objects.filter(state=DeliveryState.CAPPED).count() == 2
    publish([a_message(cast.owner_a, "tomorrow")], at=NOON + DAY)
    drain(NOON + DAY)
    assert len(lines(file)) == 5


def test_over_the_cap_of_the_day_everybody_is_told_in_the_inbox_and_an_alarm_is_raised(cast, drain, file, caplog):
    adopt(sms_for_all=2)
    publish([a_message(p, "x") for p in (cast.owner_a, cast.officer_a, cast.grid_worker)], at=NOON)
    drain(NOON)
    assert len(lines(file)) == 2
    assert {"half of the day's sms are spent", "sms cap of the day reached"} <= {r.message for r in caplog.records}


def test_a_closed_account_gets_nothing_more(cast, drain, file):
    publish([a_message(cast.owner_a)], at=NOON)
    cast.owner_a.is_active = False
    cast.owner_a.save()
    assert drain(NOON) == 1
    assert not file.exists()
    assert Delivery.objects.get().state == DeliveryState.REFUSED


def test_a_line_of_the_file_is_what_operations_promise(cast, drain, file):
    publish([a_message(cast.owner_a)], at=NOON)
    drain(NOON)
    [line] = lines(file)
    delivery = Delivery.objects.get()
    assert line == {
        "to": cast.owner_a.phone, "text": delivery.text, "code": None, "at": "2026-09-16T04:00:00Z", "id": str(delivery.id),
    }  # fmt: skip
    assert delivery.sent_at == NOON


def test_the_file_takes_one_message_once(cast, drain, file):
    publish([a_message(cast.owner_a), a_message(cast.owner_a, "two")], at=NOON)
    drain(NOON)
    Delivery.objects.update(state=DeliveryState.SENDING)
    Job.objects.update(state="waiting", lease_until=None)
    assert drain(NOON + timedelta(minutes=1)) == 2
    assert len(lines(file)) == 2
