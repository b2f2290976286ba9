"""Keeps the children of `manage.py serve` alive, and ends them together."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

log = logging.getLogger("bihuan.serve")
GRACE_S = 35.0
LOOK_S = 0.2
HEAD_START_S = 5.0
QUICK_S, LONGEST_PAUSE_S = 5.0, 3.0


@dataclass
class Child:
    """A command of manage.py in a process of its own. `lasting` ones are started again when they end."""

    command: list[str]
    lasting: bool = True
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    quick_ends: int = 0

    def start(self) -> None:
        """Start the process; it ends with this one, even when this one is killed."""
        manage = str(settings.BASE_DIR / "manage.py")
        environment = {**os.environ, "BIHUAN_PARENT": str(os.getpid())}
        self.process = subprocess.Popen([sys.executable, manage, *self.command], env=environment)  # noqa: S603 - our own commands
        self.started_at = time.monotonic()

    def ended(self) -> int | None:
        """Return the exit status of an ended process, None while it runs."""
        return self.process.poll() if self.process else 0

    def revive(self, status: int) -> None:
        """Start it again if it is to last; one that ends as soon as it is started waits longer each time."""
        if not self.lasting:
            self.process = None
            return
        quick = time.monotonic() - self.started_at < QUICK_S and status > 0
        self.quick_ends = self.quick_ends + 1 if quick else 0
        log.warning("%s ended with %s, starting it again", self.command[0], status)
        time.sleep(min(LONGEST_PAUSE_S, LOOK_S * (2**self.quick_ends - 1)))
        self.start()


@dataclass
class Supervisor:
    """Runs `children` until SIGTERM or SIGINT. The first one starts alone, the others when it `answers` (or is slow)."""

    children: list[Child]
    answers: Callable[[], bool] = lambda: True
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Return after a signal, when every child has ended."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._stop.set())
        first, *others = self.children
        first.start()
        patience = time.monotonic() + HEAD_START_S
        while not self._stop.is_set() and not self.answers() and time.monotonic() < patience:
            self._stop.wait(0.03)
        for child in others if not self._stop.is_set() else []:
            child.start()
        while not self._stop.wait(LOOK_S):
            for child in self.children:
                status = child.ended()
                if child.process and status is not None:
                    child.revive(status)
        self._end()

    def _end(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
