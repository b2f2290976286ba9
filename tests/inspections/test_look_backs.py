"""Look-back tasks: drawn by lot from closures, met by look-backs, missed by time, and cast again by anybody afterwards."""

import hashlib
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from accounts.models import Duty
from accounts.policy.roles import Role
from backend.kernel import clock, ids, jobs, ledger
from backend.kernel.calendar import end_of, start_of
from backend.kernel.models import LedgerEntry, PolicyVersion
from hazards.policy.words import Level, Verb
from inspections import tasks
from inspections.actions import look_back_keys
from inspections.models import LookBackKey, LookBackLot, LookBackTask
from inspections.policy import look_backs as policy
from inspections.policy.look_backs import LookBackNumbers
from notifications.models import Notice
from tests.api import problem
from tests.cast import DAY, HOUR, LONG_AGO, NOON, SECOND
from tests.loop import Walk, a_photo, a_walk

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 16)
OPENS, LAST = start_of(TODAY + 30 * DAY), TODAY + 90 * DAY
DUE = end_of(LAST)
WITHIN = OPENS + 5 * DAY + 4 * HOUR


@pytest.fixture
def drain():
    """Return a function that runs the jobs of this room at an instant; photos here are made up, nobody looks at them."""

    def run(at):
        jobs.Job.objects.exclude(kind__startswith="inspections.").update(run_at=at + 3650 * DAY)
        return jobs.drain(now=lambda: at)

    return run


def closed(cast, drain, *, level=Level.GENERAL, at=NOON, **more) -> Walk:
    """Return a hazard that was closed on the day of `at`, its lot cast."""
    walk = a_walk(cast, Verb.COUNTERSIGN if level == Level.MAJOR else Verb.PASS, at=at, level=level, **more)
    drain(walk.at)
    return walk


def task() -> LookBackTask:
    return LookBackTask.objects.get()


def kinds(subject_id) -> list[str]:
    return [entry.kind.split(".")[1] for entry in ledger.of(subject_id)]


def look(walk, verb=Verb.HOLD, *, at, drain, by="inspector_3", **more):
    walk.at = at - HOUR
    walk.take(verb, by, **more)
    drain(at)


def test_on_a_day_without_a_key_every_closure_is_looked_back_at(cast, drain):
    walk = closed(cast, drain)
    lot = LookBackLot.objects.get()
    assert (lot.hazard_id, lot.rate, lot.drawn, lot.day) == (walk.id, 1.0, True, TODAY)
    assert (task().window_from, task().window_to, task().due_at) == (TODAY + 30 * DAY, LAST, DUE)
    assert str(cast.inspector.identity) in task().passers
    assert (kinds(lot.id), kinds(task().id)) == (["cast"], ["drawn"])


@pytest.mark.parametrize(("level", "rate"), [(Level.GENERAL, 0.05), (Level.MAJOR, 1.0)])
def test_the_share_that_is_looked_back_at_is_policy(cast, drain, level, rate):
    look_back_keys.commit_ahead(at=NOON - DAY)
    walk = closed(cast, drain, level=level)
    lot, key = LookBackLot.objects.get(), LookBackKey.objects.get(day=TODAY).key
    due = policy.drawn(key=key, hazard_id=walk.id, closed_at=clock.text(walk.hazard.closed_at), rate=rate)
    assert (lot.rate, lot.drawn, lot.level, LookBackTask.objects.exists()) == (rate, due, level, due)


def test_a_regulator_changes_share_and_window(cast, drain):
    look_back_keys.commit_ahead(at=NOON - DAY)
    documents = {"look_backs": {"first_day": 10, "last_day": 20}, "consequences": {"grey": {"look_back_general": 1.0}}}
    for kind, document in documents.items():
        PolicyVersion.objects.create(id=ids.new(), kind=kind, version=1, effective_from=NOON - DAY, document=document)
    closed(cast, drain)
    assert (task().window_from, task().window_to) == (TODAY + 10 * DAY, TODAY + 20 * DAY)
    with pytest.raises(ValueError, match="last_day"):
        LookBackNumbers(first_day=20, last_day=10)


