"""`manage.py keep_day_keys`: commits the coming days' keys and reveals those due; the timetable does it every hour."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel import clock
from hazards.actions import day_keys


class Command(BaseCommand):
    help = "公布今后三十天的抽签密钥承诺,公开到期的密钥 / commit the coming days' keys, reveal those due"

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        self.stdout.write(f"{day_keys.commit_ahead(at=at)} key(s) committed, {day_keys.reveal_due(at=at)} revealed")
