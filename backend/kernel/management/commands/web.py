"""`manage.py web`: the web server alone (granian, WSGI)."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from backend.kernel import lifeline


class Command(BaseCommand):
    help = "只启动网页服务 / serve API and pages, without background work"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        if parent := os.environ.pop("BIHUAN_PARENT", ""):
            lifeline.tie(parent=int(parent))
        os.environ["BIHUAN_WEB"] = str(os.getpid())
        server = Granian(
            "backend.wsgi:application", address=options["host"], port=settings.PORT, interface=Interfaces.WSGI,
            workers=settings.WEB_WORKERS, blocking_threads=settings.WEB_THREADS, backpressure=settings.WEB_THREADS * 32,
            http1_settings=HTTP1Settings(header_read_timeout=30_000), log_access=False, log_level=LogLevels.error,
            workers_kill_timeout=30,
            # one that is killed takes neither its siblings nor the listening socket with it
            respawn_failed_workers=True,
        )  # fmt: skip
        server.serve()
