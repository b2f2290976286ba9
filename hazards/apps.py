from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """The closed loop."""

    name = "hazards"
    verbose_name = "隐患闭环"
