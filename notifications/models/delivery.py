from django.db import models
from django.db.models import Q

from notifications.models.notice import Notice


class DeliveryState(models.TextChoices):
    """Where a message to the outside stands. `capped` went to the inbox alone; `refused` was turned down for good."""

    WAITING = "waiting", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    CAPPED = "capped", "超出限额"
    REFUSED = "refused", "被拒绝"


class Delivery(models.Model):
    """A notice on its way through a channel other than the inbox; its id is the message id that the gateway sees."""

    id = models.UUIDField(primary_key=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=20)
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    provider_id = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
        ]


class Quota(models.Model):
    """How many messages one channel has taken on one local day, for one person or (`whom` empty) for all."""

    id = models.CharField(primary_key=True, max_length=80)
    day = models.DateField(db_index=True)
    used = models.PositiveIntegerField(default=0)
