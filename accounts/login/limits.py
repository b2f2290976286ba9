"""Counting (限流): atomic counters by the `limits` package, in memory embedded, in Redis in production.

Redis that is down or slow costs one request less than half a second; for the next five seconds this process counts by itself.
RATE_SCALE multiplies every amount, never a time.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any, TypeVar

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger("bihuan.limits")
Answer = TypeVar("Answer")
SWEEP_S = 10.0
APART_S = 5.0
WAIT_S = 0.3


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` in `seconds`; `amount` is what RATE_SCALE 1 means, unless it is not `scaled` at all."""

    name: str
    amount: int
    seconds: int
    scaled: bool = True

    @property
    def most(self) -> int:
        """Return the amount in force."""
        return max(1, int(self.amount * settings.RATE_SCALE)) if self.scaled else self.amount

    @property
    def item(self) -> RateLimitItemPerSecond:
        """Return it as the package knows it."""
        return RateLimitItemPerSecond(self.most, self.seconds, namespace=self.name)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether there was room, how much is left, and in how many seconds there is room again (at least 1).

    `beyond`: how many of those counted together found no room.
    """

    ok: bool
    left: int
    reset_s: int
    beyond: int = 0


class Memory(MemoryStorage):
    """The package's memory storage, swept every ten seconds instead of a hundred times a second."""

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - replaces a private method of the package
        if not self.timer.is_alive():
            self.timer = threading.Timer(SWEEP_S, self._MemoryStorage__expire_events)  # type: ignore[attr-defined]  # same
            self.timer.daemon = True
            self.timer.start()


class Counters:
    """One storage and the exact (moving) windows over it."""

    def __init__(self, storage: Memory | RedisStorage) -> None:
        self.storage = storage
        self.moving = MovingWindowRateLimiter(storage)


_here = Counters(Memory())
_apart_until = 0.0


@lru_cache(maxsize=2)
def _shared(url: str) -> Counters:
    # no retries: the client's own default waits for seconds between them
    patience: dict[str, Any] = {"socket_timeout": WAIT_S, "socket_connect_timeout": WAIT_S, "retry": Retry(NoBackoff(), 0)}
    return Counters(RedisStorage(url, wrap_exceptions=True, **patience))


def _count(action: Callable[[Counters], Answer]) -> Answer:
    global _apart_until
    if settings.REDIS_URL and time.monotonic() >= _apart_until:
        try:
            return action(_shared(settings.REDIS_URL))
        except StorageError as error:
            _apart_until = time.monotonic() + APART_S
            log.warning("counting apart, Redis does not answer: %s", type(error.storage_error).__name__)
    return action(_here)


def take(limit: Limit, *key: str, amount: int = 1) -> Taken:
    """Count one, or `amount` at once, in a window that began with its first; one atomic step. For many and cheap counts."""
    name = limit.item.key_for(*key)

    def step(counters: Counters) -> Taken:
        count = counters.storage.incr(name, limit.seconds, amount=amount)
        beyond = min(amount, max(0, count - limit.most))
        return Taken(count <= limit.most, max(0, limit.most - count), _wait(counters.storage.get_expiry(name)), beyond)

    return _count(step)


def state(limit: Limit, *key: str) -> Taken:
    """Return how such a window stands, without counting."""
    name = limit.item.key_for(*key)

    def look(counters: Counters) -> Taken:
        count = counters.storage.get(name)
        wait = _wait(counters.storage.get_expiry(name)) if count else limit.seconds
        return Taken(count < limit.most, max(0, limit.most - count), wait)

    return _count(look)


def take_exactly(limit: Limit, *key: str) -> bool:
    """Count one in a window that ends now, and return whether there was room; for few and costly things."""
    return _count(lambda counters: counters.moving.hit(limit.item, *key))


def wait_exactly(limit: Limit, *key: str) -> int:
    """Return in how many seconds such a window has room again; 0 if it has room now."""

    def look(counters: Counters) -> int:
        stats = counters.moving.get_window_stats(limit.item, *key)
        return 0 if stats.remaining else _wait(stats.reset_time)

    return _count(look)


def forget_exactly(limit: Limit, *key: str) -> None:
    """Empty such a window."""
    _count(lambda counters: counters.moving.clear(limit.item, *key))


def _wait(until: float) -> int:
    return max(1, ceil(until - time.time()))


def forget() -> None:
    """Drop what this process has counted; for tests."""
    _here.storage.reset()
