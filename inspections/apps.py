from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Checklists, inspections, documents."""

    name = "inspections"
    verbose_name = "检查"
