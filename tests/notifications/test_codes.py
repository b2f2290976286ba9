"""Login codes: sent at any hour, once, forgotten afterwards, and never when they are too old to be of use."""

import json

import pytest

from backend.kernel import jobs
from backend.kernel.models import Job
from tests.cast import HOUR, MINUTE, NOON, SECOND

pytestmark = pytest.mark.django_db
NIGHT = NOON + 12 * HOUR


def ask(at=NOON):
    payload = {"phone": "+8613800130000", "code": "123456", "text": "【闭环】验证码 123456"}
    jobs.enqueue([jobs.Work("notifications.tasks.send_code", f"code:{at}", payload, at)])


def test_a_code_older_than_five_minutes_is_forgotten_unsent(drain, gateway, settings):
    settings.SMS_URL, settings.SMS_SECRET = gateway.url, "s" * 16
    ask()
    assert drain(NOON + 5 * MINUTE + SECOND) == 1
    assert (gateway.received, Job.objects.get().payload) == ([], {})


def test_a_refused_code_is_forgotten_too(drain, gateway, settings):
    settings.SMS_URL, settings.SMS_SECRET, gateway.statuses = gateway.url, "s" * 16, [400]
    ask()
    assert drain(NOON) == 1
    assert (len(gateway.received), Job.objects.get().payload) == (1, {})


def test_a_code_is_sent_at_night_and_then_forgotten(drain, settings, tmp_path):
    settings.SMS_URL = f"file://{tmp_path / 'deep' / 'sms.jsonl'}"
    ask(NIGHT)
    assert drain(NIGHT) == 1
    line = json.loads((tmp_path / "deep" / "sms.jsonl").read_text())
    assert (line["to"], line["code"], line["text"]) == ("+8613800130000", "123456", "【闭环】验证码 123456")
    assert (tmp_path / "deep" / "sms.jsonl").stat().st_mode & 0o777 == 0o600
    assert Job.objects.get().payload == {}


def test_a_code_tried_again_keeps_its_message_id(drain, gateway, settings):
    settings.SMS_URL, settings.SMS_SECRET, gateway.statuses = gateway.url, "s" * 16, [503]
    ask()
    assert drain(NOON) == 0
    assert drain(NOON + 30 * SECOND) == 1
    assert {r.headers["Idempotency-Key"] for r in gateway.received} == {str(Job.objects.get().id)}
    assert len(gateway.received) == 2


def test_a_job_whose_code_was_forgotten_has_nothing_to_do(drain, gateway, settings):
    settings.SMS_URL, settings.SMS_SECRET = gateway.url, "s" * 16
    jobs.enqueue([jobs.Work("notifications.tasks.send_code", "code:gone", {}, NOON)])
    assert drain(NOON) == 1
    assert gateway.received == []
