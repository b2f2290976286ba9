from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from accounts.models import Placed
from accounts.policy.places import LEVELS
from backend.kernel import ledger
from enterprises.models import Enterprise
from hazards.policy import words
from hazards.policy.facts import Hands
from hazards.policy.words import Level, ReviewMode, Source, Status, Verb

WAITING = (Status.REPORTED, Status.AWAITING_REINSPECTION)
OPEN = (Status.REPORTED, Status.RETURNED, Status.RECTIFYING, Status.AWAITING_REINSPECTION)


class HazardQuerySet(models.QuerySet["Hazard"]):
    """Hazards by what can be derived."""

    def overdue(self, at: datetime) -> Self:
        """Return those being rectified whose deadline has passed at `at`."""
        return self.filter(status=Status.RECTIFYING, due_at__lte=at)

    def not_overdue(self, at: datetime) -> Self:
        """Return those that are not overdue at `at`."""
        return self.exclude(status=Status.RECTIFYING, due_at__lte=at)


class Hazard(Placed):
    """隐患: one unsafe condition at one enterprise, found once, driven to one end. Its place may be transferred.

    `status` has two writers, `open` and `advance`. `version` and `ledger_head` are the number and hash of its last
    ledger entry. `hands` repeats who (natural persons) did what, so that guards need not walk the acts.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    industry = models.CharField(max_length=5, blank=True)
    source = models.CharField(max_length=16, choices=list(words.SOURCE_LABELS.items()))
    category = models.CharField(max_length=10)
    title = models.CharField(max_length=100, blank=True)
    description = models.CharField(max_length=2000)
    location_name = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    location = models.JSONField(null=True)
    checklist_item = models.CharField(max_length=40, blank=True)
    related_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    recurrence_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    status = models.CharField(max_length=24, choices=list(words.STATUS_LABELS.items()))
    level = models.CharField(max_length=8, choices=list(words.LEVEL_LABELS.items()))
    level_claimed = models.CharField(max_length=8, choices=list(words.LEVEL_LABELS.items()))
    criterion = models.CharField(max_length=40, blank=True)
    review_mode = models.CharField(max_length=8, choices=list(words.REVIEW_LABELS.items()), default=ReviewMode.FULL)
    round = models.PositiveIntegerField(default=1)
    flags = models.JSONField(default=list)
    hands = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)

    reporter_id = models.UUIDField()
    reporter_person = models.UUIDField()
    reporter_role = models.CharField(max_length=12)
    found_at = models.DateTimeField()
    received_at = models.DateTimeField()
    clock_from = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=16, blank=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=20, blank=True)
    recurred_at = models.DateTimeField(null=True)
    due_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    original_due_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    rectified_at = models.DateTimeField(null=True)
    stop_work = models.BooleanField(default=False)
    requirement = models.CharField(max_length=2000, blank=True)
    responsible = models.CharField(max_length=100, blank=True)
    has_plan = models.BooleanField(default=False)
    transfers = models.PositiveIntegerField(default=0)
    ruled = models.BooleanField(default=False)
    extensions_asked = models.PositiveIntegerField(default=0)
    open_listing = models.ForeignKey("Listing", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    drawn_at = models.DateTimeField(null=True)
    escalation = models.JSONField(default=dict)
    next_step_at = models.DateTimeField(null=True)

    version = models.PositiveIntegerField(default=1)
    ledger_head = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    objects = HazardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="hazard_status_known"),
            models.CheckConstraint(condition=Q(level__in=list(Level), level_claimed__in=list(Level)), name="hazard_level_known"),
            models.CheckConstraint(condition=Q(source__in=list(Source)), name="hazard_source_known"),
            models.CheckConstraint(condition=Q(review_mode__in=list(ReviewMode)), name="hazard_review_known"),
            models.CheckConstraint(condition=~Q(status="closed") | Q(closed_at__isnull=False), name="hazard_closed_has_instant"),
            models.CheckConstraint(condition=~Q(status="void") | Q(voided_at__isnull=False), name="hazard_void_has_instant"),
            models.CheckConstraint(
                condition=~Q(level="major") | Q(status__in=["reported", "returned", "void"]) | ~Q(criterion=""),
                name="hazard_major_has_criterion",
            ),
            models.CheckConstraint(
                condition=Q(status="rectifying", due_at__isnull=False, original_due_at__isnull=False) | ~Q(status="rectifying"),
                name="hazard_rectifying_has_deadline",
            ),
            models.CheckConstraint(condition=~Q(related_to=F("id")) & ~Q(duplicate_of=F("id")), name="hazard_not_its_own_kin"),
        ]
        indexes = [
            *[models.Index(fields=[level, "received_at", "id"], name=f"hazard_{level}") for level in LEVELS],
            models.Index(fields=["enterprise", "received_at", "id"], name="hazard_enterprise_new"),
            models.Index(fields=["enterprise", "category", "closed_at"], name="hazard_recurrence"),
            models.Index(fields=["reporter_person", "received_at"], name="hazard_mine"),
            models.Index(fields=["next_step_at"], name="hazard_next_step", condition=Q(next_step_at__isnull=False)),
            *[
                models.Index(fields=[level, "due_at", "id"], name=f"hazard_{level}_due", condition=Q(status="rectifying"))
                for level in ("county", "town")
            ],
            # what awaits an official, the oldest first; and the open major ones, which are few
            *[
                models.Index(fields=[level, "received_at", "id"], name=f"hazard_{level}_waits", condition=Q(status__in=WAITING))
                for level in ("county", "town")
            ],
            models.Index(fields=["received_at", "id"], name="hazard_open_major", condition=Q(level="major", status__in=OPEN)),
        ]

    @classmethod
    def open(cls, openings: Iterable[tuple["Opening", Mapping[str, Any]]]) -> list[Self]:
        """Create hazards, each in its opening's status and with its columns and first ledger entry; a statement per table.

        One of the two writers of status.
        """
        pairs = list(openings)
        hazards = [cls(status=o.status, version=1, changed_at=o.at, salt=ledger.salt(), **columns) for o, columns in pairs]
        entries = ledger.append_many(
            (hazard._first(opening), ledger.Head()) for hazard, (opening, _) in zip(hazards, pairs, strict=True)
        )
        for hazard, entry in zip(hazards, entries, strict=True):
            hazard.ledger_head = entry.hash
        cls.objects.bulk_create(hazards)
        return hazards

    def _first(self, step: "Opening") -> ledger.Step:
        return ledger.Step(
            kind="hazard.reported", subject_kind="hazard", subject_id=self.id, signer=step.signer, at=step.at,
            before="", after=step.status, place=self.place.code, enterprise_id=self.enterprise_id,
            claimed_at=step.claimed_at, act_id=self.id, facts={**self.plain_facts(), **step.facts},
            said=step.said, salt=self.salt, photos=step.photos, request_id=step.request_id,
        )  # fmt: skip

    def advance(self, verb: Verb, *, step: "Advance", **columns: Any) -> None:
        """Set `step.status` and `columns`, raise the version, append the ledger entry. The other writer of status."""
        before = self.status
        for name, value in columns.items():
            setattr(self, name, value)
        head = ledger.Head(self.version, self.ledger_head)
        self.status, self.version, self.changed_at = step.status, self.version + 1, step.at
        entry = ledger.append(
            ledger.Step(
                kind=f"hazard.{words.PAST[verb]}", subject_kind="hazard", subject_id=self.id, signer=step.signer, at=step.at,
                before=before, after=step.status, place=self.place.code, enterprise_id=self.enterprise_id,
                claimed_at=step.claimed_at, act_id=step.act_id, facts={**self.plain_facts(), **step.facts},
                said=step.said, salt=step.salt, photos=step.photos, request_id=step.request_id,
            ),
            head,
        )  # fmt: skip
        self.ledger_head = entry.hash
        self.save(update_fields=["status", "version", "ledger_head", "changed_at", *columns])

    def plain_facts(self) -> dict[str, Any]:
        """Return what every entry of this hazard says of it: codes and instants, nothing personal."""
        return {
            "source": self.source, "category": self.category, "level": self.level, "review_mode": self.review_mode,
            "round": self.round, "due_at": self.due_at, "original_due_at": self.original_due_at,
            "confirmed_at": self.confirmed_at, "closed_at": self.closed_at, "closed_by": self.closed_by,
            "recurrence_of": self.recurrence_of_id, "industry": self.industry, "received_at": self.received_at,
        }  # fmt: skip

    @property
    def who(self) -> Hands:
        """Return who had a hand in it so far."""
        return Hands.of_json(self.hands)

    def is_overdue(self, at: datetime) -> bool:
        """Return whether it is being rectified and its deadline has passed at `at`."""
        return self.status == Status.RECTIFYING and self.due_at is not None and self.due_at <= at


class Opening:
    """What `Hazard.open` is handed beside the columns."""

    def __init__(
        self, *, status: Status, signer: ledger.Signer, at: datetime, claimed_at: datetime | None = None,
        facts: Mapping[str, Any] | None = None, said: Mapping[str, Any] | None = None,
        photos: Sequence[Mapping[str, Any]] = (), request_id: str = "",
    ) -> None:  # fmt: skip
        self.status, self.signer, self.at, self.claimed_at = status, signer, at, claimed_at
        self.facts, self.said, self.photos, self.request_id = facts or {}, said or {}, photos, request_id


class Advance(Opening):
    """What `Hazard.advance` is handed beside the columns: also the act and its salt."""

    def __init__(self, *, act_id: UUID | None = None, salt: str = "", **opening: Any) -> None:
        super().__init__(**opening)
        self.act_id, self.salt = act_id, salt
