from django.db import models
from django.db.models import Q

from inspections.models.document import Document
from inspections.models.inspection import Inspection
from inspections.policy.documents import SIGNER_LABELS


class DocumentSignature(models.Model):
    """签名: a drawn picture under a document, bound to the digest of what was signed; or the refusal to sign, with its witness.

    Its id is the act's. `digest` is the document's at that moment, which no later change can bring about again.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+", db_index=False)
    signer = models.CharField(max_length=16, choices=list(SIGNER_LABELS.items()))
    name = models.CharField(max_length=60, blank=True)
    photo_id = models.UUIDField(null=True)
    witness = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    recorded_by = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(signer__in=list(SIGNER_LABELS)), name="signature_signer_known"),
            models.CheckConstraint(
                condition=Q(photo_id__isnull=False) & ~Q(name="") | Q(photo_id=None) & ~Q(witness=""),
                name="signature_drawn_or_witnessed",
            ),
        ]
        indexes = [models.Index(fields=["document", "signed_at"], name="signature_document_at")]
