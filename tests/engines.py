"""Both database engines as tests need them: emptied in spite of the triggers, catalogue loaded, memory forgotten."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate

from accounts import queries as accounts
from accounts.login import limits
from backend.kernel import calendar, jobs, policies
from tests import catalogue


def forget() -> None:
    """Drop everything that this process keeps in memory between requests."""
    policies.forget()
    calendar.forget()
    jobs.listeners.cache_clear()
    cache.clear()
    limits.forget()
    accounts.forget_regions()
    # only where a photo was judged in this process: importing it would load numpy into every test
    if search := sys.modules.get("media.likeness.search"):
        search.forget()


def _spared_triggers(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Return `sql_flush` with every trigger dropped before and made again after, on SQLite, where flush means DELETE."""

    def flush(*args: Any, **options: Any) -> list[str]:
        statements = sql_flush(*args, **options)
        if not statements or connection.vendor != "sqlite":
            return statements
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        return [f'DROP TRIGGER "{name}"' for name, _ in triggers] + statements + [sql for _, sql in triggers]

    return flush


def _load(*, using: str, **_: Any) -> None:
    forget()
    catalogue.load()


@contextmanager
def prepared() -> Iterator[None]:
    """Prepare this process: flush works, and every migrate and every flush ends with the catalogue loaded."""
    original = connection.ops.sql_flush
    connection.ops.sql_flush = _spared_triggers(original)
    sender = apps.get_app_config("kernel")  # one room of many, so that it is done once
    post_migrate.connect(_load, sender=sender, dispatch_uid="tests.catalogue")
    yield
    post_migrate.disconnect(sender=sender, dispatch_uid="tests.catalogue")
    connection.ops.sql_flush = original
