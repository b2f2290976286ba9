from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.models import Placed
from accounts.policy.places import LEVELS
from backend.kernel import ledger
from enterprises.models import Enterprise
from hazards.models import Hazard
from inspections.policy.documents import HOW_LABELS, OUTCOME_LABELS, PAPERS, STATUS_LABELS, DocumentKind, DocumentStatus

STAGES = (
    Q(status="draft", serial=None, number="") | Q(status="void", serial=None) | Q(serial__isnull=False, issued_at__isnull=False)
)


class Document(Placed):
    """文书: an official document. What it says (`content`, its SHA-256 is `digest`) never changes, a draft is replaced.

    Issuing gives it a number, drawn from its series in the same transaction, and a signed token for its QR; the database
    refuses any later change but of its status (migration). `version` and `ledger_head` are those of its last ledger entry.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=24, choices=[(kind.value, paper.title) for kind, paper in PAPERS.items()])
    status = models.CharField(max_length=12, choices=list(STATUS_LABELS.items()), default=DocumentStatus.DRAFT)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    hazard = models.ForeignKey(Hazard, null=True, on_delete=models.PROTECT, related_name="documents")
    inspection_id = models.UUIDField(null=True, db_index=True)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="successors")
    content = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    salt = models.CharField(max_length=32)
    authority = models.CharField(max_length=12)
    authority_name = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_person = models.UUIDField()

    year = models.PositiveIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=100, blank=True)
    issued_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=1200, blank=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=500, blank=True)

    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(DocumentKind)), name="document_kind_known"),
            models.CheckConstraint(condition=Q(status__in=list(DocumentStatus)), name="document_status_known"),
            models.CheckConstraint(condition=STAGES, name="document_number_fits_status"),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="document_not_its_own_successor"),
            models.UniqueConstraint(fields=["authority", "kind", "year", "serial"], name="document_number_once"),
        ]
        indexes = [
            *[models.Index(fields=[level, "made_at"], name=f"document_{level}") for level in LEVELS],
            models.Index(fields=["enterprise", "made_at"], name="document_enterprise"),
        ]

    def advance(
        self, verb: str, *, signer: ledger.Signer, at: datetime, step: dict[str, Any] | None = None, **columns: Any
    ) -> None:
        """Set `columns` and append the ledger entry `document.<verb>`; `step` adds to it (facts, said, act_id, photos)."""
        before = self.status if self.version else ""
        for name, value in columns.items():
            setattr(self, name, value)
        more = {"salt": self.salt, **(step or {})}
        facts = {"kind": self.kind, "number": self.number, "digest": self.digest, "hazard": self.hazard_id}
        facts |= {"inspection": self.inspection_id, **more.pop("facts", {})}
        entry = ledger.append(
            ledger.Step(
                kind=f"document.{verb}", subject_kind="document", subject_id=self.id, signer=signer, at=at, before=before,
                after=self.status, place=self.place.code, enterprise_id=self.enterprise_id, facts=facts, **more,
            ),
            ledger.Head(self.version, self.ledger_head),
        )  # fmt: skip
        self.version, self.ledger_head = entry.seq, entry.hash
        if self._state.adding:
            self.save(force_insert=True)
        else:
            self.save(update_fields=["version", "ledger_head", *columns])


class DocumentSeries(models.Model):
    """文号序列: how far the numbers of one authority, kind and year have come. Whoever draws the next one locks its row."""

    id = models.BigAutoField(primary_key=True)
    authority = models.CharField(max_length=12)
    kind = models.CharField(max_length=24, choices=[(kind.value, paper.title) for kind, paper in PAPERS.items()])
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(DocumentKind)), name="document_series_kind_known"),
            models.UniqueConstraint(fields=["authority", "kind", "year"], name="document_series_once"),
        ]


class DocumentPrint(models.Model):
    """成文: the PDF of an issued document, kept by the digest of its bytes; made once."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT, related_name="printed")
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    printed_at = models.DateTimeField()


class DocumentService(models.Model):
    """送达: one proof that a document reached its addressee, or that he refused it. Its id is the act's id.

    `photo_id` is the picture of the receiver's signature, drawn or on paper, if he signed and it was taken.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    how = models.CharField(max_length=12, choices=list(HOW_LABELS.items()))
    outcome = models.CharField(max_length=8, choices=list(OUTCOME_LABELS.items()))
    served_at = models.DateTimeField()
    receiver = models.CharField(max_length=100)
    witness = models.CharField(max_length=100, blank=True)
    photo_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    salt = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=list(HOW_LABELS)), name="service_how_known"),
            models.CheckConstraint(condition=Q(outcome__in=list(OUTCOME_LABELS)), name="service_outcome_known"),
            models.CheckConstraint(condition=~Q(outcome="refused") | ~Q(witness=""), name="service_refusal_has_witness"),
            models.CheckConstraint(condition=Q(outcome="signed") | Q(photo_id=None), name="service_signature_was_given"),
        ]
        indexes = [models.Index(fields=["document", "served_at"], name="service_document_at")]
