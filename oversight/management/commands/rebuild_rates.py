"""`manage.py rebuild_rates`: work the closure rates out again; exit 1 if anything was wrong (it is right afterwards)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel import clock
from oversight.actions.rebuild import rebuild


class Command(BaseCommand):
    help = "重算销号率,有差异即更正并报警 / rebuild the closure rates; differences are mended and told"

    def handle(self, *args: Any, **options: Any) -> None:
        facts, sums = rebuild(at=clock.now())
        self.stdout.write(f"更正 {facts} 条事实、{sums} 个汇总 / mended {facts} facts, {sums} sums")
        if facts or sums:
            sys.exit(1)
