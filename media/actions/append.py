"""A piece of an upload is kept (存分片): its bytes first and durable, then the row that moves the offset."""

from datetime import datetime

from django.db import transaction

from backend.kernel import ids
from backend.kernel.problems import Unavailable
from media.actions import discard
from media.errors import OffsetMismatch
from media.models import Upload, UploadPart
from media.models.upload import LIFE, State
from media.storage import part_key, store
from media.storage.spool import Spool

# a smaller last part is written anew together with what follows it, so that crumbs never become many parts
SMALL = 64 * 1024
PIECE = 64 * 1024


def begin_spool(upload: Upload, spool: Spool) -> int:
    """Write the upload's last part into `spool` if it is a small one; return the byte of the upload the spool begins with.

    Raises: OSError when the disk is full, Unavailable if the store breaks off in the middle.
    """
    last = UploadPart.objects.filter(upload=upload).order_by("-start").first()
    if last is None or last.bytes >= SMALL or last.start + last.bytes != upload.offset:
        return upload.offset
    try:
        file = store().open(last.key)
    except (FileNotFoundError, Unavailable):
        # somebody wrote it anew together with more, or it cannot be had just now
        return upload.offset
    with file:
        while piece := file.read(PIECE):
            spool.write(piece)
    return last.start


def append(upload: Upload, *, spool: Spool, start: int, at: datetime) -> Upload:
    """Keep the spooled bytes, which begin at byte `start`, and return the upload as it then stands.

    Of several at once from the same offset one is kept and the others are refused whole: bytes are never mixed.
    Raises: OffsetMismatch; Unavailable, OSError of the store.
    """
    end = start + spool.bytes
    if end == upload.offset:
        return upload
    key = part_key(upload.id, start, ids.new())
    store().put(key, spool.path, sha256=spool.sha256, content_type="application/octet-stream")
    with transaction.atomic():
        moved = Upload.objects.filter(id=upload.id, state=State.OPEN, offset=upload.offset)
        won = bool(moved.update(offset=end, expires_at=at + LIFE))
        crumbs = UploadPart.objects.filter(upload=upload, start__gte=start) if won else UploadPart.objects.none()
        useless = list(crumbs.values_list("key", flat=True)) if won else [key]
        crumbs.delete()
        if won:
            UploadPart.objects.create(upload=upload, start=start, bytes=spool.bytes, key=key)
    discard.drop(useless)
    if not won:
        raise OffsetMismatch
    upload.offset, upload.expires_at = end, at + LIFE
    return upload
