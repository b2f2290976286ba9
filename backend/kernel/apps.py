from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every room stands on; knows no word of the trade."""

    name = "backend.kernel"
    label = "kernel"
    verbose_name = "内核"
