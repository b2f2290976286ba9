from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import Placed
from accounts.policy import roles
from accounts.policy.places import LEVELS
from backend.kernel import ledger
from enterprises.models import Enterprise
from inspections.policy import visits
from inspections.policy.visits import Mode, Type, Verb, VisitStatus

HIDDEN = Q(mode=Mode.UNANNOUNCED, checked_in_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Taken:
    """What `open` and `advance` are handed beside the columns. `said` is committed to, `facts` stand in the ledger."""

    status: str
    signer: ledger.Signer
    at: datetime
    act_id: UUID | None
    salt: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[Mapping[str, Any]] = ()
    claimed_at: datetime | None = None
    request_id: str = ""


class Inspection(Placed):
    """检查: one visit to one enterprise, planned, begun, finished. The place is the enterprise's when it was planned.

    `status` has two writers, `open` and `advance`. `pins` are the checklists with the version that counts,
    `reserve` who was drawn for it and who comes next (policy/reserve.py).
    `arrived_at` and `left_at` are when the phone says it was there, else when the server heard of it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=25, choices=list(visits.TYPE_LABELS.items()))
    mode = models.CharField(max_length=16, choices=list(visits.MODE_LABELS.items()))
    status = models.CharField(max_length=10, choices=list(visits.STATUS_LABELS.items()))
    planned_on = models.DateField()
    pins = models.JSONField(default=list)
    campaign_id = models.UUIDField(null=True)
    draw_id = models.UUIDField(null=True)
    action_code = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    reserve = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    planned_by = models.UUIDField(null=True)
    planned_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    checked_out_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=2000, blank=True)
    salt = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=list(Type)), name="inspection_type_known"),
            models.CheckConstraint(condition=Q(mode__in=list(Mode)), name="inspection_mode_known"),
            models.CheckConstraint(condition=Q(status__in=list(VisitStatus)), name="inspection_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["under_way", "finished"]) | Q(checked_in_at__isnull=False),
                name="inspection_begun_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="finished") | Q(checked_out_at__isnull=False), name="inspection_finished_has_instant"
            ),
            models.CheckConstraint(
                condition=~Q(type="administrative_inspection") | Q(checked_in_at=None) | ~Q(action_code=""),
                name="inspection_has_action_code",
            ),
            models.CheckConstraint(condition=~Q(mode="random") | Q(draw_id__isnull=False), name="inspection_random_is_drawn"),
        ]
        indexes = [
            *[models.Index(fields=[level, "planned_on", "id"], name=f"inspection_{level}") for level in LEVELS],
            models.Index(fields=["enterprise", "planned_on", "id"], name="inspection_enterprise"),
            models.Index(fields=["campaign_id"], name="inspection_campaign", condition=Q(campaign_id__isnull=False)),
            models.Index(fields=["draw_id"], name="inspection_draw", condition=Q(draw_id__isnull=False)),
        ]

    @classmethod
    def open(cls, taken: Taken, **columns: Any) -> Self:
        """Create an inspection with its first ledger entry. One of the two writers of status."""
        inspection = cls(id=taken.act_id, status=taken.status, version=1, salt=taken.salt, **columns)
        entry = ledger.append(inspection._step("planned", taken, before=""), ledger.Head())
        inspection.ledger_head = entry.hash
        inspection.save(force_insert=True)
        return inspection

    def advance(self, verb: Verb, taken: Taken, **columns: Any) -> None:
        """Set `taken.status` and `columns`, raise the version, append the ledger entry. The other writer of status."""
        before, head = self.status, ledger.Head(self.version, self.ledger_head)
        for name, value in columns.items():
            setattr(self, name, value)
        self.status, self.version = taken.status, self.version + 1
        self.ledger_head = ledger.append(self._step(visits.PAST[verb], taken, before=before), head).hash
        self.save(update_fields=["status", "version", "ledger_head", *columns])

    def _step(self, what: str, taken: Taken, *, before: str) -> ledger.Step:
        facts = {"type": self.type, "mode": self.mode, "planned_on": self.planned_on, "draw": self.draw_id}
        return ledger.Step(
            kind=f"inspection.{what}", subject_kind="inspection", subject_id=self.id, signer=taken.signer, at=taken.at,
            before=before, after=taken.status, place=self.place.code, enterprise_id=self.enterprise_id,
            claimed_at=taken.claimed_at, act_id=taken.act_id, facts={**facts, "campaign": self.campaign_id, **taken.facts},
            said=taken.said, salt=taken.salt, photos=taken.photos, request_id=taken.request_id,
        )  # fmt: skip

    @property
    def is_hidden(self) -> bool:
        """Return whether the enterprise may not know of it yet (四不两直): unannounced, and nobody has checked in."""
        return self.mode == Mode.UNANNOUNCED and self.checked_in_at is None


class InspectionOfficer(models.Model):
    """检查人员: one who makes an inspection, with the duty and the licence he was named by."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="crew")
    account_id = models.UUIDField()
    person = models.UUIDField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=12, choices=roles.CHOICES)
    duty_id = models.UUIDField()
    licence_no = models.CharField(max_length=40, blank=True)
    lead = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[r.value for r in roles.Role]), name="inspection_officer_role_known"),
            models.UniqueConstraint(fields=["inspection", "person"], name="inspection_officer_once"),
            models.UniqueConstraint(fields=["inspection"], condition=Q(lead=True), name="inspection_one_lead"),
        ]
        indexes = [models.Index(fields=["person", "inspection"], name="inspection_of_person")]
