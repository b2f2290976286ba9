"""Printing (成文): an issued document's PDF is made once, after its issue, and kept by its digest; anything else on demand."""

import base64
import hashlib
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from PIL import Image

from backend.kernel import ledger
from backend.kernel.calendar import local_day
from inspections.documents import pages, printing
from inspections.documents.pages import Sheet, Signed
from inspections.errors import Unprinted
from inspections.models import Document, DocumentPrint
from inspections.policy.documents import STATUS_LABELS, DocumentKind, DocumentStatus, Signer
from inspections.queries import documents as queries
from inspections.queries import signatures
from inspections.queries.signatures import Signature
from media.decode import SIZES
from media.models import Photo
from media.policy.uses import Slot
from media.storage import rendition_key, store

FOLDER = "documents/"
MIDDLE, LARGE = SIZES["middle"], SIZES["large"]


def key_of(sha256: str) -> str:
    """Return where the PDF of this digest (hex) is kept."""
    return f"{FOLDER}{sha256[:2]}/{sha256}.pdf"


def sheet_of(document: Document, *, at: datetime) -> Sheet:
    """Return what the page of a document shows: of a void or superseded one also that it is."""
    policy = queries.numbers(document.issued_at or at).document
    stamped = document.status in (DocumentStatus.VOID, DocumentStatus.SUPERSEDED)
    return Sheet(
        kind=DocumentKind(document.kind), content=document.content, digest=document.digest, authority=document.authority_name,
        number=document.number, issued_on=local_day(document.issued_at) if document.issued_at else None, token=document.token,
        stamp=STATUS_LABELS[DocumentStatus(document.status)][1:] if stamped else "",
        supersedes=document.supersedes.number if document.supersedes else "", review_days=policy.review_days,
        lawsuit_months=policy.lawsuit_months, signatures=tuple(_hands(document)),
    )  # fmt: skip


def _hands(document: Document) -> Iterator[Signed]:
    """Yield the signatures of a page; under an issued document each has its picture, or the page is not made just now.

    Raises: Unprinted when a picture cannot be read just now, Unavailable of the store.
    """
    for one in signatures.of(document):
        row = one.row
        if one.is_void:
            continue
        yield Signed(
            Signer(row.signer), row.name, person=str(row.person) if row.person else "", refused=row.refused, absent=row.absent,
            reason=row.reason, witness=row.witness, picture=_drawn(one, must=document.issued_at is not None),
        )  # fmt: skip


def _drawn(one: Signature, *, must: bool) -> str:
    if one.slot is None or not one.is_drawn:
        return ""
    try:
        return _picture(one.slot)
    except FileNotFoundError as error:
        if must:
            raise Unprinted(detail="签名图像暂时读不到", detail_en="The picture of a signature cannot be read") from error
        return ""


def _picture(slot: Slot) -> str:
    """Return the drawn signature as a data: address, without the strip below it. Raises: FileNotFoundError."""
    photo = Photo.objects.get(id=slot.photo_id)
    with store().open(rendition_key(photo.id, "middle" if slot.drawn else "large", slot.drawn)) as file:
        whole = Image.open(io.BytesIO(file.read()))
    scale = min(1.0, (MIDDLE if slot.drawn else LARGE) / max(photo.width, photo.height))
    width, height = round(photo.width * scale), round(photo.height * scale)
    left, out = max(0, (whole.width - width) // 2), io.BytesIO()
    whole.crop((left, 0, left + width, min(height, whole.height))).save(out, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"


def page_of(document: Document, *, at: datetime) -> str:
    """Return the document as a page for a browser."""
    return pages.page(sheet_of(document, at=at), with_style=True)


def opened(document: Document, *, at: datetime) -> BinaryIO:
    """Return the PDF of a document: the one that was kept if it is in force, else one made now.

    Raises: NotPrintable, PressBusy, Unprinted, Unavailable, OSError.
    """
    if document.status != DocumentStatus.ISSUED:
        return io.BytesIO(printing.printed(pages.page(sheet_of(document, at=at))))
    row = DocumentPrint.objects.filter(document=document).first() or print_issued(document.id, at=at)
    try:
        return store().open(key_of(row.sha256))
    except FileNotFoundError as error:  # parked on another host while the object store was away, or lost
        raise Unprinted(
            detail="已存的 PDF 暂时读不到,请稍后再取", detail_en="The PDF that was kept cannot be read now"
        ) from error


def print_issued(document_id: UUID, *, at: datetime) -> DocumentPrint:
    """Print an issued document and keep it; whoever comes second keeps what the first made. Raises: as `opened`."""
    document = queries.get_plain(document_id)
    made = printing.printed(pages.page(sheet_of(document, at=at)))
    sha256 = hashlib.sha256(made).hexdigest()
    _put(made, sha256)
    with transaction.atomic():
        document = queries.lock_plain(document_id)
        row, fresh = DocumentPrint.objects.get_or_create(
            document=document, defaults={"sha256": sha256, "bytes": len(made), "printed_at": at}
        )
        if fresh:
            step = {"facts": {"pdf": sha256, "bytes": len(made)}}
            document.advance("printed", signer=ledger.SYSTEM, at=at, step=step)
    return row


def _put(made: bytes, sha256: str) -> None:
    folder = store().spool
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="doc-", delete=False) as file:
        path = Path(file.name)
        try:
            file.write(made)
            file.flush()
            store().put(key_of(sha256), path, sha256=sha256, content_type="application/pdf")
        finally:
            path.unlink(missing_ok=True)
