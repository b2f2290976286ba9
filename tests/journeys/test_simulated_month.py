"""A month of fifty enterprises, the worker killed twenty times, two beats running: everybody is told everything once.

`make faults` runs the long form.
"""

import os
from collections import Counter

import pytest

from backend.kernel import jobs, ledger
from backend.kernel.models import Job
from hazards.models import Hazard
from notifications.models import Delivery
from notifications.models import Notice as Row
from tests.journeys.expected import Notice
from tests.journeys.month import Month
from tests.journeys.nursery import only_hazards

LONG = os.environ.get("LONG_FORM") == "faults"
SIZE = {"enterprises": 200, "days": 60, "kills": 100} if LONG else {"enterprises": 50, "days": 30, "kills": 20}


@pytest.fixture
def hazards_alone(settings):
    """Let no other room listen: the month is about what hazards tell."""
    only_hazards(settings)
    jobs.listeners.cache_clear()
    yield
    jobs.listeners.cache_clear()


@pytest.mark.xdist_group("month")
def test_every_notice_and_every_escalation_reaches_its_people_exactly_once(live_db, hazards_alone, gateway, tmp_path):
    month = Month(**SIZE, seed=20260907, folder=tmp_path, gateway=gateway)
    due = month.run()

    keys = {person.id: key for key, person in month.world.people.items()}
    rows = {row.id: Notice(row.subject_id, row.kind, keys[row.person_id]) for row in Row.objects.filter(subject_kind="hazard")}
    told = Counter(rows.values())
    assert (due.told - told, told - due.told) == (Counter(), Counter())
    assert sum(told.values()) > 10 * SIZE["enterprises"]

    # the gateway sends a message id once, however often it hears it: ids are what reaches people
    notice_of = dict(Delivery.objects.values_list("id", "notice_id"))
    phones = {person.phone: key for key, person in month.world.people.items()}
    heard = {str(body["id"]): phones[body["to"]] for body in (request.json() for request in gateway.received)}
    assert set(heard) == set(map(str, notice_of))
    by_sms = Counter(rows[notice_of[delivery]] for delivery in notice_of)
    assert (due.by_sms - by_sms, by_sms - due.by_sms) == (Counter(), Counter())
    assert all(heard[str(delivery)] == rows[notice].person for delivery, notice in notice_of.items())
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}

    assert month.workers.killed >= SIZE["kills"]
    assert len(gateway.received) > len(notice_of)  # somebody died between the gateway's ear and its own pen
    assert not Job.objects.filter(state="dead").exists()
    assert [h.id for h in Hazard.objects.all() if ledger.broken_at(h.id)] == []
