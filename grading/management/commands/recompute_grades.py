from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel import clock
from grading.actions import recompute


class Command(BaseCommand):
    help = "重算全部等级并与保存的核对,不一致即更正 / work every grade out again and mend what differs"

    def handle(self, *args: Any, **options: Any) -> None:
        run = recompute.everything(at=clock.now())
        self.stdout.write(f"{run.enterprises} 家 / enterprises, {run.differences} 处不一致 / differences")
        for enterprise_id in run.differing:
            self.stdout.write(enterprise_id)
        if run.differences:
            raise SystemExit(1)
