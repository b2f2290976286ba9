from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Placed
from backend.kernel import ledger
from enterprises.models import Enterprise
from inspections.policy.statistics import FORM_LABELS, FormStatus, Span


class StatisticsForm(Placed):
    """隐患排查治理统计报表: the figures of one enterprise from 1 January to the end of a quarter or year, frozen, then signed.

    `content` never changes once it is frozen; `digest` is the SHA-256 of its canonical JSON, which the signature names.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=10, choices=[(s.value, label) for s, label in FORM_LABELS.items()])
    due_on = models.DateField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    filled_at = models.DateTimeField()
    filled_by = models.UUIDField()
    filled_name = models.CharField(max_length=60)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.UUIDField(null=True)
    signed_name = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in FormStatus]), name="statistics_form_status_known"),
            models.CheckConstraint(
                condition=Q(status="frozen", signed_at=None) | Q(status="signed", signed_at__isnull=False),
                name="statistics_form_signed_when",
            ),
            models.UniqueConstraint(
                F("enterprise"), F("year"), Coalesce("quarter", 0), condition=Q(status="signed"),
                name="statistics_form_signed_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["enterprise", "id"], name="statistics_form_firm")]

    @property
    def span(self) -> Span:
        """Return the time it covers."""
        return Span(self.year, self.quarter)

    def enter(self, verb: str, *, act_id: UUID, signer: ledger.Signer, before: str, request_id: str) -> dict[str, Any]:
        """Append the ledger entry of a step and return the columns that follow from it."""
        entry = ledger.append(
            ledger.Step(
                kind=f"statistics_form.{verb}", subject_kind="statistics_form", subject_id=self.id, signer=signer,
                at=self.signed_at or self.filled_at, before=before, after=self.status, place=self.place.code,
                enterprise_id=self.enterprise_id, act_id=act_id, request_id=request_id,
                facts={"year": self.year, "quarter": self.quarter, "content_sha256": self.digest},
            ),
            ledger.Head(self.version, self.ledger_head),
        )  # fmt: skip
        self.version, self.ledger_head = self.version + 1, entry.hash
        return {"version": self.version, "ledger_head": self.ledger_head}
