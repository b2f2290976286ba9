from django.db import models

from accounts.models import Person
from backend.kernel import ids


class Incoming(models.Model):
    """A direct upload that was announced (直传登记): where its bytes are to come, and what the phone said of them.

    The object's key is the row's own id, so that two people who announce one photo id never write to one place. The row
    goes when the photo was received or refused, or a week after its form expired.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    photo_id = models.UUIDField()
    uploader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.PositiveIntegerField(null=True)
    told = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uploader", "photo_id"], name="incoming_once_per_person")]
        indexes = [models.Index(fields=["uploader", "created_at"], name="incoming_of_uploader")]
