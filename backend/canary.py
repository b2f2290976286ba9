"""Ends a Celery worker that has gone deaf, so that its supervisor starts it anew."""

import logging
import os
import signal
import time
from typing import Any

from celery import bootsteps
from celery.worker import state

log = logging.getLogger("bihuan.broker")


class Canary(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """Ends a worker that has received nothing for three minutes although beat ticks every five seconds.

    A consumer can lose its broker connection without noticing (celery issues 8030, 8091); its supervisor starts it anew.
    """

    requires = {"celery.worker.components:Timer"}
    LOOK_S, PATIENCE_S = 30.0, 180.0

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.seen, self.since = 0, time.monotonic()

    def start(self, worker: Any) -> None:
        """Look every half minute."""
        worker.timer.call_repeatedly(self.LOOK_S, self.look)

    def look(self) -> None:
        """Note whether anything was received since the last look, and end the worker when it is too long ago."""
        seen = sum(state.total_count.values())
        if seen != self.seen:
            self.seen, self.since = seen, time.monotonic()
        elif time.monotonic() - self.since > self.PATIENCE_S:
            log.error("nothing received for %.0f s, ending this worker so that it is started anew", self.PATIENCE_S)
            os.kill(os.getpid(), signal.SIGTERM)
