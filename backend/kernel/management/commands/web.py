"""`manage.py web`: the web server alone (granian)."""

import os
import resource
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from backend.kernel import lifeline

MOST_CONNECTIONS = 4096
SPARED_FILES = 256


def _connections() -> int:
    """Return how many connections a process may hold: phones on slow lines hold theirs for minutes, and each is a file."""
    wanted, unlimited = MOST_CONNECTIONS + SPARED_FILES, resource.RLIM_INFINITY
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != unlimited and allowed < wanted:
        allowed = wanted if most == unlimited else min(most, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return MOST_CONNECTIONS if allowed == unlimited else max(64, min(MOST_CONNECTIONS, allowed - SPARED_FILES))


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
            "backend.rsgi:application", address=options["host"], port=settings.PORT, interface=Interfaces.RSGI,
            workers=settings.WEB_WORKERS, backpressure=_connections(), websockets=False,
            http1_settings=HTTP1Settings(header_read_timeout=30_000), log_access=False, log_level=LogLevels.error,
            workers_kill_timeout=30,
            # one that is killed takes neither its siblings nor the listening socket with it
            respawn_failed_workers=True,
        )  # fmt: skip
        server.serve()
