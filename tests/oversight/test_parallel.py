"""Jobs of many hazards of one town at once: nothing is lost, nothing doubled, nobody blocks for ever. PostgreSQL only."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from backend.kernel import ledger
from grading.actions import regrade
from oversight.actions import count as counting
from oversight.actions.rebuild import rebuild
from oversight.models import HazardFact, Tally
from tests.cast import NOON
from tests.story import Story

pytestmark = pytest.mark.usefixtures("on_postgresql", "live_db")


def test_many_at_once_add_up(live_cast, api, frozen):
    story = Story(api, live_cast, frozen)
    hazards = [story.found(NOON) for _ in range(6)]
    for id in hazards[:3]:
        story.submitted(id, NOON)
        story.passed(id, NOON)
    entries = [entry for id in hazards for entry in ledger.of(id)] * 2

    def work(entry):
        counting.count(entry.subject_id, at=NOON)
        regrade.after(entry.id, at=NOON)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, entries))
    assert rebuild(at=NOON) == (0, 0)
    month = Tally.objects.get(span="month")
    assert (HazardFact.objects.count(), month.found, month.closed, month.verified) == (6, 6, 3, 3)
    told = story.say("officer_a", "GET", f"/enterprises/{live_cast.a.id}/safety-code", at=NOON)
    assert told["score"] == 94
