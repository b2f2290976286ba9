from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import Person
from backend.kernel import ids
from media.models.photo import Photo

LIFE = timedelta(days=7)


class State(models.TextChoices):
    """How a resumable upload stands."""

    OPEN = "open", "未完成"
    RECEIVED = "received", "已收到"
    REFUSED = "refused", "未被接受"


class Upload(models.Model):
    """A photo on its way in, in pieces (断点续传): how far it came, what was said of it, until when it may go on.

    One per account and photo id: whoever else means the same id has an upload of his own, and the first whole one counts.
    `offset` is the sum of its parts; it moves in the transaction that writes a part's row, after the part's bytes are kept.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    photo_id = models.UUIDField()
    uploader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    code = models.CharField(max_length=40, blank=True)
    length = models.PositiveIntegerField()
    offset = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    told = models.JSONField(default=dict)
    metadata = models.CharField(max_length=4096, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uploader", "photo_id"], name="upload_once_per_account"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="upload_state_known"),
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_not_beyond_its_length"),
            models.CheckConstraint(condition=Q(code="") | Q(state=State.REFUSED), name="upload_code_when_refused"),
        ]
        indexes = [
            # whose unfinished ones there are, and what they may come to, without touching the rows
            models.Index(fields=["uploader", "length"], name="upload_open", condition=Q(state="open")),
        ]

    @classmethod
    def of(cls, photo: Photo) -> "Upload":
        """Return how the upload of a received photo stands, whatever door it came by; never saved."""
        return cls(
            photo_id=photo.id, uploader_id=photo.uploader_id, state=State.RECEIVED, length=photo.bytes, offset=photo.bytes,
            sha256=photo.sha256, created_at=photo.received_at, expires_at=photo.received_at + LIFE,
        )  # fmt: skip

    @property
    def is_whole(self) -> bool:
        """Return whether every byte of it has come."""
        return self.offset == self.length


class UploadPart(models.Model):
    """Bytes `start` to `start + bytes` of an upload, kept in the store as `key`, which no other part ever has."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="parts")
    start = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    key = models.CharField(max_length=100, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="part_once_per_start")]
