"""A dossier (案卷): everything of one hazard, as one PDF, or with originals, digests and proofs as a ZIP.

A reader finds in it what he may read elsewhere, and nothing else; each original in it is a look at an original, so an entry.
"""

import base64
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import orjson
from django.conf import settings

from accounts.policy.actor import Actor
from accounts.policy.roles import LABELS, Role
from backend.kernel.models import Claim, LedgerEntry
from backend.kernel.problems import NotFound
from hazards import queries as hazards
from hazards.models import Hazard
from hazards.policy.words import LEVEL_LABELS, PAST, SOURCE_LABELS, VERB_LABELS, Level, Source, Verb
from inspections.actions import print_
from inspections.documents import dossiers, pages, printing
from inspections.documents.dossiers import Case, Link, Paper, Picture, Step
from inspections.errors import NotPrintable
from inspections.models import Document, DocumentPrint
from inspections.policy.documents import PAPERS, STATUS_LABELS, DocumentKind, DocumentStatus
from inspections.queries import documents as queries
from media import queries as media
from media.actions import view
from media.models import Photo
from media.storage import original_key, rendition_key, store

MOST_SHOWN, MOST_BYTES, MOST_PAPERS = 60, 400 * 1024 * 1024, 50
PHOTO_LABELS = {
    "report": "上报", "rectification": "整改", "verification": "核查", "reinspection": "复查", "countersignature": "会签",
    "look_back": "回头看", "acceptance": "内部验收", "draw": "抽查", "plan": "治理方案",
}  # fmt: skip
ENTRIES = {"hazard.reported": "上报"} | {f"hazard.{PAST[verb]}": label for verb, label in VERB_LABELS.items()}
README = """隐患闭环案卷 / dossier of one hazard

ledger.json    台账原文:每条 body 的 SHA-256 即 hash,body 内的 prev 为上一条的 hash
receipts.json  回执:对其余五项的规范 JSON(RFC 8785)的 Ed25519 签名
keys.json      公钥,与 /api/v1/keys 相同
documents/     已印发文书的 PDF    photos/  照片原件(摘要即文件内容的 SHA-256)
SHA256SUMS     本包各文件的摘要(sha256sum -c SHA256SUMS)
"""


@dataclass(frozen=True, slots=True)
class Material:
    """What a dossier is made of: the hazard as its reader is shown it, and the rows he may see."""

    hazard: Hazard
    shown: dict[str, Any]
    photos: list[tuple[Photo, str]]
    papers: list[tuple[Document, DocumentPrint | None]]
    entries: list[LedgerEntry]


def gather(hazard: Hazard, shown: dict[str, Any], *, actor: Actor) -> Material:
    """Return what `actor` may know of a hazard that he is shown as `shown`."""
    named = {row["id"]: row["label"] for row in shown["photos"]}
    found = {photo.id: photo for photo in media.visible_to(actor).filter(id__in=list(named), status="ready")}
    issued = queries.visible_to(actor).filter(queries.concerning(hazard), issued_at__isnull=False).select_related("supersedes")
    rows = list(issued.order_by("issued_at", "id")[:MOST_PAPERS])
    prints = {row.document_id: row for row in DocumentPrint.objects.filter(document__in=rows)}
    entries = list(hazards.chain_of(hazard.id, actor=actor).order_by("seq"))
    photos = [(found[id], PHOTO_LABELS.get(label, label)) for id, label in named.items() if id in found]
    return Material(hazard, shown, photos, [(row, prints.get(row.id)) for row in rows], entries)


def case_of(material: Material, *, actor: Actor, at: datetime) -> Case:
    """Return the dossier's page in words and pictures."""
    pictures = tuple(_pictures(material.photos[:MOST_SHOWN]))
    return Case(
        title=str(material.hazard.id), rows=tuple(_cover(material)), steps=tuple(_steps(material)), pictures=pictures,
        address=f"{settings.PUBLIC_URL}/api/v1/hazards/{material.hazard.id}", papers=tuple(map(_paper, material.papers)),
        chain=tuple(Link(e.seq, ENTRIES.get(e.kind, e.kind), e.at, e.hash) for e in material.entries), made_at=at,
        made_for=actor.name, left_out=len(material.photos) - len(pictures),
    )  # fmt: skip


def pdf(case: Case) -> bytes:
    """Return the dossier as PDF. Raises: as printing.printed."""
    return printing.printed(dossiers.page(case))


def _cover(material: Material) -> Iterator[tuple[str, str]]:
    hazard, shown = material.hazard, material.shown
    yield "企　业", shown["enterprise_name"]
    yield "级　别", LEVEL_LABELS[Level(hazard.level)]
    yield "状　态", shown["status_label"]
    yield "来　源", SOURCE_LABELS[Source(hazard.source)]
    yield "类　别", shown["category_name"]
    yield "地　点", hazard.location_name
    yield "描　述", hazard.description
    for label, moment in (("上　报", hazard.received_at), ("核　查", hazard.confirmed_at), ("期　限", hazard.due_at)):
        yield label, pages.moment(moment)
    yield "销　号", pages.moment(hazard.closed_at)


