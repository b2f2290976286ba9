from django.db import models

from accounts.models import Placed
from backend.kernel import ids


class PhotoUse(Placed):
    """A slot (照片位): one photo named by one act, before or after it arrived, with all that is known of the use.

    `photo_id` is no foreign key, because a slot may be named first. `open_since` is the sweep's due column: the instant of
    naming, emptied once the slot is known to be filled or lapsed. `caption` and `person` stand in the strip as they were then.
    Where the act claims to be, and where the enterprise stands, are WGS-84 degrees.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    photo_id = models.UUIDField(db_index=True)
    subject_id = models.UUIDField()
    subject_kind = models.CharField(max_length=24)
    act_id = models.UUIDField()
    label = models.CharField(max_length=40)
    author_id = models.UUIDField()
    author_person = models.UUIDField(db_index=True)
    enterprise_id = models.UUIDField(null=True)
    not_before = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    firm_latitude = models.FloatField(null=True)
    firm_longitude = models.FloatField(null=True)
    caption = models.CharField(max_length=300, blank=True)
    person = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.PositiveBigIntegerField(null=True)
    named_at = models.DateTimeField()
    open_since = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act_id", "photo_id"], name="photo_once_per_act")]
        indexes = [
            models.Index(fields=["subject_id", "named_at"], name="use_of_subject"),
            models.Index(fields=["open_since"], name="use_open", condition=models.Q(open_since__isnull=False)),
        ]
