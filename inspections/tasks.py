"""What runs for inspections by itself."""

import logging
from datetime import datetime
from uuid import UUID

from backend.kernel import jobs, ledger
from backend.kernel.models import LedgerEntry
from inspections import notices
from inspections.actions import print_
from inspections.errors import NotPrintable
from notifications.actions import publish

log = logging.getLogger("bihuan.inspections")


@jobs.external
def print_document(*, at: datetime, entry_id: str, **_: object) -> None:
    """Print a document that was issued; where nothing can be printed it is made when somebody asks elsewhere."""
    try:
        print_.print_issued(ledger.subject_of(UUID(entry_id)), at=at)
    except NotPrintable:
        log.warning("a document was not printed: Pango is missing", extra={"entry": entry_id})


def tell_of_document(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell the enterprise of a document that was issued to it."""
    publish.publish(notices.of_document(LedgerEntry.objects.get(id=entry_id), at=at), at=at)
