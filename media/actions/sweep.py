"""What uploads that never ended left behind (清理), and the alarm for rows whose bytes are gone."""

import shutil
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from media.models import Incoming, Photo
from media.storage import original_key, store

SPOOL_LIFE = timedelta(hours=1)
ORPHAN_LIFE = timedelta(days=7)
BATCH, MOST_INCOMING = 500, 100_000


def clear_spool(*, at: datetime) -> int:
    """Remove temp files older than an hour: no request and no decoder lives that long; return how many."""
    folder, removed = store().spool, 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) > at - SPOOL_LIFE:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    return removed


def clear_orphans(*, at: datetime) -> int:
    """Remove originals older than seven days that no photo stands for; return how many."""
    before, old, removed = at - ORPHAN_LIFE, [], 0
    for blob in store().keys("originals/"):
        if blob.at < before:
            old.append(blob.key)
        if len(old) == BATCH:
            removed, old = removed + _clear(old, before), []
    return removed + _clear(old, before)


def _clear(keys: list[str], before: datetime) -> int:
    digests = {key.rpartition("/")[2]: key for key in keys}
    known = set(Photo.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    return sum(store().delete(key, before=before) for digest, key in digests.items() if digest not in known)


def clear_incoming(*, at: datetime) -> int:
    """Remove direct uploads that nobody completed for seven days, with their announcements; return how many objects."""
    before = at - ORPHAN_LIFE
    Incoming.objects.filter(expires_at__lt=before).delete()
    old = [blob.key for blob in islice(store().keys("incoming/"), MOST_INCOMING) if blob.at < before]
    return sum(store().delete(key, before=before) for key in old)


def without_file(*, most: int = 1000) -> list[UUID]:
    """Return those of the latest `most` photos whose original is not in the store, for doctor and alarms."""
    rows = Photo.objects.order_by("-received_at").values_list("id", "sha256", "bytes")[:most]
    return [id for id, sha256, bytes in rows if store().size(original_key(sha256)) != bytes]
