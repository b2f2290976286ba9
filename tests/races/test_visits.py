"""Acts of visits at once: a question ends once, by its answer, its refusal or the clock; a visit's chain has no fork."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from backend.kernel import clock, ids, ledger
from inspections.actions import remote
from inspections.models import Inspection, RemoteCheck, VisitAct
from tests.cast import DAY, Cast, token
from tests.inspections.visits import AT_A, a_finding, administrative
from tests.races.phones import Reply, send, together

ROUNDS = 5


def swept() -> Reply:
    """Let the clock look at what is over a day from now; it wrote one down as if it had answered."""
    found = remote.sweep(at=clock.now() + DAY)
    return Reply(201 if found else 200, {}, {}, ())


@pytest.mark.usefixtures("live_db")
def test_a_question_ends_once_by_its_answer_its_refusal_or_the_clock(live_cast: Cast) -> None:
    inspector, officer, owner = (token(getattr(live_cast, who)) for who in ("inspector", "officer_a", "owner_a"))
    for _ in range(ROUNDS):
        asked = send(inspector, "POST", "/remote-checks", {"enterprise_id": str(live_cast.a.id), "spot": "配电箱"})
        path = f"/remote-checks/{asked.body['id']}"
        works: list[Callable[[], Reply]] = [swept] * 2
        for _ in range(4):
            works.append(partial(send, officer, "POST", f"{path}/answers", {"id": str(ids.new()), "photo_ids": [str(ids.new())]}))
            works.append(partial(send, owner, "POST", f"{path}/refusals", {"id": str(ids.new()), "reason": "停产"}))
        done = together(works)
        statuses = Counter(reply.status for reply in done)
        assert statuses[201] == 1, statuses
        assert set(statuses) <= {200, 201, 409}
        row = RemoteCheck.objects.get(id=asked.body["id"])
        assert (row.version, len(ledger.of(row.id)), ledger.broken_at(row.id)) == (2, 2, None)


@pytest.mark.usefixtures("live_db")
def test_what_two_inspectors_send_at_once_is_one_chain(live_cast: Cast) -> None:
    sessions = [token(live_cast.inspector), token(live_cast.inspector_2)]
    for _ in range(ROUNDS):
        visit = send(sessions[0], "POST", "/inspections", administrative(live_cast, mode="complaint", note="举报")).body
        path = f"/inspections/{visit['id']}"
        together([partial(send, one, "POST", f"{path}/check-ins", {"location": AT_A}) for one in sessions])
        finding = {**a_finding(), "id": str(ids.new())}
        works = [partial(send, sessions[0], "POST", f"{path}/findings", finding) for _ in range(4)]
        works += [partial(send, one, "POST", f"{path}/check-outs", {"id": str(ids.new())}) for one in sessions for _ in range(2)]
        replies = together(works)
        statuses = Counter(reply.status for reply in replies)
        assert (statuses[201], statuses[200], statuses[409]) == (2, 3, 3), statuses
        row = Inspection.objects.get(id=visit["id"])
        assert (row.status, row.findings.count(), ledger.broken_at(row.id)) == ("finished", 1, None)
        assert VisitAct.objects.filter(inspection=row).count() == len(ledger.of(row.id)) - 1


@pytest.mark.usefixtures("live_db")
def test_the_last_visit_of_the_year_is_planned_once_however_many_plan_it(live_cast: Cast) -> None:
    sessions = [token(live_cast.inspector), token(live_cast.inspector_2)]
    works = [partial(send, sessions[n % 2], "POST", "/inspections", administrative(live_cast)) for n in range(12)]
    statuses = Counter((reply.status, reply.code if reply.status == 409 else "") for reply in together(works))
    assert statuses == {(201, ""): 2, (409, "inspection.cap_reached"): 10}
    assert Inspection.objects.count() == 2
