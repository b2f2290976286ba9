"""One code, many scanners at the same instant: one sees it; one printed code is in force, whoever prints or replaces first."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from accounts.policy.actor import Actor
from backend.kernel import clock, ids, ledger
from grading.actions import printed_codes
from grading.models import PrintedCode, UsedCode
from inspections.models import VisitAct
from tests.cast import Cast, token
from tests.inspections.visits import planning
from tests.races.phones import Reply, once, send, together

ROUNDS = 5


def scanned(code: dict[str, Any], session: str = "") -> Reply:
    """Scan a code as an app does."""
    return once(session, "GET", f"/c/{code['token']}", None, Accept="application/json")


def printed(cast: Cast, actor: Actor) -> Reply:
    """Print the code of A."""
    return Reply(200, printed_codes.to_print(enterprise_id=cast.a.id, actor=actor, at=clock.now()).code, {}, ())


@pytest.mark.usefixtures("live_db")
def test_of_many_who_scan_the_same_code_at_once_one_sees_it(live_cast: Cast) -> None:
    officer, inspector = token(live_cast.officer_a), token(live_cast.inspector)
    path = f"/enterprises/{live_cast.a.id}/code-tokens"
    for turn in range(ROUNDS):
        code = send(officer, "POST", path, {}).body
        visits = [send(inspector, "POST", "/inspections", planning(live_cast, type="service_visit")).body for _ in range(2)]
        works = [partial(scanned, code) for _ in range(4)]
        works += [
            partial(
                once, inspector, "POST", f"/inspections/{visit['id']}/check-ins", {"id": str(ids.new()), "code": code["token"]}
            )
            for visit in visits
        ]
        statuses = Counter(reply.status for reply in together(works))
        assert statuses[200] + statuses[201] == 1, statuses
        assert set(statuses) <= {200, 201, 410, 422}
        assert UsedCode.objects.count() == turn + 1
    assert VisitAct.objects.count() <= ROUNDS


@pytest.mark.usefixtures("live_db")
def test_one_printed_code_is_in_force_whoever_prints_or_replaces_it_first(live_cast: Cast) -> None:
    sessions = [token(getattr(live_cast, who)) for who in ("owner_a", "officer_a", "inspector")]
    path = f"/enterprises/{live_cast.a.id}"
    actors = [live_cast.actor(who) for who in ("owner_a", "officer_a", "inspector", "employee_a")]
    assert {reply.body for reply in together([partial(printed, live_cast, actor) for actor in actors])} == {
        PrintedCode.objects.get().code
    }
    for _ in range(ROUNDS):
        now = PrintedCode.objects.get(revoked_at__isnull=True)
        body = {"kind": "printed", "replaces": str(now.id), "reason": "破损"}
        done = together([partial(once, session, "POST", f"{path}/code-tokens", body) for session in sessions])
        assert Counter(reply.status for reply in done) == {201: 1, 409: 2}
        assert [entry.kind for entry in ledger.of(now.id)] == ["printed_code.issued", "printed_code.revoked"]
    assert PrintedCode.objects.count() == ROUNDS + 1
