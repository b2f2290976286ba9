"""Finding documents. To fetch is to authorise: an enterprise sees what was issued to it, and its own reports."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts import queries as accounts
from accounts.models import Duty as DutyRow
from accounts.models import Region
from accounts.policy.actor import Actor, Duty
from accounts.policy.places import Place
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import policies
from backend.kernel.calendar import local_day
from backend.kernel.models import Claim, LedgerEntry
from backend.kernel.problems import NotFound
from hazards.models import Hazard
from inspections.models import Document, DocumentPrint, DocumentService, VisitFinding
from inspections.policy import documents as rules
from inspections.policy.documents import PAPERS, DocumentKind, Numbers, Periods

numbers = policies.register("documents", Numbers)
FIRM = (Role.OWNER, Role.OFFICER, Role.AGENCY)
AUTHORITY_LEVELS = ("city", "province")
OWN = (DocumentKind.RECTIFICATION_REPORT,)


def visible_to(actor: Actor) -> QuerySet[Document]:
    """Return the documents this person may read: an official his regions', a firm its own, drafts of others excepted."""
    firms = [duty.enterprise_id for duty in actor.duties_as(FIRM) if duty.enterprise_id]
    scope = accounts.within(actor.duties_as(OFFICIALS)) & (Q(made_by=actor.id) | ~Q(kind__in=OWN, issued_at__isnull=True))
    if firms:
        told = Q(issued_at__isnull=False) | Q(kind__in=OWN)
        scope |= Q(enterprise_id__in=firms) & told
    return Document.objects.filter(scope)


def get(document_id: UUID, *, actor: Actor) -> Document:
    """Return one document that `actor` may read, with its enterprise. Raises: NotFound."""
    found = visible_to(actor).select_related("supersedes", "hazard").filter(id=document_id).first()
    if found is None:
        raise NotFound
    return found


def lock(document_id: UUID, *, actor: Actor) -> Document:
    """Return one document that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    rows = visible_to(actor).select_for_update(of=("self",)).select_related("hazard")
    found = rows.filter(id=document_id).first()
    if found is None:
        raise NotFound
    return found


def get_plain(document_id: UUID) -> Document:
    """Return one document for the system itself. Raises: NotFound."""
    found = Document.objects.select_related("supersedes").filter(id=document_id).first()
    if found is None:
        raise NotFound
    return found


def lock_plain(document_id: UUID) -> Document:
    """Return one document for the system itself, its row locked. Raises: NotFound."""
    found = Document.objects.select_for_update(of=("self",)).filter(id=document_id).first()
    if found is None:
        raise NotFound
    return found


def listed(filters: dict[str, Any], *, actor: Actor) -> QuerySet[Document]:
    """Return the documents of `GET /documents` in the caller's scope; None means no filter."""
    said = {name: value for name, value in filters.items() if value is not None}
    return visible_to(actor).select_related("supersedes").filter(**said)


def concerning(hazard: Hazard) -> Q:
    """Return the condition for documents of a hazard: its own, and those of the whole visit on which it was found."""
    visits = VisitFinding.objects.filter(hazard=hazard).values("inspection_id")
    return Q(hazard=hazard) | Q(hazard=None, inspection_id__in=visits)


def by_digest(digest: str, number: str) -> Document | None:
    """Return the document with this content and number, whoever asks: his token authorises."""
    return Document.objects.select_related("enterprise").filter(digest=digest, number=number).first()


def successor_of(document: Document) -> Document | None:
    """Return the issued document that took this one's place, or None."""
    return Document.objects.filter(supersedes=document, issued_at__isnull=False).first()


def duty_for(kind: DocumentKind, actor: Actor, *, place: Place, enterprise_id: UUID, hazard: Hazard | None) -> Duty | None:
    """Return the duty under which `actor` makes a document of this kind there, or None."""
    major = hazard.level == "major" if hazard else None
    for duty in actor.duties:
        there = duty.covers(place) if duty.role in OFFICIALS else duty.enterprise_id == enterprise_id
        if there and rules.reaches(kind, duty.role, major=major):
            return duty
    return None


