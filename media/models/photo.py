from django.db import models
from django.db.models import Q

from accounts.models import Person
from media.policy.uses import Arrival


class Status(models.TextChoices):
    """Where a received photo stands; `expected` is the absence of a row."""

    RECEIVED = "received", "已收到"
    READY = "ready", "可用"
    REFUSED = "refused", "不可用"


class Format(models.TextChoices):
    """What the bytes are, judged by themselves."""

    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    HEIC = "heic", "HEIC"


class Photo(models.Model):
    """A received photo (照片): the client's id for bytes that never change; equal bytes of several ids are stored once.

    `latitude` and `longitude` are WGS-84, `location_sent` is what the phone said in its own datum. `exif` holds what the
    decoder read from the file: hints, never proof; `prints` what it measured of the upright picture for comparison.
    `drawn` says for what the strips below the renditions stand, and under which key the renditions are kept.
    `judged_at` is when its verdict was last passed, `findings_count` spares a read where nothing was found.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    uploader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    identity = models.UUIDField()
    enterprise_id = models.UUIDField(null=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.PositiveIntegerField()
    format = models.CharField(max_length=4, choices=Format.choices)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RECEIVED)
    code = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    location_sent = models.JSONField(null=True)
    mock_location = models.BooleanField(null=True)
    exif = models.JSONField(default=dict)
    prints = models.JSONField(default=dict)
    drawn = models.JSONField(default=dict)
    # whoever sent it is nobody's business: it takes no part in any matching
    anonymous = models.BooleanField(default=False)
    judged_at = models.DateTimeField(null=True)
    findings_count = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    parked_in = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="photo_status_known"),
            models.CheckConstraint(condition=Q(format__in=Format.values), name="photo_format_known"),
            models.CheckConstraint(
                condition=Q(status=Status.RECEIVED, settled_at=None) | ~Q(status=Status.RECEIVED) & Q(settled_at__isnull=False),
                name="photo_settled_has_time",
            ),
            models.CheckConstraint(condition=Q(code="") | Q(status=Status.REFUSED), name="photo_code_when_refused"),
        ]
        indexes = [
            models.Index(fields=["uploader", "received_at"], name="photo_of_uploader"),
            # covers the monthly sum of an enterprise without touching the rows
            models.Index(fields=["enterprise_id", "received_at", "bytes"], name="photo_of_enterprise"),
            models.Index(fields=["parked_in", "received_at"], name="photo_parked", condition=Q(parked_in__isnull=False)),
        ]

    @property
    def arrival(self) -> Arrival:
        """Return what the slot rules need to know of this photo."""
        return Arrival(person=self.identity, at=self.received_at, sha256=self.sha256, bytes=self.bytes)