def test_a_lot_is_one_in_twenty_and_every_lot_is_cast_by_its_own_text():
    found = [policy.drawn(key="11" * 32, hazard_id=ids.new(), closed_at="2026-09-16T04:00:00Z", rate=0.05) for _ in range(4000)]
    assert 140 <= sum(found) <= 260  # four standard deviations on either side of 200
    same = {"key": "11" * 32, "hazard_id": ids.new()}
    assert policy.fraction(**same, closed_at="2026-09-16T04:00:00Z") != policy.fraction(**same, closed_at="2026-09-16T04:00:01Z")


def test_a_closure_is_cast_once_whoever_comes_twice(cast, drain):
    walk = closed(cast, drain)
    entry = LedgerEntry.objects.get(subject_id=walk.id, kind="hazard.passed")
    tasks.cast_look_back(at=NOON + DAY, entry_id=str(entry.id))
    assert (LookBackLot.objects.count(), LookBackTask.objects.count()) == (1, 1)


def test_the_first_signature_of_a_major_pass_is_no_closure(cast, drain):
    drain(a_walk(cast, Verb.SIGN, at=NOON, level=Level.MAJOR).at)
    assert not LookBackLot.objects.exists()


def test_what_closed_by_the_clock_is_drawn_like_any_other(cast, drain):
    walk = a_walk(cast, Verb.CLOSE_BY_CLOCK, at=NOON)
    drain(walk.at)
    assert (LookBackLot.objects.get().hazard_id, task().passers) == (walk.id, "")


def test_a_task_is_hidden_until_its_window_opens_and_then_told_to_officials_alone(cast, drain, api, frozen):
    assert all((cast.grid_worker, cast.owner_a, cast.regulator))
    walk = closed(cast, drain)
    with frozen(OPENS - SECOND):
        assert api.as_(cast.grid_worker).get("/look-backs").json()["items"] == []
        assert len(api.as_(cast.regulator).get("/look-backs").json()["items"]) == 1
    tasks.sweep_look_backs(at=OPENS - SECOND)
    assert kinds(task().id) == ["drawn"]
    for _ in range(2):
        tasks.sweep_look_backs(at=OPENS)
    drain(OPENS)
    assert kinds(task().id) == ["drawn", "opened"]
    told = Notice.objects.filter(kind="look_back_task.opened")
    assert [(n.person_id, n.subject_id) for n in told] == [(cast.grid_worker.id, walk.id)]
    with frozen(OPENS):
        [item] = api.as_(cast.grid_worker).get("/look-backs?mine=true&status=open").json()["items"]
    assert (item["hazard"]["id"], item["mine"], item["status"]) == (str(walk.id), True, "open")
    assert problem(api.as_(cast.owner_a).get("/look-backs")) == (403, "auth.no_duty")


def test_who_passed_it_is_neither_told_nor_does_he_see_it_as_his(cast, drain, api, frozen):
    assert cast.grid_worker
    closed(cast, drain, last="grid_worker")
    tasks.sweep_look_backs(at=OPENS)
    drain(OPENS)
    told = set(Notice.objects.filter(kind="look_back_task.opened").values_list("person_id", flat=True))
    assert cast.grid_worker.id not in told
    assert cast.inspector.id in told
    with frozen(WITHIN):
        for who, mine in ((cast.grid_worker, 0), (cast.inspector, 1)):
            assert len(api.as_(who).get("/look-backs?mine=true").json()["items"]) == mine
            assert api.as_(who).get("/look-backs").json()["items"][0]["mine"] is bool(mine)


