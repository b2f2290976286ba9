"""Nobody waits for a store that was just found away: it is left alone for a while, then one caller tries again."""

import threading
import time
from collections.abc import Callable

from backend.kernel.problems import Unavailable

FIRST_S, LONGEST_S = 2.0, 20.0


class Breaker:
    """Remembers, for one process, that the store did not answer. Each failed trial doubles the pause up to 20 seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._failures, self._until = 0, 0.0

    @property
    def is_open(self) -> bool:
        """Return whether the last call failed, also when the pause is over and nobody has tried again yet."""
        return self._failures > 0

    def admit(self) -> None:
        """Let a call through, of many after a pause only the first. Raises: Unavailable at once for all others."""
        with self._lock:
            if not self._failures:
                return
            if self.clock() < self._until:
                raise Unavailable
            self._until = self.clock() + LONGEST_S

    def failed(self) -> None:
        """Take note that the store did not answer."""
        with self._lock:
            self._failures += 1
            self._until = self.clock() + min(LONGEST_S, FIRST_S * 2 ** min(self._failures - 1, 10))

    def answered(self) -> None:
        """Take note that it is there, whatever it said."""
        with self._lock:
            self._failures, self._until = 0, 0.0
