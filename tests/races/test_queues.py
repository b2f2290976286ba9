"""Queues at once: copies of one, and an act and its hazard in two; every act takes effect once and none waits for ever."""

import random
import threading
import time
from collections import Counter
from functools import partial

import pytest
from django.db import connection, transaction

from backend.kernel import clock, ids, jobs, ledger
from backend.kernel.models import Claim
from hazards.models import Act, Hazard
from hazards.policy.words import Status, Verb
from sync.models import KeptAct
from tests.api import Api
from tests.cast import DAY, SECOND, Cast, token
from tests.loop import a_walk
from tests.races.phones import PATIENCE_S, RETRIED, Reply, once, send, together
from tests.sync.queue import URL, fix, id_of, member, report, withdrawal

COPIES, ROUNDS, PAIRS = 5, 4, 12


def hand_in(session: str, acts: list[dict[str, object]]) -> Reply:
    """Send a queue until none of its acts is told to come again."""
    began = time.monotonic()
    while True:
        reply = send(session, "POST", URL, acts)
        passing = [a for a in reply.body if a["status"] in RETRIED or a.get("problem", {}).get("code") == "conflict.in_progress"]
        if not passing or time.monotonic() - began > PATIENCE_S:
            return reply
        time.sleep(random.uniform(0, 0.1))


def work() -> None:
    """Do all jobs that are due, also those that are tried again a little later."""
    jobs.drain(now=lambda: clock.now() + SECOND)


@pytest.mark.usefixtures("live_db")
def test_one_queue_sent_five_times_at_once_takes_effect_once(live_cast: Cast) -> None:
    session = token(live_cast.officer_a)
    for _ in range(ROUNDS):
        walk = a_walk(live_cast, Verb.CONFIRM, at=clock.now() - DAY)
        reports = [report(live_cast) for _ in range(6)]
        acts = [
            withdrawal(id_of(reports[0])), *reports, fix(walk.id, photo_ids=[str(ids.new())]), withdrawal(ids.new()),
            member("telepathy", "/telepathies"),
        ]  # fmt: skip
        before = Hazard.objects.count()
        replies = together([partial(hand_in, session, acts)] * COPIES)
        by_act = [Counter(reply.body[place]["status"] for reply in replies) for place in range(len(acts))]
        for found in by_act[:8]:  # a queue that was sent again for one act is answered 200 for the others
            assert (set(found) <= {200, 201}, found[201] <= 1) == (True, True), by_act
        assert by_act[8:] == [{202: COPIES}, {202: COPIES}]
        for place in range(len(acts)):
            assert len({reply.body[place]["body"]["receipt"]["signature"] for reply in replies}) == 1
        assert Hazard.objects.count() == before + len(reports)
        assert Hazard.objects.get(id=id_of(reports[0])).status == Status.VOID
        assert Claim.objects.filter(id__in=[id_of(act) for act in acts]).count() == len(acts)
        assert KeptAct.objects.filter(id__in=[id_of(act) for act in acts]).count() == 2


@pytest.mark.usefixtures("live_db")
def test_an_act_and_its_hazard_in_two_queues_at_once_always_meet(live_cast: Cast) -> None:
    one, other, stop = token(live_cast.officer_a), token(live_cast.officer_a), threading.Event()

    def worker() -> Reply:
        while not stop.wait(0.01):
            work()
        return Reply(0, {}, {}, ())

    def phones() -> Reply:
        try:
            for _ in range(PAIRS):
                hazard = report(live_cast)
                act = withdrawal(id_of(hazard))
                pair = [partial(hand_in, one, [act]), partial(hand_in, other, [hazard])]
                random.shuffle(pair)
                replies = {reply.body[0]["id"]: reply.body[0] for reply in together(pair)}
                assert replies[id_of(act)]["status"] in (201, 202), replies[id_of(act)]
                sent.append((act, hazard))
        finally:
            stop.set()
        return Reply(0, {}, {}, ())

    sent: list[tuple[dict[str, object], dict[str, object]]] = []
    together([worker, phones])
    jobs.Job.objects.filter(state="waiting").update(run_at=clock.now(), lease_until=None)
    work()
    assert len(sent) == PAIRS
    assert set(KeptAct.objects.values_list("state", flat=True)) <= {"taken"}
    for act, hazard in sent:
        assert Hazard.objects.get(id=id_of(hazard)).status == Status.VOID
        assert [entry.kind for entry in ledger.of(id_of(hazard))] == ["hazard.reported", "hazard.withdrawn"]
        assert Act.objects.filter(id=id_of(act)).count() == 1


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_a_hazard_that_comes_while_an_act_is_being_held_is_found_by_it(live_cast: Cast) -> None:
    """The report's job finds nobody waiting, because the held row is not committed yet."""
    session = token(live_cast.officer_a)
    hazard = report(live_cast)
    act = withdrawal(id_of(hazard))

    def the_report_and_its_jobs() -> Reply:
        reply = once(session, "POST", "/hazards", hazard["body"])
        work()
        return reply

    with transaction.atomic():
        held = Api(session).post(URL, [act]).json()[0]
        assert held["status"] == 202
        assert together([the_report_and_its_jobs])[0].status == 201
    assert KeptAct.objects.get(id=id_of(act)).state == "held"
    work()
    assert KeptAct.objects.get(id=id_of(act)).state == "taken"
    assert Hazard.objects.get(id=id_of(hazard)).status == Status.VOID
    connection.close()


@pytest.mark.usefixtures("live_db")
def test_a_held_act_sent_again_while_its_job_judges_it_is_taken_once(live_cast: Cast) -> None:
    session = token(live_cast.officer_a)
    for _ in range(ROUNDS):
        hazard = report(live_cast)
        act = withdrawal(id_of(hazard))
        assert hand_in(session, [act]).body[0]["status"] == 202
        assert send(session, "POST", "/hazards", hazard["body"]).status == 201

        def job() -> Reply:
            work()
            return Reply(0, {}, {}, ())

        direct = partial(send, session, "POST", act["path"], act["body"])
        replies = together([job, partial(hand_in, session, [act]), direct, partial(hand_in, session, [act])])
        assert {reply.status for reply in replies} <= {0, 200, 201}
        jobs.Job.objects.filter(state="waiting").update(run_at=clock.now(), lease_until=None)
        work()
        assert KeptAct.objects.get(id=id_of(act)).state == "taken"
        assert [entry.kind for entry in ledger.of(id_of(hazard))] == ["hazard.reported", "hazard.withdrawn"]
        kinds = [entry.kind for entry in ledger.of(KeptAct.objects.get(id=id_of(act)).chain_id)]
        assert kinds == ["act.held", "act.taken"]
