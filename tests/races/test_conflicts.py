"""Acts that exclude each other at once: exactly one takes effect, everybody else is told that it was the wrong moment."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from backend.kernel import clock, ids, ledger
from backend.kernel.models import Claim
from enterprises.models import Enterprise
from hazards.models import Act, Extension
from hazards.policy.words import Level, Status, Verb
from tests.cast import DAY, HOUR, Cast, token
from tests.loop import a_walk
from tests.races.phones import Reply, send, together

ACTS, ROUNDS = 200, 10 if connection.vendor == "postgresql" else 4  # on SQLite there is one writer anyway
COPIED = 4  # every act is sent this many times
FEW = 5


def walked(cast: Cast, until: Verb | None, **more: Any) -> Any:
    return a_walk(cast, until, at=clock.now() - DAY, **more)


def judged(replies: list[Reply], *, copies: int = 1) -> Reply:
    """Check that one act won, that its copies were replayed, that all others were refused, and return the winner."""
    winners = [reply for reply in replies if reply.status == 201]
    assert len(winners) == 1, Counter((reply.status, reply.code) for reply in replies)
    replayed = [reply for reply in replies if reply.status == 200]
    assert len(replayed) == copies - 1
    assert {reply.body["receipt"]["signature"] for reply in replayed} <= {winners[0].body["receipt"]["signature"]}
    refused = [reply for reply in replies if reply.status not in (200, 201)]
    assert {reply.status for reply in refused} <= {409}, Counter((reply.status, reply.code) for reply in replies)
    assert 500 not in {status for reply in replies for status in reply.tries}
    return winners[0]


@pytest.mark.usefixtures("live_db")
def test_of_two_hundred_conflicting_acts_exactly_one_wins(live_cast: Cast) -> None:
    sessions = [token(live_cast.inspector), token(live_cast.inspector_2), token(live_cast.grid_worker)]
    outcomes = (
        {"outcome": "confirm", "level": "general", "requirement": "限期整改"},
        {"outcome": "return", "note": "请补拍"},
        {"outcome": "dismiss", "reason": "not_a_hazard"},
    )
    for _ in range(ROUNDS):
        walk = walked(live_cast, None)
        works: list[Callable[[], Reply]] = []
        for number in range(ACTS // COPIED):
            body = {**outcomes[number % 3], "id": str(ids.new())}
            works += [partial(send, sessions[number % 3], "POST", f"/hazards/{walk.id}/verifications", body)] * COPIED
        replies = together(works)
        winner = judged(replies, copies=COPIED)
        assert {reply.code for reply in replies if reply.status == 409} == {"hazard.wrong_status"}
        assert (len(ledger.of(walk.id)), Act.objects.filter(hazard_id=walk.id).count()) == (2, 1)
        assert Claim.objects.filter(kind="verification", subject_id=walk.id).count() == 1
        assert walk.hazard.status == winner.body["hazard"]["status"]


@pytest.mark.usefixtures("live_db")
def test_a_countersignature_given_twice_closes_once(live_cast: Cast) -> None:
    session = token(live_cast.inspector_2)
    for _ in range(FEW):
        walk = walked(live_cast, Verb.SIGN, level=Level.MAJOR)
        pending = walk.hazard.who.pending.act_id
        before = len(ledger.of(walk.id))
        works = [partial(send, session, "POST", f"/reinspections/{pending}/countersignatures", {}) for _ in range(10)]
        assert judged(together(works)).body["hazard"]["status"] == Status.CLOSED
        assert len(ledger.of(walk.id)) == before + 1
        assert Act.objects.filter(hazard_id=walk.id, kind="countersignature").count() == 1


@pytest.mark.usefixtures("live_db")
def test_an_extension_is_granted_or_refused_never_both(live_cast: Cast) -> None:
    sessions = [token(live_cast.inspector), token(live_cast.inspector_2)]
    for _ in range(FEW):
        walk = walked(live_cast, Verb.ASK_EXTENSION)
        asked = Extension.objects.get(hazard_id=walk.id)
        due = walk.hazard.due_at
        path = f"/extensions/{asked.id}/decisions"
        works = [partial(send, sessions[n % 2], "POST", path, {"outcome": ("grant", "refuse")[n % 2]}) for n in range(10)]
        winner = judged(together(works))
        asked.refresh_from_db()
        assert asked.outcome == winner.body["outcome"]
        assert (walk.hazard.due_at > due) == (asked.outcome == "grant")
        assert Act.objects.filter(hazard_id=walk.id, kind="decision").count() == 1


@pytest.mark.usefixtures("live_db")
def test_of_many_changes_to_one_version_one_is_kept(live_cast: Cast) -> None:
    session = token(live_cast.inspector)
    row = Enterprise.objects.get(id=live_cast.a.id)
    for version in range(row.version, row.version + FEW):
        works = [
            partial(
                send, session, "PATCH", f"/enterprises/{row.id}", {"address": f"东路 {version}-{n} 号"}, If_Match=f'"{version}"'
            )
            for n in range(20)
        ]
        replies = together(works)
        assert Counter((reply.status, reply.code) for reply in replies) == {(200, ""): 1, (412, "conflict.stale_version"): 19}
        row.refresh_from_db()
        assert row.version == version + 1
        kept = next(reply for reply in replies if reply.status == 200)
        assert row.address == kept.body["address"]


@pytest.mark.usefixtures("live_db")
def test_a_rectification_and_an_annulment_at_once_end_in_one_story(live_cast: Cast) -> None:
    officer, regulator = token(live_cast.officer_a), token(live_cast.regulator)
    fix = {"measures": "已更换", "responsible": "李工", "finished_at": clock.text(clock.now() - HOUR)}
    for _ in range(FEW):
        walk = walked(live_cast, Verb.CONFIRM)
        works: list[Callable[[], Reply]] = []
        for _ in range(5):
            body = {**fix, "photo_ids": [str(ids.new())]}
            works.append(partial(send, officer, "POST", f"/hazards/{walk.id}/rectifications", body))
            works.append(partial(send, regulator, "POST", f"/hazards/{walk.id}/annulments", {"reason": "误报"}))
        replies = together(works)
        won = [reply for reply in replies if reply.status == 201]
        # an annulment may follow a rectification, never the other way round
        kinds = [entry.kind for entry in ledger.of(walk.id)][2:]
        assert kinds in (["hazard.annulled"], ["hazard.submitted", "hazard.annulled"], ["hazard.submitted"])
        assert len(won) == len(kinds)
        assert {reply.status for reply in replies} <= {201, 409}
