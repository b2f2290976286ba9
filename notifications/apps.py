from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Tells people; knows no word of hazards."""

    name = "notifications"
    verbose_name = "消息"
