"""Inboxes, notices in them, and deliveries through other channels."""

from notifications.models.delivery import Delivery, DeliveryState, Quota
from notifications.models.notice import Inbox, Notice

__all__ = ["Delivery", "DeliveryState", "Inbox", "Notice", "Quota"]
