from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import Placed
from accounts.policy.places import LEVELS
from enterprises.policy import words


class Enterprise(Placed):
    """一企一档: one enterprise at one site. The USCC (统一社会信用代码) is unique but may be missing; the key is the id.

    `latitude` and `longitude` are WGS-84 degrees, `location` is what was sent. `version` and `ledger_head` are the number
    and hash of its last ledger entry. The grade columns are written by grading alone, through actions.grade.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    uscc = models.CharField(max_length=18, null=True, unique=True)  # noqa: DJ001 - unique, and two may have none
    name = models.CharField(max_length=100)
    industry = models.CharField(max_length=5)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    location = models.JSONField(null=True)
    size_class = models.CharField(max_length=8, blank=True, choices=list(words.SIZE_LABELS.items()))
    risk_features = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    risk = models.CharField(max_length=8, blank=True, choices=list(words.RISK_LABELS.items()))
    status = models.CharField(max_length=10, choices=[(k.value, v) for k, v in words.STATUS_LABELS.items()], default="active")
    grade = models.CharField(max_length=8, choices=[(k.value, v) for k, v in words.GRADE_LABELS.items()], default="grey")
    graded_at = models.DateTimeField(null=True)
    score = models.FloatField(null=True)
    policy_version = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in words.Status]), name="enterprise_status_known"),
            models.CheckConstraint(condition=Q(grade__in=[g.value for g in words.Grade]), name="enterprise_grade_known"),
            models.CheckConstraint(condition=Q(size_class__in=["", *words.SIZE_LABELS]), name="enterprise_size_known"),
            models.CheckConstraint(condition=Q(risk__in=["", *words.RISK_LABELS]), name="enterprise_risk_known"),
            models.CheckConstraint(condition=~Q(uscc=""), name="enterprise_uscc_or_null"),
        ]
        indexes = [
            *[models.Index(fields=[level, "id"], name=f"enterprise_{level}") for level in LEVELS],
            models.Index(fields=["latitude", "longitude"], name="enterprise_where"),
        ]

    @property
    def code_colour(self) -> str:
        """Return the public colour of the safety code: green, yellow, red or grey."""
        return words.code_colour(self.grade)

    @property
    def region(self) -> str:
        """Return the code of the smallest region that is not a grid."""
        return self.village or self.town or self.county or self.city or self.province

    def as_location(self) -> dict[str, Any] | None:
        """Return where it stands in WGS-84, with what was sent if that was another datum."""
        if self.latitude is None or self.longitude is None:
            return None
        sent = self.location or {}
        here = {"latitude": self.latitude, "longitude": self.longitude, "crs": "wgs84", "accuracy_m": sent.get("accuracy_m")}
        return here if sent.get("crs", "wgs84") == "wgs84" else {**here, "original": sent}
