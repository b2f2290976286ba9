"""The job table is the queue: rows of the writing transaction, claimed by lease, fenced by attempt, retried with jitter.

Celery (production) and the in-process worker (embedded) are two ways to call `run`; a hint that is lost costs one sweep.
A handler is a dotted name in a room's tasks.py, called as `handler(at=…, job_id=…, **payload)`:
- by default it runs in one transaction with its own `done`, so that a database effect happens exactly once;
- one marked by `@external` runs outside of it (it talks to the world) and must tell the world its job id.
"""

import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from backend.kernel import ids
from backend.kernel.models.job import Job, State

log = logging.getLogger("bihuan.jobs")
LEASE, RENEW = timedelta(seconds=45), timedelta(seconds=15)
TRIES = 8
Handler = TypeVar("Handler", bound=Callable[..., None])


class Later(Exception):
    """Raised by a handler that asks to be run again at `at`, without counting the try as a failure."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class Fatal(Exception):
    """A job that would go round for ever: each who takes it up dies of it."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job to be queued: a dotted handler name, a key that makes it single, what it is handed, and from when on."""

    kind: str
    dedupe_key: str
    payload: dict[str, Any]
    run_at: datetime


def external(handler: Handler) -> Handler:
    """Mark a handler whose effect lies outside the database: it runs before, not inside, the closing transaction."""
    handler.__dict__["external"] = True
    return handler


@lru_cache(maxsize=256)
def listeners(kind: str) -> tuple[str, ...]:
    """Return the handlers that listen to ledger entries of `kind`, from LISTENERS (patterns like `hazard.*`)."""
    found: list[str] = []
    for pattern, names in settings.LISTENERS.items():
        found += [name for name in names if fnmatchcase(kind, pattern) and name not in found]
    return tuple(found)


def enqueue_listeners(*kinds: str, entry_id: UUID, at: datetime) -> None:
    """Queue one job per listener of a ledger entry of any of `kinds`, in one statement of the caller's transaction."""
    enqueue(of_listeners(*kinds, entry_id=entry_id, at=at))


def of_listeners(*kinds: str, entry_id: UUID, at: datetime) -> list[Work]:
    """Return the jobs that a ledger entry of any of `kinds` brings, one per listener."""
    names = dict.fromkeys(name for kind in kinds for name in listeners(kind))
    return [Work(name, f"{name}:{entry_id}", {"entry_id": str(entry_id)}, at) for name in names]


def enqueue(work: Iterable[Work]) -> None:
    """Insert jobs in one statement; one whose dedupe key is known already is left as it is."""
    rows = [
        Job(id=ids.new(), kind=w.kind, dedupe_key=w.dedupe_key, payload=w.payload, run_at=w.run_at, created_at=w.run_at)
        for w in work
    ]
    if rows:
        Job.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(hurry, robust=True)


def hurry() -> None:
    """Tell the production executor that there is work; without a broker the polling worker finds it by itself."""
    for name in settings.JOB_HINTS:
        module, _, attribute = name.rpartition(".")
        getattr(import_module(module), attribute)()


def claim(at: datetime, *, most: int = 10) -> list[Job]:
    """Take up to `most` due jobs under a lease, raising their attempt number; nobody else gets them meanwhile."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    due = Job.objects.filter(free, state=State.WAITING, run_at__lte=at).order_by("run_at")
    if not due.exists():  # spares SQLite its one write lock on every idle poll
        return []
    with transaction.atomic():
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
        taken = list(due[:most])
        Job.objects.filter(id__in=[job.id for job in taken]).update(lease_until=at + LEASE, attempts=F("attempts") + 1)
    for job in taken:
        job.attempts += 1
    return taken


def renew(held: Iterable[Job], at: datetime) -> None:
    """Lengthen the leases of jobs that are still being worked on; one that somebody took over stays theirs."""
    for job in held:
        _mine(job).update(lease_until=at + LEASE)


def release(held: Iterable[Job]) -> None:
    """Give claimed jobs that were not begun back to whoever comes first."""
    for job in held:
        _mine(job).update(lease_until=None, attempts=F("attempts") - 1)


def run(job: Job, *, now: Callable[[], datetime]) -> bool:
    """Run one claimed job to its end and return whether it is done; a failure is written down and retried later.

    `now` is the clock of the edge that calls; durations and retries are measured with it.
    """
    try:
        if job.attempts > TRIES:
            raise Fatal(f"taken up {TRIES} times and never ended: whoever ran it was killed each time")
        handler = _handler(job.kind)
        if handler.__dict__.get("external"):
            handler(at=now(), job_id=job.id, **job.payload)
            return _finish(job, now())
        with transaction.atomic():
            # `done` first: a worker that lost its lease must not repeat the effect of the one that took over
            if not _finish(job, now()):
                return False
            handler(at=now(), job_id=job.id, **job.payload)
        return True
    except Later as later:
        _mine(job).update(run_at=later.at, lease_until=None, attempts=F("attempts") - 1)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is written to its job and tried again
        _failed(job, error, now())
    return False


def _mine(job: Job) -> Any:
    return Job.objects.filter(id=job.id, attempts=job.attempts, state=State.WAITING)


def _finish(job: Job, at: datetime) -> bool:
    return bool(_mine(job).update(state=State.DONE, finished_at=at, lease_until=None, error=""))


def _failed(job: Job, error: Exception, at: datetime) -> None:
    last = job.attempts >= TRIES
    log.error("job failed", extra={"job": str(job.id), "kind": job.kind, "attempt": job.attempts, "dead": last}, exc_info=error)
    pause = timedelta(seconds=random.uniform(0, min(3600, 5 * 2**job.attempts)))  # noqa: S311 - jitter, not a secret
    state = State.DEAD if last else State.WAITING
    # a connection that the database dropped would fail this and every further job of the batch
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        _mine(job).update(state=state, run_at=at + pause, lease_until=None, error=f"{type(error).__name__}: {error}"[:2000])
    except DatabaseError:
        log.warning("the lease will bring the job back", extra={"job": str(job.id)})


@lru_cache(maxsize=256)
def _handler(kind: str) -> Callable[..., None]:
    module, _, name = kind.rpartition(".")
    handler: Callable[..., None] = getattr(import_module(module), name)
    return handler


def drain(*, now: Callable[[], datetime], most: int = 1000, within: timedelta = timedelta.max) -> int:
    """Run due jobs until none is left, `most` have been tried or `within` is over; return how many were done.

    Jobs that were claimed but not begun by then are given back, so that no time limit of an executor cuts one short.
    """
    began, done, tried = now(), 0, 0
    while tried < most and now() - began < within and (batch := claim(now())):
        leased = now()
        for n, job in enumerate(batch):
            if now() - began >= within:
                release(batch[n:])
                return done
            if now() - leased >= RENEW:
                renew(batch[n:], leased := now())
            done += run(job, now=now)
            tried += 1
    return done


def queued_at(job_id: UUID) -> datetime:
    """Return the instant from which a job was meant to run first."""
    return Job.objects.values_list("created_at", flat=True).get(id=job_id)


def forget_payload(job_id: UUID) -> None:
    """Blank what a job was handed, once the world has it: a login code must not outlive its sending."""
    Job.objects.filter(id=job_id).update(payload={})


def requeue_dead(*, kind: str | None = None, at: datetime) -> int:
    """Give dead jobs (of one kind, or all) their tries back; return how many. For operators."""
    dead = Job.objects.filter(state=State.DEAD, **({"kind": kind} if kind else {}))
    return dead.update(state=State.WAITING, attempts=0, run_at=at, lease_until=None)
