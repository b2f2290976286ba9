"""A draw revealed by several at once, the clock among them, is revealed once; its inspections are planned once."""

import threading
from collections import Counter

import pytest
from django.db import connection

from backend.kernel import clock, ids, jobs
from backend.kernel.calendar import local_day, start_of
from backend.kernel.models import LedgerEntry
from inspections import tasks
from inspections.models import Inspection, RandomDraw
from tests.cast import DAY, HOUR, SECOND, Cast, token
from tests.inspections.lots import a_draw
from tests.races.phones import Reply, once, together

ROUNDS, COPIES = 2, 4  # an enterprise is inspected twice a year at most


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_a_draw_is_revealed_once_whoever_comes_first(live_cast: Cast) -> None:
    session, now = token(live_cast.regulator), clock.now()
    evening = start_of(local_day(now)) + 24 * HOUR
    for number in range(1, ROUNDS + 1):
        draw = a_draw(live_cast, at=now - 2 * DAY, count=2)

        def by_hand(draw: RandomDraw = draw) -> Reply:
            return once(session, "POST", f"/draws/{draw.id}/reveals", {"id": str(ids.new())})

        def by_the_clock() -> Reply:
            tasks.reveal_draws(at=evening)
            return Reply(0, None, {}, ())

        found = Counter(reply.status for reply in together([by_hand, by_the_clock] * COPIES))
        draw.refresh_from_db()
        assert found[201] == int(draw.revealed_by is not None)
        assert found[409] == COPIES - found[201]
        assert LedgerEntry.objects.filter(subject_id=draw.id, kind="random_draw.revealed").count() == 1
        workers = [threading.Thread(target=work) for _ in range(COPIES)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert Inspection.objects.filter(draw_id=draw.id).count() == 2
        assert Inspection.objects.count() == 2 * number


def work() -> None:
    try:
        jobs.drain(now=lambda: clock.now() + DAY + SECOND)
    finally:
        connection.close()