def test_grid_workers_do_not_see_major_ones_and_nobody_where_he_has_an_interest(cast, drain, api, frozen):
    closed(cast, drain, level=Level.MAJOR)
    Duty.objects.create(person=cast.inspector_3, role=Role.EMPLOYEE, enterprise_id=cast.a.id, since=LONG_AGO)
    with frozen(WITHIN):
        assert api.as_(cast.grid_worker).get("/look-backs").json()["items"] == []
        assert api.as_(cast.inspector_3).get("/look-backs?mine=true").json()["items"] == []
        assert len(api.as_(cast.county_inspector).get("/look-backs?mine=true").json()["items"]) == 1
        assert api.as_(cast.inspector_far).get("/look-backs").json()["items"] == []


def test_a_look_back_in_the_window_does_the_task(cast, drain):
    walk = closed(cast, drain)
    look(walk, at=WITHIN, drain=drain)
    assert (task().status, task().done_at, task().next_at) == ("done", WITHIN, None)
    assert (kinds(task().id), walk.hazard.status) == (["drawn", "done"], "closed")


def test_one_that_holds_before_the_window_is_too_early_and_a_recurrence_never_is(cast, drain):
    walk = closed(cast, drain)
    look(walk, at=NOON + 5 * DAY, drain=drain)
    assert (task().status, task().act_id) == ("open", None)
    look(walk, Verb.RECUR, at=NOON + 6 * DAY, drain=drain)
    assert (task().status, walk.hazard.status) == ("done", "rectifying")


def test_a_look_back_nobody_asked_for_is_taken_and_ends_nothing(cast, drain):
    look_back_keys.commit_ahead(at=NOON - DAY)
    LookBackKey.objects.update(key="11" * 32)
    walk = closed(cast, drain)
    LookBackTask.objects.all().delete()
    look(walk, at=WITHIN, drain=drain)
    assert not LookBackTask.objects.exists()


def test_a_look_back_that_came_before_its_lot_was_cast_still_meets_it(cast, drain):
    walk = a_walk(cast, Verb.PASS, at=NOON)
    look(walk, Verb.RECUR, at=NOON + DAY, drain=drain)
    assert (task().status, kinds(task().id)) == ("done", ["drawn", "done"])


def test_closed_again_after_a_recurrence_it_is_drawn_again(cast, drain):
    walk = closed(cast, drain)
    look(walk, Verb.RECUR, at=WITHIN, drain=drain, photos=(a_photo(cast, "inspector_3", at=WITHIN - HOUR),))
    walk.take(Verb.SUBMIT)
    walk.take(Verb.PASS, "inspector_2")
    drain(walk.at)
    first, second = LookBackTask.objects.order_by("closed_at")
    assert (first.status, second.status, LookBackLot.objects.count()) == ("done", "open", 2)
    # whoever passed it in any round has had his hands in it
    assert {str(cast.inspector.identity), str(cast.inspector_2.identity)} == set(second.passers.split())


@pytest.mark.parametrize(("at", "status"), [(DUE - SECOND, "open"), (DUE, "missed"), (DUE + DAY, "missed")])
def test_a_missed_one_is_a_record_also_before_the_sweep_saw_it(cast, drain, api, frozen, at, status):
    closed(cast, drain)
    with frozen(at):
        [item] = api.as_(cast.regulator).get(f"/look-backs?status={status}").json()["items"]
    assert item["status"] == status
    tasks.sweep_look_backs(at=at)
    assert (task().status, kinds(task().id)[-1]) == (status, "missed" if status == "missed" else "lapsing")


def test_officials_are_reminded_and_told_of_what_was_missed(cast, drain):
    assert all((cast.grid_worker, cast.regulator))
    closed(cast, drain)
    for at in (OPENS, DUE - 7 * DAY - SECOND, DUE - 7 * DAY, DUE, DUE + DAY):
        tasks.sweep_look_backs(at=at)
        drain(at)
    assert kinds(task().id) == ["drawn", "opened", "lapsing", "missed"]
    assert set(Notice.objects.filter(kind="look_back_task.missed").values_list("person_id", flat=True)) == {
        cast.grid_worker.id, cast.regulator.id,
    }  # fmt: skip


