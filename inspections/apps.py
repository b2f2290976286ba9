from importlib import import_module

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Checklists, inspections, documents."""

    name = "inspections"
    verbose_name = "检查"

    def ready(self) -> None:
        """Let re-inspections ask this room about visits; by name, for models are not there yet when this page is read."""
        hazards, own = import_module("hazards.actions.witness"), import_module("inspections.actions.witness")
        hazards.register(own.was_there)
