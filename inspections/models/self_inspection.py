from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import Placed
from backend.kernel import ids, ledger
from enterprises.models import Enterprise
from inspections.models.checklist import ChecklistVersion
from inspections.policy.templates import Item, key_items
from inspections.policy.words import KIND_LABELS, SELF_INSPECTION_LABELS, SelfInspectionKind, SelfInspectionStatus


@dataclass(frozen=True, slots=True)
class Turn:
    """What `SelfInspection.advance` writes beside the columns: the verb in the past tense, who, when, and what was said."""

    verb: str
    signer: ledger.Signer
    at: datetime
    act_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    salt: str = ""
    photos: list[dict[str, Any]] = field(default_factory=list)
    claimed_at: datetime | None = None
    request_id: str = ""


class SelfInspection(Placed):
    """One occurrence of self-inspection (云自查): an enterprise, a pinned version of a checklist, a period of the calendar.

    `features` are the enterprise's risk features when it was made: they and the version stay what they were. `miss_at` is
    the instant from which it counts as missed, `next_step_at` the next one that the sweep looks at. One that was begun by
    hand (`occasion`) says what for, has its day as period, and is never missed.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    checklist = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=16)
    period = models.CharField(max_length=10)
    kind = models.CharField(max_length=8, choices=[(k.value, label) for k, label in KIND_LABELS.items()], default="full")
    occasion = models.CharField(max_length=200, blank=True)
    features = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=[(s.value, label) for s, label in SELF_INSPECTION_LABELS.items()])
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    miss_at = models.DateTimeField()
    missed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in SelfInspectionStatus]), name="self_inspection_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", submitted_at__isnull=False) | (~Q(status="submitted") & Q(submitted_at=None)),
                name="self_inspection_submitted_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="missed") | Q(missed_at__isnull=False), name="self_inspection_missed_when"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in SelfInspectionKind]), name="self_inspection_kind_known"
            ),
            models.UniqueConstraint(
                fields=["enterprise", "code", "period"], condition=~Q(kind="occasion"), name="self_inspection_once_a_period"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise", "due_at", "id"], name="self_inspection_firm"),
            *[
                models.Index(fields=[level, "due_at", "id"], name=f"self_inspection_{level}")
                for level in ("county", "town", "grid")
            ],
            models.Index(fields=["next_step_at"], name="self_inspection_next", condition=Q(next_step_at__isnull=False)),
        ]

    def advance(self, turn: Turn, *, status: SelfInspectionStatus | None = None, **columns: Any) -> None:
        """Set `columns` and perhaps the status, raise the version, append the ledger entry; the only writer of the status."""
        before = self.status
        for name, value in columns.items():
            setattr(self, name, value)
        self.status = status or before
        entry = ledger.append(
            ledger.Step(
                kind=f"self_inspection.{turn.verb}", subject_kind="self_inspection", subject_id=self.id, signer=turn.signer,
                at=turn.at, before=before, after=self.status, place=self.place.code, enterprise_id=self.enterprise_id,
                claimed_at=turn.claimed_at, act_id=turn.act_id, facts={**self.plain_facts(), **turn.facts}, said=turn.said,
                salt=turn.salt, photos=turn.photos, request_id=turn.request_id,
            ),
            ledger.Head(self.version, self.ledger_head),
        )  # fmt: skip
        self.version, self.ledger_head = self.version + 1, entry.hash
        self.save(update_fields=["status", "version", "ledger_head", *columns])

    def plain_facts(self) -> dict[str, Any]:
        """Return what every entry says of it: codes and instants, nothing personal."""
        return {
            "checklist": self.code, "checklist_id": self.checklist_id, "period": self.period, "starts_at": self.starts_at,
            "due_at": self.due_at, "miss_at": self.miss_at, "missed_at": self.missed_at, "kind": self.kind,
        }  # fmt: skip

    @property
    def asked(self) -> list[Item]:
        """Return the items of the pinned checklist that may be asked: all of them, or the daily ones alone."""
        return key_items(self.checklist.asked) if self.kind == SelfInspectionKind.KEY else self.checklist.asked


class AnswerPart(models.Model):
    """One act of answering: some items of one self-inspection. `ranked_at` decides which answer to an item is the later."""

    id = models.UUIDField(primary_key=True, editable=False)
    self_inspection = models.ForeignKey(SelfInspection, on_delete=models.PROTECT, related_name="parts")
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=60)
    person = models.UUIDField()
    role = models.CharField(max_length=12)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ranked_at = models.DateTimeField()
    items = models.JSONField()
    salt = models.CharField(max_length=32)


class Submission(models.Model):
    """The signed end of a self-inspection: the statement, who made it, and the hazards that came of it."""

    id = models.UUIDField(primary_key=True, editable=False)
    self_inspection = models.OneToOneField(SelfInspection, on_delete=models.PROTECT, related_name="submission")
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=60)
    person = models.UUIDField()
    role = models.CharField(max_length=12)
    at = models.DateTimeField()
    statement = models.CharField(max_length=2000)
    signature_photo_id = models.UUIDField(null=True)
    hazards = models.JSONField(default=list)
    salt = models.CharField(max_length=32)


class Schedule(models.Model):
    """When the self-inspections of an enterprise are planned next; one row per enterprise that has ever been planned."""

    enterprise = models.OneToOneField(Enterprise, on_delete=models.PROTECT, primary_key=True, related_name="+")
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="schedule_next", condition=Q(next_at__isnull=False))]
