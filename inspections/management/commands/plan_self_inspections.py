"""`manage.py plan_self_inspections`: gives every enterprise that has none yet a row in the timetable of self-inspection."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel import clock
from inspections.actions import schedule


class Command(BaseCommand):
    help = "为尚无自查计划的企业排上计划;重复运行不改变任何内容 / plan enterprises that were never planned"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{schedule.look_at_all(at=clock.now())} enterprise(s) to be planned")
