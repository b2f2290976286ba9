"""`manage.py load_checklists`: publishes the catalogue's checklists where there are none yet."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel import clock
from inspections.actions import load_checklists


class Command(BaseCommand):
    help = "发布目录中的检查表;重复运行不改变任何内容 / publish the catalogue's checklists; run again it changes nothing"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_checklists.load(at=clock.now())} checklist(s) published")
