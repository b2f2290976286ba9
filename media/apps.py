from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Photos as evidence."""

    name = "media"
    verbose_name = "照片证据"
