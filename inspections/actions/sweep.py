"""PDFs that were made and belong to no document (清理): printed by a process that was killed, or that came second."""

from datetime import datetime, timedelta

from inspections.actions.print_ import FOLDER
from inspections.models import DocumentPrint
from media.storage import store

ORPHAN_LIFE = timedelta(days=7)
BATCH = 500


def clear_orphans(*, at: datetime) -> int:
    """Remove PDFs older than seven days that no print stands for; return how many. Raises: Unavailable of the store."""
    before, old, removed = at - ORPHAN_LIFE, [], 0
    for blob in store().keys(FOLDER):
        if blob.at < before:
            old.append(blob.key)
        if len(old) == BATCH:
            removed, old = removed + _clear(old, before), []
    return removed + _clear(old, before)


def _clear(keys: list[str], before: datetime) -> int:
    digests = {key.rpartition("/")[2].removesuffix(".pdf"): key for key in keys}
    known = set(DocumentPrint.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    return sum(store().delete(key, before=before) for digest, key in digests.items() if digest not in known)
