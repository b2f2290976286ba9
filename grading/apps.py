from django.apps import AppConfig


class GradingConfig(AppConfig):
    """The safety code."""

    name = "grading"
    verbose_name = "安全码"
