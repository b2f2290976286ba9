from django.apps import AppConfig


class SyncConfig(AppConfig):
    """The phone's side."""

    name = "sync"
    verbose_name = "同步"
