from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from backend.kernel import ledger
from enterprises.models import Enterprise
from grading.models.taken import Taken

OUTCOMES = [("granted", "成立"), ("refused", "不成立")]
WHATS = [("row", "计分项"), ("fact", "档案事实"), ("override", "人工调整")]
OPEN = Q(outcome="")


class Appeal(models.Model):
    """申诉: the owner disputes what a grade is made of; an official who took no part decides, with reasons.

    `outcome` has two writers, `open` and `advance`. `next_step_at` is indexed and swept: when a decision is due or late.
    Who took part in what is disputed stands in `AppealHand`; the database lets none of them decide.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    grade = models.CharField(max_length=6)
    reason = models.CharField(max_length=2000)
    photo_ids = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_person = models.UUIDField()
    made_name = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)
    decide_by = models.DateTimeField()
    told = models.CharField(max_length=10, blank=True)
    next_step_at = models.DateTimeField(null=True)
    decision_id = models.UUIDField(null=True, unique=True)
    outcome = models.CharField(max_length=7, blank=True, choices=OUTCOMES)
    reasons = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_person = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=60, blank=True)
    decision_salt = models.CharField(max_length=32, blank=True)
    version = models.PositiveIntegerField(default=1)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["", *dict(OUTCOMES)]), name="appeal_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decision_id=None, decided_person=None, reasons="")
                | (Q(decided_at__isnull=False, decision_id__isnull=False, decided_person__isnull=False) & ~OPEN & ~Q(reasons="")),
                name="appeal_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(decided_person=None) | ~Q(decided_person=F("made_person")), name="appeal_not_decided_by_its_maker"
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise", "-made_at", "-id"], name="appeal_newest"),
            models.Index(fields=["made_at", "id"], name="appeal_open", condition=OPEN),
            models.Index(fields=["next_step_at"], name="appeal_next_step", condition=Q(next_step_at__isnull=False)),
        ]

    @classmethod
    def open(cls, taken: Taken, **columns: Any) -> Self:
        """Create an appeal with its first ledger entry."""
        appeal = cls(id=taken.act_id, made_at=taken.at, salt=taken.salt, **columns)
        appeal.ledger_head = ledger.append(appeal._step("made", taken, before=""), ledger.Head()).hash
        appeal.save(force_insert=True)
        return appeal

    def advance(self, what: str, taken: Taken, **columns: Any) -> None:
        """Set `columns`, raise the version, append the ledger entry `appeal.<what>`."""
        before, head = self.status, ledger.Head(self.version, self.ledger_head)
        for name, value in columns.items():
            setattr(self, name, value)
        self.version += 1
        self.ledger_head = ledger.append(self._step(what, taken, before=before), head).hash
        self.save(update_fields=["version", "ledger_head", *columns])

    def _step(self, what: str, taken: Taken, *, before: str) -> ledger.Step:
        facts: Mapping[str, Any] = {"decide_by": self.decide_by, **taken.facts}
        return taken.step(f"appeal.{what}", "appeal", self.id, self.enterprise, before=before, after=self.status, facts=facts)

    @property
    def status(self) -> str:
        """Return `open` until it is decided, then the outcome."""
        return self.outcome or "open"


class Disputed(models.Model):
    """One thing that an appeal disputes: a row (its factor and one evidence), a fact, or an override. Open while unsettled."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="disputed")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=8, choices=WHATS)
    factor = models.CharField(max_length=40, blank=True)
    evidence = models.UUIDField()
    words = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, blank=True, choices=OUTCOMES)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(what__in=dict(WHATS)), name="disputed_what_known"),
            models.UniqueConstraint(
                fields=["enterprise", "factor", "evidence"], condition=Q(settled_at__isnull=True), name="disputed_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "evidence"], name="disputed_evidence")]


class AppealHand(models.Model):
    """A natural person who had a hand in what an appeal disputes, and so does not decide it (利益回避)."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="hands")
    person = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appeal", "person"], name="appeal_hand_once")]
