"""The Celery tasks that exist: run what is due, tick the timetable, keep the order of the ledger."""

from datetime import timedelta

from celery import shared_task

from backend.kernel import clock, jobs, sequencer, timetable

# a decoder may take 25 s, and at 60 s Celery kills the process with the job in its hands; the next sweep goes on
PATIENCE = timedelta(seconds=20)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def run_due(**_: object) -> None:
    """Run due jobs until none is left, or for a while."""
    jobs.drain(now=clock.now, within=PATIENCE)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def tick(**_: object) -> None:
    """Queue the periodic work whose time has come, then run what is due."""
    timetable.tick(at=clock.now())
    jobs.drain(now=clock.now, within=PATIENCE)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def sequence(**_: object) -> None:
    """Give ledger entries that wait their place in the order of all."""
    sequencer.keep_up()
