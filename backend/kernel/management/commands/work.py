"""`manage.py work`: one worker that needs no broker."""

import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from backend.kernel import clock, lifeline
from backend.kernel.worker import Worker


class Command(BaseCommand):
    help = "后台任务,无需消息中间件 / run background work without a broker"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if parent := os.environ.pop("BIHUAN_PARENT", ""):
            lifeline.tie(parent=int(parent))
        worker = Worker(threads=settings.WORKERS, now=clock.now)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.stop())
        worker.run()
