"""The job table: claimed by lease, fenced by attempt, retried with jitter, dead after eight tries, requeued by hand."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from backend.kernel import jobs
from backend.kernel.jobs import LEASE, TRIES, Work
from backend.kernel.models import CalendarDay, Job
from backend.kernel.worker import Worker
from tests.cast import DAY, MINUTE, NOON, SECOND

CALLS: list[dict] = []


def noted(*, at, job_id, **payload):
    CALLS.append({"at": at, "job_id": job_id, **payload})


def writes(*, at, job_id, day):
    CalendarDay.objects.create(day=NOON.date() + day * DAY, working=True, source=str(job_id))


def fails(*, at, job_id):
    CalendarDay.objects.create(day=NOON.date(), working=True, source="half done")
    raise ValueError("手机 13800138000 没有信号")


def waits(*, at, job_id):
    raise jobs.Later(at + MINUTE)


@jobs.external
def tells(*, at, job_id):
    assert Job.objects.get(id=job_id).state == "waiting"
    CALLS.append({"job_id": job_id, "in_transaction": connection.in_atomic_block})


@jobs.external
def cut_off(*, at, job_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def work(name, key="k", at=NOON, **payload):
    with transaction.atomic():
        jobs.enqueue([Work(f"{__name__}.{name}", key, payload, at)])


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


def at(instant):
    return lambda: instant


@pytest.mark.django_db
class TestOne:
    def test_a_job_that_kills_whoever_takes_it_up_is_dead_after_eight_of_them(self):
        work("noted")
        instant = NOON
        for _ in range(TRIES):
            assert [job.kind for job in jobs.claim(instant)] == [f"{__name__}.noted"]
            instant += LEASE
        assert jobs.drain(now=at(instant)) == 0
        job = Job.objects.get()
        assert (job.state, job.attempts, CALLS) == ("dead", TRIES + 1, [])

    def test_a_drain_that_has_run_long_enough_gives_back_what_it_has_not_begun(self):
        for n in range(5):
            work("noted", key=str(n))
        ticks = iter(NOON + n * SECOND for n in range(1000))
        assert 0 < jobs.drain(now=lambda: next(ticks), within=6 * SECOND) < 5
        left = Job.objects.filter(state="waiting")
        assert left.count() == 5 - len(CALLS)
        assert set(left.values_list("attempts", "lease_until")) == {(0, None)}

    def test_a_job_is_done_once_with_what_it_was_handed(self, drain):
        work("noted", number=3)
        assert (drain(NOON), drain(NOON)) == (1, 0)
        job = Job.objects.get()
        assert [{"at": NOON, "job_id": job.id, "number": 3}] == CALLS
        assert (job.state, job.attempts, job.finished_at, job.lease_until) == ("done", 1, NOON, None)

    def test_the_same_key_is_queued_once(self, drain):
        work("noted", key="same")
        work("noted", key="same")
        assert Job.objects.count() == 1

    def test_a_job_is_not_run_before_its_time(self, drain):
        work("noted", at=NOON)
        assert drain(NOON - SECOND) == 0
        assert drain(NOON) == 1

    def test_a_failure_undoes_the_effect_and_is_tried_again_later_with_jitter(self, drain):
        work("fails")
        assert drain(NOON) == 0
        job = Job.objects.get()
        assert CalendarDay.objects.count() == 0
        assert (job.state, job.attempts, job.lease_until) == ("waiting", 1, None)
        assert NOON <= job.run_at <= NOON + timedelta(seconds=10)
        assert job.error.startswith("ValueError")

    def test_after_eight_tries_it_is_dead_until_an_operator_gives_them_back(self, drain):
        work("fails")
        instant, pauses = NOON, []
        for attempt in range(1, TRIES + 1):
            drain(instant)
            job = Job.objects.get()
            pauses.append((job.run_at - instant) / timedelta(seconds=5 * 2**attempt))
            instant = job.run_at
        assert all(0 <= pause <= 1 for pause in pauses)
        assert (job.state, job.attempts) == ("dead", TRIES)
        assert drain(instant + DAY) == 0
        assert jobs.requeue_dead(kind="other", at=instant) == 0
        assert jobs.requeue_dead(at=instant) == 1
        assert Job.objects.get().attempts == 0

    def test_one_that_asks_for_later_loses_no_try(self, drain):
        work("waits")
        assert drain(NOON) == 0
        job = Job.objects.get()
        assert (job.state, job.attempts, job.run_at) == ("waiting", 0, NOON + MINUTE)

    def test_a_handler_that_is_not_there_fails_like_any_other(self, drain):
        work("nowhere")
        assert drain(NOON) == 0
        assert "AttributeError" in Job.objects.get().error


@pytest.mark.django_db
class TestLease:
    def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(self):
        work("noted")
        assert len(jobs.claim(NOON)) == 1
        assert jobs.claim(NOON + LEASE - SECOND) == []
        assert [job.attempts for job in jobs.claim(NOON + LEASE)] == [2]

    def test_a_killed_worker_s_job_restarts_within_a_minute(self, drain):
        work("noted")
        jobs.claim(NOON)
        assert drain(NOON + MINUTE) == 1
        assert len(CALLS) == 1

    def test_a_renewed_lease_is_longer(self):
        work("noted")
        held = jobs.claim(NOON)
        jobs.renew(held, NOON + timedelta(seconds=15))
        assert jobs.claim(NOON + LEASE) == []
        assert Job.objects.get().lease_until == NOON + timedelta(seconds=15) + LEASE

    def test_a_worker_that_lost_its_lease_has_no_effect(self):
        work("writes", day=1)
        slow = jobs.claim(NOON)[0]
        quick = jobs.claim(NOON + LEASE)[0]
        assert jobs.run(quick, now=at(NOON + LEASE))
        assert not jobs.run(slow, now=at(NOON + LEASE))
        assert CalendarDay.objects.count() == 1

    def test_one_that_was_given_back_unbegun_keeps_its_tries(self):
        work("noted")
        jobs.release(jobs.claim(NOON))
        assert [job.attempts for job in jobs.claim(NOON)] == [1]

    def test_leases_of_jobs_that_wait_behind_a_long_one_are_renewed(self):
        work("noted", key="1")
        work("noted", key="2")
        clock = iter([NOON, NOON, NOON, NOON, NOON, *[NOON + timedelta(seconds=40)] * 20])
        assert jobs.drain(now=lambda: next(clock)) == 2
        assert Job.objects.filter(state="done").count() == 2


def test_an_external_effect_runs_outside_any_transaction(live_db, drain):
    work("tells")
    assert drain(NOON) == 1
    assert [call["in_transaction"] for call in CALLS] == [False]


def test_a_connection_that_was_cut_costs_one_try_of_one_job(live_db, on_postgresql, drain):
    work("cut_off", key="first")
    work("noted", key="second", at=NOON + SECOND)
    assert drain(NOON + SECOND) == 1
    first, second = Job.objects.get(dedupe_key="first"), Job.objects.get(dedupe_key="second")
    assert (first.state, first.attempts, first.lease_until) == ("waiting", 1, None)
    assert second.state == "done"


def test_claimed_rows_are_skipped_by_others_without_waiting(live_db, on_postgresql):
    for n in range(4):
        work("noted", key=str(n))
    found = []

    def other():
        found.extend(jobs.claim(NOON, most=4))
        connection.close()

    with transaction.atomic():
        mine = jobs.claim(NOON, most=2)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()
    assert len(mine) == len(found) == 2
    assert {job.id for job in mine}.isdisjoint(job.id for job in found)


def test_two_workers_do_each_job_once(live_db):
    for n in range(40):
        work("writes", key=str(n), day=n)

    def one():
        try:
            while Job.objects.filter(state="waiting").exists():
                try:
                    jobs.drain(now=at(NOON + MINUTE))
                except OperationalError:
                    continue  # SQLite had the other one writing; the loop is the retry
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Job.objects.filter(state="done", attempts=1).count() == 40
    assert CalendarDay.objects.count() == 40


def test_the_polling_worker_works_until_it_is_stopped(live_db, settings):
    settings.TIMETABLE = {"often": (timedelta(seconds=60), f"{__name__}.noted")}
    work("writes", day=1)
    worker = Worker(threads=2, now=at(NOON))
    thread = threading.Thread(target=worker.run)
    thread.start()
    done = threading.Event()
    for _ in range(200):
        if Job.objects.filter(state="done").count() == 2:
            break
        done.wait(0.05)
    worker.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert sorted(Job.objects.values_list("kind", "state")) == [(f"{__name__}.noted", "done"), (f"{__name__}.writes", "done")]
