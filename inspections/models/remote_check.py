from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import Placed
from accounts.policy.places import LEVELS
from backend.kernel import ledger
from enterprises.models import Enterprise
from hazards.models import Hazard
from inspections.models.inspection import Taken
from inspections.policy import remote
from inspections.policy.remote import OUTCOME_LABELS, Proof, RemoteStatus, RemoteVerb


class RemoteCheck(Placed):
    """云巡查: an official asks for a picture of a named spot; the answer, its expiry and its refusal are all records.

    `status` has two writers, `open` and `advance`. `number` is to be seen in the picture, `nonce` is what the app puts in as
    it takes it. `reply_id` is the act that ended the question, `judgement_id` the official's word on it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    hazard = models.ForeignKey(Hazard, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    spot = models.CharField(max_length=200)
    note = models.CharField(max_length=2000, blank=True)
    number = models.CharField(max_length=4)
    nonce = models.CharField(max_length=32)
    status = models.CharField(max_length=10, choices=list(remote.REMOTE_STATUS_LABELS.items()))
    asked_by = models.UUIDField()
    asked_person = models.UUIDField()
    asked_name = models.CharField(max_length=60)
    asked_role = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    salt = models.CharField(max_length=32)
    reply_id = models.UUIDField(null=True, unique=True)
    replied_by = models.UUIDField(null=True)
    replied_name = models.CharField(max_length=60, blank=True)
    replied_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    reply_salt = models.CharField(max_length=32, blank=True)
    reply_note = models.CharField(max_length=2000, blank=True)
    photo_ids = models.JSONField(default=list)
    proof = models.CharField(max_length=6, blank=True, choices=[(p.value, p.value) for p in Proof])
    flags = models.JSONField(default=list)
    judgement_id = models.UUIDField(null=True, unique=True)
    outcome = models.CharField(max_length=8, blank=True, choices=list(OUTCOME_LABELS.items()))
    judgement_salt = models.CharField(max_length=32, blank=True)
    judgement_note = models.CharField(max_length=2000, blank=True)
    judged_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(RemoteStatus)), name="remote_check_status_known"),
            models.CheckConstraint(condition=Q(proof__in=["", *Proof]), name="remote_check_proof_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *OUTCOME_LABELS]), name="remote_check_outcome_known"),
            models.CheckConstraint(condition=~Q(status="judged") | ~Q(outcome=""), name="remote_check_judged_has_outcome"),
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "refused", "judged"]) | Q(replied_at__isnull=False),
                name="remote_check_replied_has_instant",
            ),
        ]
        indexes = [
            *[models.Index(fields=[level, "asked_at", "id"], name=f"remote_check_{level}") for level in LEVELS],
            models.Index(fields=["enterprise", "asked_at", "id"], name="remote_check_enterprise"),
            models.Index(fields=["expires_at"], name="remote_check_due", condition=Q(status="open")),
        ]

    @classmethod
    def open(cls, taken: Taken, **columns: Any) -> Self:
        """Create a question with its first ledger entry. One of the two writers of status."""
        check = cls(id=taken.act_id, status=taken.status, version=1, salt=taken.salt, asked_at=taken.at, **columns)
        check.ledger_head = ledger.append(check._step("asked", taken, before=""), ledger.Head()).hash
        check.save(force_insert=True)
        return check

    def advance(self, verb: RemoteVerb, taken: Taken, **columns: Any) -> None:
        """Set `taken.status` and `columns`, raise the version, append the ledger entry. The other writer of status."""
        before, head = self.status, ledger.Head(self.version, self.ledger_head)
        for name, value in columns.items():
            setattr(self, name, value)
        self.status, self.version = taken.status, self.version + 1
        self.ledger_head = ledger.append(self._step(remote.PAST[verb], taken, before=before), head).hash
        self.save(update_fields=["status", "version", "ledger_head", *columns])

    def _step(self, what: str, taken: Taken, *, before: str) -> ledger.Step:
        facts: Mapping[str, Any] = {"hazard": self.hazard_id, "expires_at": self.expires_at, **taken.facts}
        photos: Sequence[Mapping[str, Any]] = taken.photos
        return ledger.Step(
            kind=f"remote_check.{what}", subject_kind="remote_check", subject_id=self.id, signer=taken.signer, at=taken.at,
            before=before, after=taken.status, place=self.place.code, enterprise_id=self.enterprise_id, act_id=taken.act_id,
            facts=facts, said=taken.said, salt=taken.salt, photos=photos, request_id=taken.request_id,
        )  # fmt: skip
