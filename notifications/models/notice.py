from django.db import models

from accounts.models import Person


class Inbox(models.Model):
    """A person's inbox (消息箱): the number of its last notice.

    The row is locked while a notice is added, so the numbers of one inbox become visible in their order.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last_seq = models.PositiveIntegerField(default=0)


class Notice(models.Model):
    """Something a person is told (通知), in both languages. One per person and dedupe key, for ever."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    urgent = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "dedupe_key"], name="notice_once"),
            models.UniqueConstraint(fields=["person", "seq"], name="notice_numbered"),
        ]
        indexes = [models.Index(fields=["person", "seq"], name="notice_unread", condition=models.Q(read_at=None))]