def authority_of(duty: Duty, place: Place) -> Region:
    """Return the region in whose name a document is issued: the county's, or that of a city's or province's official.

    Raises: NotFound for a place without a county.
    """
    found = accounts.region(duty.region if duty.level in AUTHORITY_LEVELS else place.county)
    if found is None:
        raise NotFound
    return found


def name_of(authority: Region, *, at: datetime) -> str:
    """Return what the issuing authority is called."""
    return numbers(at).document.authorities.get(authority.code) or f"{authority.name}应急管理局"


def number_of(document: Document, *, year: int, serial: int, at: datetime) -> str:
    """Return the number in words, by the policy in force."""
    policy, region = numbers(at).document, accounts.region(document.authority)
    kind = DocumentKind(document.kind)
    bracket = policy.regions.get(document.authority) or (region.abbreviation or rules.bracket(region.name) if region else "")
    return rules.number(policy.number, region=bracket, word=policy.words.get(kind) or PAPERS[kind].word, year=year, serial=serial)


_NEXT = (
    "INSERT INTO inspections_documentseries (authority, kind, year, last) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (authority, kind, year) DO UPDATE SET last = inspections_documentseries.last + 1 RETURNING last"
)


def next_serial(document: Document, *, year: int) -> int:
    """Draw the next number of a series inside the caller's transaction; its row stays locked until that ends.

    A transaction that is rolled back, or whose process is killed, gives its number back: there is no gap.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [document.authority, document.kind, year])
        return int(cursor.fetchone()[0])


def services_of(ids: Iterable[UUID]) -> dict[UUID, list[DocumentService]]:
    """Return the proofs of service of each document, oldest first."""
    found: dict[UUID, list[DocumentService]] = {id: [] for id in ids}
    for row in DocumentService.objects.filter(document_id__in=list(found)).order_by("served_at", "id"):
        found[row.document_id].append(row)
    return found


def periods_of(document: Document, services: Iterable[DocumentService], *, at: datetime) -> Periods | None:
    """Return until when a served document may be contested, counted from the first service that counts; else None."""
    policy = numbers(document.issued_at or at).document
    days = [_day(row) for row in services if row.outcome in policy.counts]
    if not days or not PAPERS[DocumentKind(document.kind)].appeal:
        return None
    return rules.periods(min(days), review_days=policy.review_days, lawsuit_months=policy.lawsuit_months)


def _day(row: DocumentService) -> date:
    return local_day(row.served_at)


def officers(people: Iterable[UUID], *, place: Place, enterprise_id: UUID, at: datetime) -> list[dict[str, str]]:
    """Return those of these accounts who may sign as officers there at `at`: licensed, on duty, without interest; in order."""
    wanted = list(dict.fromkeys(people))
    on_duty = set(accounts.on_duty(role=Role.INSPECTOR, place=place, at=at))
    fit = accounts.without_interest([id for id in wanted if id in on_duty], enterprise_id=enterprise_id, at=at)
    codes = [code for code in place.columns().values() if code]
    rows = DutyRow.objects.in_force(at).filter(person_id__in=fit, role=Role.INSPECTOR, region_id__in=codes)
    licences = {row.person_id: row for row in rows.select_related("person").order_by("-since")}
    return [
        {"id": str(id), "person": str(row.person.identity), "name": row.person.name, "licence_no": row.licence_no}
        for id in fit
        if (row := licences.get(id)) and row.licence_no
    ]


def print_of(document: Document) -> DocumentPrint | None:
    """Return what is kept of the document's PDF, or None."""
    return DocumentPrint.objects.filter(document=document).first()


def acted(act_id: UUID) -> tuple[str, UUID]:
    """Return the kind of an act on a document, and the document. Raises: NotFound."""
    found = Claim.objects.filter(id=act_id).values_list("kind", "subject_id").first()
    if found is None:
        raise NotFound
    return found


def chain_of(document_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a document that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    audited = Document.objects.filter(accounts.within(actor.duties_as([Role.AUDITOR])))
    if not (visible_to(actor).filter(id=document_id).exists() or audited.filter(id=document_id).exists()):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=document_id)
