"""What is parked (暂存) while the object store is away: marked in the rows, moved when it is back, shown to operators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min

from backend.kernel import jobs
from backend.kernel.doctor import FAILURE, OK, WARNING, Finding
from backend.kernel.jobs import Work
from media.decode import SIZES
from media.models import Photo
from media.storage import original_key, rendition_key, store
from media.storage.store import Waiting

BATCH = 200
# a parking place is emptied by a worker that sees its disk: of several hosts every one is asked
ASK_EVERY = timedelta(minutes=10)
# one disk is one copy: what has waited for a day is an alarm and no longer a note
LATE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """Photos with parked bytes by place, and the oldest one's arrival (aware)."""

    place: UUID
    photos: int
    oldest: datetime


def note(*, photo_id: UUID, drawn: dict[str, Any]) -> None:
    """Mark a photo of which something is parked on this disk; nothing is marked where nothing is parked.

    `drawn` is what its row is going to say of its renditions; empty for what it says already.
    """
    photo = Photo.objects.filter(id=photo_id).first()
    if photo is None:
        return
    photo.drawn = drawn or photo.drawn
    if _is_parked(photo):
        Photo.objects.filter(id=photo_id).update(parked_in=store().place)


def is_elsewhere(*, photo_id: UUID) -> bool:
    """Return whether bytes of this photo wait on the disk of another host."""
    here = store().place
    return here is not None and Photo.objects.filter(id=photo_id, parked_in__isnull=False).exclude(parked_in=here).exists()


def is_out_of_reach(*, photo_id: UUID, key: str = "") -> bool:
    """Return whether this blob of the photo (its original without `key`) waits on another host's disk and nowhere else.

    Raises: Unavailable while the store, which may hold it by now, is away.
    """
    here = store().place
    if here is None:
        return False
    photo = Photo.objects.filter(id=photo_id, parked_in__isnull=False).exclude(parked_in=here).first()
    return photo is not None and store().size(key or original_key(photo.sha256)) is None


def give_up(*, place: UUID) -> list[UUID]:
    """Forget a disk that will not come back; return the photos whose original is lost with it, which stay marked.

    Raises: Unavailable.
    """
    lost, marked = [], Photo.objects.filter(parked_in=place)
    for photo in marked.order_by("id").iterator(BATCH):
        if store().size(original_key(photo.sha256)) == photo.bytes:
            marked.filter(id=photo.id).update(parked_in=None)
        else:
            lost.append(photo.id)
    return lost


def drain(*, now: Callable[[], datetime], within: timedelta) -> bool:
    """Move what is parked on this disk into the object store for at most `within`; return whether all of it is through.

    Raises: Unavailable while the store is (still) away; whatever has been moved by then is moved.
    """
    began = now()
    try:
        return store().drain(go_on=lambda: now() - began < within)
    finally:
        _unmark()


def _unmark() -> None:
    """Take the mark from photos of which nothing is parked here any longer."""
    place, last = store().place, None
    while place is not None:
        marked = Photo.objects.filter(parked_in=place).order_by("id")
        batch = list(marked.filter(id__gt=last)[:BATCH] if last else marked[:BATCH])
        if not batch:
            return
        last = batch[-1].id
        gone = [photo.id for photo in batch if not _is_parked(photo)]
        Photo.objects.filter(id__in=gone, parked_in=place).update(parked_in=None)


def _is_parked(photo: Photo) -> bool:
    drawn = str(photo.drawn.get("key", ""))
    keys = [original_key(photo.sha256), *(rendition_key(photo.id, name, drawn) for name in SIZES)]
    return any(store().is_parked(key) for key in keys)


def ask_others(*, handler: str, at: datetime) -> None:
    """Queue a round of `handler` for every other disk that holds parked bytes: whichever worker sees it takes it up."""
    slot = int(at.timestamp() // ASK_EVERY.total_seconds())
    others = [there.place for there in standing() if there.place != store().place]
    jobs.enqueue(Work(handler, f"drain:{place}:{slot}", {"place": str(place)}, at) for place in others)


def findings(at: datetime) -> list[Finding]:
    """Return for `doctor` how the object store does, and what waits for it on this disk and on others."""
    place = store().place
    if place is None:
        return []
    waiting, others = store().waiting(), [there for there in standing() if there.place != place]
    return [_bucket(waiting), _parked(waiting, others, at)]


def _bucket(waiting: Waiting) -> Finding:
    if not waiting.complaint:
        return Finding("bucket", OK, "可读 / answers")
    mend = "manage.py prepare_storage;检查 STORAGE_URL 的密钥与权限 / check the key and its rights"
    return Finding("bucket", FAILURE, f"对象存储不可用 / the object store refuses: {waiting.complaint}", mend)


def _parked(waiting: Waiting, others: list[Standing], at: datetime) -> Finding:
    lines = [f"本机暂存 / parked here: {waiting.blobs} ({waiting.bytes / 1024**2:.1f} MiB)"] if waiting.blobs else []
    lines += [f"暂存区 / on disk {there.place}: {there.photos} 张照片 / photos" for there in others]
    if waiting.damaged:
        lines.append(f"损坏 / damaged by the disk: {waiting.damaged}")
    oldest = min([there.oldest for there in others] + ([waiting.oldest] if waiting.oldest else []), default=None)
    if not lines or oldest is None:
        mend = f"从手机或备份取回 / fetch them from phones or backups, see {settings.VAR_DIR}/parked/damaged"
        return Finding("parked photos", FAILURE, lines[0], mend) if lines else Finding("parked photos", OK, "无 / none")
    late = waiting.damaged or at - oldest > LATE
    mend = "对象存储恢复后自动搬回;此前不得清空 VAR_DIR/parked / they move by themselves; keep VAR_DIR/parked until then"
    lines.append(f"最早 / oldest {oldest:%Y-%m-%d %H:%M} UTC")
    return Finding("parked photos", FAILURE if late else WARNING, "; ".join(lines), mend)


def standing() -> list[Standing]:
    """Return where bytes are parked, on every host, the oldest first."""
    rows = Photo.objects.filter(parked_in__isnull=False).values("parked_in").annotate(n=Count("id"), oldest=Min("received_at"))
    found = [Standing(row["parked_in"], row["n"], row["oldest"]) for row in rows if row["parked_in"]]
    return sorted(found, key=lambda there: there.oldest)