def test_one_that_came_too_late_stays_missed_and_is_kept(cast, drain):
    walk = closed(cast, drain)
    look(walk, at=DUE, drain=drain)
    assert (task().status, task().done_at, kinds(task().id)) == ("missed", DUE, ["drawn", "missed", "made_late"])


def test_the_database_knows_no_done_task_without_an_act(cast, drain):
    closed(cast, drain)
    with pytest.raises(IntegrityError), transaction.atomic():
        LookBackTask.objects.update(status="done")


def test_keys_are_committed_ahead_and_revealed_when_every_window_is_over(cast, drain, api, frozen):
    assert look_back_keys.commit_ahead(at=NOON - DAY) == 31
    secret = LookBackKey.objects.get(day=TODAY)
    walk = closed(cast, drain, level=Level.MAJOR)
    over = start_of(LAST + DAY)
    for at in (NOON + 40 * DAY, over - SECOND):  # the day's other key is public by now
        assert look_back_keys.reveal_due(at=at) == 0 or not LookBackKey.objects.get(day=TODAY).revealed_at
        with frozen(at):
            assert problem(api.get(f"/public/look-backs?day={TODAY}")) == (409, "sampling.not_revealed")
            [item] = api.get(f"/public/look-back-keys?day={TODAY}").json()["items"]
        assert (item["key"], item["commitment"]) == (None, hashlib.sha256(bytes.fromhex(secret.key)).hexdigest())
    look_back_keys.reveal_due(at=over)
    assert LookBackKey.objects.get(day=TODAY).revealed_at is None  # its task is open until the sweep has seen it
    tasks.sweep_look_backs(at=over)
    tasks.keep_look_back_keys(at=over)
    with frozen(over):
        [lot] = api.get(f"/public/look-backs?day={TODAY}").json()["items"]
        assert api.get(f"/public/look-back-keys?day={TODAY}").json()["items"][0]["key"] == secret.key
    assert lot == {
        "hazard_id": str(walk.id), "closed_at": clock.text(walk.hazard.closed_at), "level": "major", "rate": 1.0, "drawn": True,
    }  # fmt: skip


@pytest.fixture
def a_past_day(cast, drain, frozen):
    """Give a day with three closures, everything over and its key revealed."""
    look_back_keys.commit_ahead(at=NOON - DAY)
    for n in range(3):
        closed(cast, drain, at=NOON + n * SECOND)
    after = DUE + DAY
    tasks.sweep_look_backs(at=after)
    tasks.keep_look_back_keys(at=after)
    with frozen(after):
        yield


def check() -> int:
    try:
        call_command("check_look_backs", TODAY.isoformat(), stdout=StringIO())
    except CommandError:
        return 1
    return 0


def test_a_past_day_is_found_good_and_one_lot_turned_round_is_found(a_past_day):
    assert check() == 0
    lot = LookBackLot.objects.first()
    LookBackLot.objects.filter(id=lot.id).update(drawn=not lot.drawn)
    assert check() == 1


@pytest.mark.parametrize("change", [{"commitment": "0" * 64}, {"committed_at": start_of(TODAY)}])
def test_a_key_that_is_not_what_was_promised_is_found(a_past_day, change):
    LookBackLot.objects.filter(drawn=True).update(drawn=False)
    LookBackKey.objects.filter(day=TODAY).update(**change)
    assert check() == 1


BAD = (
    "/public/look-backs", "/public/look-backs?day=2026-02-30", "/public/look-back-keys?day=x", "/public/look-backs?dag=1",
)  # fmt: skip


@pytest.mark.parametrize("path", BAD)
def test_what_is_not_understood_is_refused(api, db, path):
    assert problem(api.get(path))[0] == 422


def test_an_unknown_region_is_not_found_and_an_unknown_status_refused(cast, api):
    client = api.as_(cast.inspector)
    assert problem(client.get("/look-backs?region=999999")) == (404, "request.not_found")
    for query in ("status=closed", "mine=1", "region=33032", "limit=0", "cursor=x"):
        assert problem(client.get(f"/look-backs?{query}"))[0] == 422
