"""Answer sheets and the timetable at once: handed in once, planned once, missed once, one version in force."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from backend.kernel import clock, ids
from backend.kernel.models import LedgerEntry
from hazards.models import Hazard
from inspections.actions import miss, schedule
from inspections.models import AnswerPart, ChecklistVersion, SelfInspection
from tests.cast import DAY, HOUR, Cast, token
from tests.inspections.sheets import an_item, an_occurrence, drafted, published
from tests.races.phones import Reply, send, together

pytestmark = [pytest.mark.usefixtures("live_db", "on_postgresql")]
ITEMS = tuple(an_item(f"TRY-{number:02}") for number in range(1, 13))


def swept(sweep: Callable[..., int], at: datetime) -> Reply:
    """Run a sweep as if it had answered."""
    return Reply(200, {"found": sweep(at=at)}, {}, ())


def test_a_sheet_answered_and_handed_in_by_many_phones_at_once_is_handed_in_once(live_cast: Cast) -> None:
    at = clock.now() - HOUR
    row = an_occurrence(live_cast.a, published(live_cast, at=at, items=ITEMS), at=at)
    sessions, path = [token(live_cast.officer_a), token(live_cast.owner_a)], f"/self-inspections/{row.id}"
    parts: list[Any] = []
    for number, item in enumerate(ITEMS):
        result = "problem" if number % 4 == 0 else "ok"
        body = {"id": str(ids.new()), "items": [{"code": item.code, "result": result}]}
        parts += [partial(send, sessions[number % 2], "POST", f"{path}/answers", body)] * 3
    assert Counter(reply.status for reply in together(parts)) == {201: 12, 200: 24}
    assert AnswerPart.objects.filter(self_inspection=row).count() == 12
    bodies = [{"id": str(ids.new()), "statement": "已自查"} for _ in range(6)]
    ends = [partial(send, sessions[n % 2], "POST", f"{path}/submissions", body) for n, body in enumerate(bodies)] * 2
    replies = together(ends)
    assert Counter(reply.status for reply in replies) == {201: 1, 200: 1, 409: 10}
    assert {reply.code for reply in replies if reply.status == 409} == {"self_inspection.wrong_status"}
    assert Hazard.objects.count() == 3
    assert LedgerEntry.objects.filter(subject_id=row.id).count() == 13


def test_two_sweeps_plan_and_miss_everything_once(live_cast: Cast) -> None:
    at = clock.now() - 40 * DAY
    for firm in (live_cast.a, live_cast.b):
        schedule.look(firm.id, at=at)
    together([partial(swept, schedule.sweep, at)] * 4)
    rows = list(SelfInspection.objects.all())
    assert Counter((row.enterprise_id, row.code, row.period) for row in rows).most_common(1)[0][1] == 1
    assert len(rows) >= 12
    together([partial(swept, miss.sweep, at + 39 * DAY)] * 4)
    missed = LedgerEntry.objects.filter(kind="self_inspection.missed")
    assert missed.count() == len({entry.subject_id for entry in missed}) == len(rows)


def test_of_drafts_published_at_once_one_is_in_force(live_cast: Cast) -> None:
    at = clock.now() - HOUR
    drafts = [drafted(live_cast, at=at) for _ in range(4)]
    session = token(live_cast.regulator)
    replies = together([partial(send, session, "POST", f"/checklists/{draft.id}/publications", {}) for draft in drafts])
    assert {reply.status for reply in replies} <= {201, 409}
    statuses = Counter(ChecklistVersion.objects.filter(code="TRY").values_list("status", flat=True))
    assert statuses["published"] == 1
    assert statuses["published"] + statuses["retired"] == sum(reply.status == 201 for reply in replies)
