"""Periodic work: each tick is a unique job row, so that any number of beats do it once; missed ticks are coalesced."""

from datetime import datetime, timedelta

from django.conf import settings

from backend.kernel import calendar, jobs


def slot(every: timedelta | str, at: datetime) -> datetime:
    """Return the start of the slot that `at` lies in: a multiple of `every`, or the last `HH:MM` in Asia/Shanghai."""
    if isinstance(every, str):
        hours, minutes = map(int, every.split(":"))
        today = calendar.start_of(calendar.local_day(at)) + timedelta(hours=hours, minutes=minutes)
        return today if today <= at else today - timedelta(days=1)
    seconds = int(every.total_seconds())
    return at - timedelta(seconds=at.timestamp() % seconds)


def tick(*, at: datetime) -> None:
    """Queue one job for the current slot of every entry of TIMETABLE; one that is queued already is left alone."""
    jobs.enqueue(
        jobs.Work(handler, f"tick:{name}:{int(slot(every, at).timestamp())}", {}, at)
        for name, (every, handler) in settings.TIMETABLE.items()
    )
