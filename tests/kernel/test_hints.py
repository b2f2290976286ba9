"""A broker that is down changes nothing for whoever reports."""

import time

import pytest
from django.db import transaction

from backend import hints
from backend.celery import app
from backend.kernel import jobs
from backend.kernel.models import Job
from tests.cast import NOON
from tests.surroundings import free_port


@pytest.fixture
def no_broker(settings):
    settings.JOB_HINTS = ["backend.hints.hint"]
    before = app.conf.broker_url
    app.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"
    app.set_current()
    hints._silent_until = 0.0
    yield
    app.conf.broker_url = before
    hints._silent_until = 0.0


def test_a_broker_that_is_down_costs_one_sender_little_and_the_next_nothing(live_db, no_broker):
    took = []
    for key in ("1", "2", "3"):
        start = time.monotonic()
        with transaction.atomic():
            jobs.enqueue([jobs.Work("x.y", key, {}, NOON)])
        took.append(time.monotonic() - start)
    assert Job.objects.count() == 3
    assert took[0] < 2.5
    assert max(took[1:]) < 0.5
    assert hints._silent_until > time.monotonic()
