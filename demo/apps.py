from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo world and its stories."""

    name = "demo"
    verbose_name = "演示"
