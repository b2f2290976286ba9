from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import regions
from backend.kernel import clock


class Command(BaseCommand):
    help = "Load the regions of the catalogue; run again it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = regions.load(at=clock.now())
        if options["verbosity"]:
            self.stdout.write(f"{loaded} regions")
