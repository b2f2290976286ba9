"""The shared cache over Redis; while Redis does not answer each process keeps its own, so that no request fails for it."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

APART_S = 5.0
WAIT_S = 0.3


def _or_apart(name: str) -> Callable[..., Any]:
    shared: Callable[..., Any] = getattr(RedisCache, name)

    def call(self: "Cache", *args: Any, **options: Any) -> Any:
        if time.monotonic() >= self.apart_until:
            try:
                return shared(self, *args, **options)
            except RedisError:
                # for five seconds nobody waits for Redis again
                self.apart_until = time.monotonic() + APART_S
        return getattr(self.own, name)(*args, **options)

    return call


class Cache(RedisCache):
    """Django's Redis cache that falls back to memory."""

    apart_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # no retries: the client's own default waits for seconds between them
        patience = {"socket_timeout": WAIT_S, "socket_connect_timeout": WAIT_S, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})
        self.own = LocMemCache("apart", {})

    add = _or_apart("add")
    get = _or_apart("get")
    set = _or_apart("set")
    delete = _or_apart("delete")
    incr = _or_apart("incr")
    has_key = _or_apart("has_key")
    get_many = _or_apart("get_many")
    set_many = _or_apart("set_many")
    delete_many = _or_apart("delete_many")
    clear = _or_apart("clear")
