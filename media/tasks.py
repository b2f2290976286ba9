"""What happens to photos after they were received, and the periodic work about them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from uuid import UUID

from backend.kernel import clock, jobs, ledger
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import Unavailable
from media.actions import discard, lapse, park, sweep
from media.actions import judge as verdict
from media.actions import redraw as draw
from media.actions.finish import finish_whole
from media.actions.render import render
from media.actions.settle import settle as decide
from media.storage import store

AWAY, ELSEWHERE = timedelta(seconds=15), timedelta(seconds=5)
# below the 20 s after which an executor puts its jobs down; a long outage is made good in many rounds
ROUND, OTHERS_TRY = timedelta(seconds=15), timedelta(minutes=10)


@jobs.external
def settle(*, at: datetime, job_id: UUID, entry_id: str, **_: object) -> None:
    """Decode the photo of a `photo.received` entry, then say ready or refused. Safe to run twice."""
    photo_id = ledger.subject_of(UUID(entry_id))
    with _patient(photo_id, at):
        decoded = render(photo_id=photo_id)
    park.note(photo_id=photo_id, drawn=decoded.drawn if decoded else {})
    if decoded:
        decide(photo_id=photo_id, decoded=decoded, at=clock.now())


@contextmanager
def _patient(photo_id: UUID, at: datetime) -> Iterator[None]:
    """Wait for bytes that cannot be read here just now, however long: an outage is no failure of the job."""
    try:
        with _away(at):
            yield
    except FileNotFoundError as error:
        if not park.is_elsewhere(photo_id=photo_id):
            raise
        raise jobs.Later(at + ELSEWHERE) from error


@contextmanager
def _away(at: datetime) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        raise jobs.Later(at + AWAY) from error


def caption(*, at: datetime, job_id: UUID, entry_id: str, **_: object) -> None:
    """Queue the redrawing of the photos that an entry names, each in a job of its own."""
    named = ledger.read(LedgerEntry.objects.get(id=entry_id))["media"]
    draw.queue([UUID(photo["id"]) for photo in named], cause=UUID(entry_id), at=at)


@jobs.external
def redraw(*, at: datetime, job_id: UUID, photo_id: str, **_: object) -> None:
    """Make the renditions of a photo anew if it is used for something since they were drawn."""
    with _patient(UUID(photo_id), at):
        draw.redraw(photo_id=UUID(photo_id), at=clock.now())


@jobs.external
def drop_drawing(*, at: datetime, job_id: UUID, photo_id: str, key: str, **_: object) -> None:
    """Remove renditions that were replaced."""
    with _away(at):
        draw.drop(photo_id=UUID(photo_id), key=key, at=clock.now())


@jobs.external
def judge(*, at: datetime, job_id: UUID, entry_id: str, **_: object) -> None:
    """Pass the verdict on the photo of a `photo.ready` entry. Safe to run twice."""
    verdict.judge(photo_id=ledger.subject_of(UUID(entry_id)), at=at)


@jobs.external
def judge_named(*, at: datetime, job_id: UUID, entry_id: str, **_: object) -> None:
    """Judge the photos that an act of this entry named: some facts are known only in the use."""
    verdict.judge_named(photo_ids=ledger.photos_of(UUID(entry_id)), at=at)


@jobs.external
def judge_again(*, at: datetime, job_id: UUID, photo_id: str, **_: object) -> None:
    """Judge a photo again that another turned out to have come before."""
    verdict.judge(photo_id=UUID(photo_id), at=at)


@jobs.external
def lapse_slots(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Let slots lapse that stayed empty; in transactions of its own, a batch each."""
    lapse.lapse_due(at=at)


@jobs.external
def clear_spool(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Remove temp files of uploads that never ended."""
    sweep.clear_spool(at=at)


@jobs.external
def clear_orphans(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Remove stored bytes that no photo stands for, and pieces that no upload knows."""
    with _away(at):
        sweep.clear_orphans(at=at)
        discard.clear_orphans(at=at)


@jobs.external
def clear_incoming(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Remove direct uploads that nobody completed."""
    with _away(at):
        sweep.clear_incoming(at=at)


@jobs.external
def drain_parked(*, at: datetime, job_id: UUID, place: str = "", **_: object) -> None:
    """Move what is parked on this disk into the object store; a round for another disk is left to a worker that sees it."""
    if place and place != str(store().place):
        if at - jobs.queued_at(job_id) < OTHERS_TRY:
            raise jobs.Later(at + ELSEWHERE)
        return
    if not place:
        park.ask_others(handler="media.tasks.drain_parked", at=at)
    with suppress(Unavailable):  # the next tick asks again
        if not park.drain(now=clock.now, within=ROUND):
            raise jobs.Later(at)


@jobs.external
def tend_uploads(*, at: datetime, job_id: UUID, **_: object) -> None:
    """Make photos of whole uploads that a crash or a limit left standing, and forget those whose time is over."""
    finish_whole(at=at)
    discard.discard_overtaken()
    discard.discard_expired(at=at)
