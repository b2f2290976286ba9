"""Hints to the production executor. Imported by name (settings.JOB_HINTS) only where there is a broker."""

import logging
import time

from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from backend.celery import app

log = logging.getLogger("bihuan.broker")
QUIET_S = 10.0
_silent_until = 0.0


def hint() -> None:
    """Tell a worker that there is work. A broker that is down costs one sender a second, then nobody for ten."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        app.send_task("backend.tasks.run_due", retry=False, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        _silent_until = time.monotonic() + QUIET_S
        log.warning("broker not reachable, the sweep will find the work: %s", error)
