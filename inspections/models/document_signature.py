from django.db import models
from django.db.models import Q

from inspections.models.document import Document
from inspections.models.inspection import Inspection
from inspections.policy.documents import SIGNER_LABELS

DRAWN, NOT_DRAWN = Q(photo_id__isnull=False), Q(photo_id=None)


class DocumentSignature(models.Model):
    """签名: a drawn picture under a draft, bound to the digest of what was signed; or that somebody refused or was not there.

    Its id is the act's. `digest` is the document's at that moment, which no later change can bring about again. `person` is
    the officer's as a natural person. The database takes none under a document that has its number (migration 0012).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    inspection = models.ForeignKey(Inspection, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    signer = models.CharField(max_length=16, choices=list(SIGNER_LABELS.items()))
    person = models.UUIDField(null=True)
    name = models.CharField(max_length=60, blank=True)
    photo_id = models.UUIDField(null=True)
    absent = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    witness = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    recorded_by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(signer__in=list(SIGNER_LABELS)), name="signature_signer_known"),
            models.CheckConstraint(
                condition=DRAWN & ~Q(name="") & Q(absent=False) | NOT_DRAWN & ~Q(witness=""), name="signature_drawn_or_witnessed"
            ),
        ]
        indexes = [models.Index(fields=["document", "signed_at"], name="signature_document_at")]

    @property
    def refused(self) -> bool:
        """Return whether this is the record of a refusal."""
        return self.photo_id is None and not self.absent