def _steps(material: Material) -> Iterator[Step]:
    hazard, shown = material.hazard, material.shown
    reported = len([row for row in shown["photos"] if row["act_id"] == hazard.id])
    role = LABELS[Role(hazard.reporter_role)]
    yield Step("上报", hazard.received_at, role, "", (), reported)
    known = {row["id"] for row in shown["acts"]}
    for act in hazards.acts_of(hazard.id):
        if act.id in known:
            who = f"{act.actor_name}（{LABELS[Role(act.role)]}）" if act.actor_name else "系统"
            yield Step(VERB_LABELS[Verb(act.verb)], act.at, who, act.note, dossiers.said(act.said), len(act.photo_ids))


def _pictures(photos: Iterable[tuple[Photo, str]]) -> Iterator[Picture]:
    for photo, label in photos:
        name = photo.drawn.get("key", "")
        try:
            with store().open(rendition_key(photo.id, "middle" if name else "large", name)) as file:
                image = base64.b64encode(file.read()).decode()
        except FileNotFoundError:
            continue
        yield Picture(f"data:image/jpeg;base64,{image}", label, photo.sha256, photo.received_at)


def _paper(pair: tuple[Document, DocumentPrint | None]) -> Paper:
    row, kept = pair
    return Paper(
        PAPERS[DocumentKind(row.kind)].title, row.number, STATUS_LABELS[DocumentStatus(row.status)], row.issued_at, row.digest,
        kept.sha256 if kept else "",
    )  # fmt: skip


class _Bundle:
    """A ZIP that keeps the digest of each of its files."""

    def __init__(self, into: IO[bytes], at: datetime) -> None:
        self.zip, self.sums = zipfile.ZipFile(into, "w"), list[str]()
        self.at = (at.year, at.month, at.day, at.hour, at.minute, at.second)

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> None:
        """Write one file piece by piece."""
        told = zipfile.ZipInfo(name, self.at)
        told.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        digest = hashlib.sha256()
        with self.zip.open(told, "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
        self.sums.append(f"{digest.hexdigest()}  {name}\n")

    def close(self) -> None:
        """Write the digests and end."""
        self.zip.writestr(zipfile.ZipInfo("SHA256SUMS", self.at), "".join(self.sums))
        self.zip.close()


def bundle(material: Material, into: IO[bytes], *, keys: object, actor: Actor, at: datetime) -> None:
    """Write the dossier with originals, digests and proofs as a ZIP. Raises: OSError; as printing.printed but NotPrintable."""
    made = _Bundle(into, at)
    case = case_of(material, actor=actor, at=at)
    try:
        made.add("dossier.pdf", [pdf(case)])
    except NotPrintable:
        made.add("dossier.html", [dossiers.page(case, with_style=True).encode()], packed=True)
    made.add("README.txt", [README.encode()], packed=True)
    made.add("keys.json", [orjson.dumps(keys)], packed=True)
    made.add("receipts.json", [orjson.dumps(_receipts(material))], packed=True)
    made.add("ledger.json", [orjson.dumps([_entry(entry) for entry in material.entries])], packed=True)
    if missing := [*_documents(made, material), *_originals(made, material, actor=actor, at=at)]:
        made.add("LEFT_OUT.txt", [line.encode() for line in missing])
    made.close()


def _documents(made: _Bundle, material: Material) -> Iterator[str]:
    """Add the PDFs that were kept, and yield a line for each that cannot be read now."""
    for n, (document, kept) in enumerate(material.papers, 1):
        if kept is None:
            continue
        try:
            with store().open(print_.key_of(kept.sha256)) as file:
                made.add(f"documents/{n:02d}-{document.kind}.pdf", _pieces(file))
        except FileNotFoundError:
            yield f"{document.id} {kept.sha256}\n"


def _originals(made: _Bundle, material: Material, *, actor: Actor, at: datetime) -> Iterator[str]:
    """Add the originals, and yield a line for each that is too much, or cannot be read now."""
    left = MOST_BYTES
    role = actor.duties[0].role.value if actor.duties else ""
    for n, (photo, _) in enumerate(material.photos, 1):
        left -= photo.bytes
        try:
            if left < 0:
                raise FileNotFoundError
            with store().open(original_key(photo.sha256)) as file:
                view.view_original(photo_id=photo.id, viewer_id=actor.id, role=role, at=at)
                made.add(f"photos/{n:02d}-{photo.id}.{photo.format}", _pieces(file))
        except (FileNotFoundError, NotFound):
            yield f"{photo.id} {photo.sha256}\n"


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(1024 * 1024):
        yield piece


def _receipts(material: Material) -> list[Any]:
    named: list[UUID] = [material.hazard.id, *[row["id"] for row in material.shown["acts"]]]
    named += [photo.id for photo, _ in material.photos] + [row.id for row, _ in material.papers]
    return list(Claim.objects.filter(id__in=named).order_by("created_at", "id").values_list("receipt", flat=True))


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {"seq": entry.seq, "kind": entry.kind, "hash": entry.hash, "prev": entry.prev, "body": entry.body}
