from django.apps import AppConfig


class OversightConfig(AppConfig):
    """What regulators see."""

    name = "oversight"
    verbose_name = "监管"
