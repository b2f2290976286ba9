"""What has to stand before the first request: directories, keys, tables, a calendar that knows the year."""

import contextlib
import io
import socket
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from backend.kernel import calendar, canonical, receipts

MIGRATION_LOCK = 7_201_123


def port_is_free(host: str, port: int) -> bool:
    """Return whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def on_disk() -> set[tuple[str, str]]:
    """Return every migration there is a file of, without importing one (Django's own loader needs half a second)."""
    found = set()
    for config in apps.get_app_configs():
        with contextlib.suppress(ModuleNotFoundError):
            package = import_module(f"{config.name}.migrations")
            folder = Path(str(package.__file__)).parent
            found |= {(config.label, file.stem) for file in folder.glob("[0-9]*.py")}
    return found


def migrated() -> bool:
    """Return whether the database has every migration on disk; a squashed one counts by what it replaces."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return on_disk() <= {(app, name) for app, name in cursor.fetchall()}
    except DatabaseError:
        return False


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one starter migrate at a time; SQLite's own write lock does it there."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def _fingerprint() -> str:
    """Return what has to be equal for a start to be a second one: migrations, catalogue and database."""
    catalogue = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(settings.CATALOGUE_DIR.glob("*"))]
    place = [settings.DATABASES["default"].get(part) for part in ("ENGINE", "HOST", "PORT", "NAME")]
    return canonical.digest([str(sorted(on_disk())), str(catalogue), str(place)])


def prepare(*, at: datetime) -> None:
    """Make directories and keys, bring the tables up to date, and see that the calendar knows the year of `at`.

    Raises: calendar.YearUnknown; django.db.OperationalError if the database cannot be reached.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    receipts.make_key_file(settings.RECEIPT_KEY_FILE)
    done = settings.VAR_DIR / "prepared"
    if not migrated() or not done.exists() or done.read_text() != _fingerprint():
        connection.close()
        with _alone():
            call_command("migrate", verbosity=0, interactive=False)
            for name in settings.AFTER_MIGRATE:
                call_command(name, stdout=io.StringIO())
        done.write_text(_fingerprint())
    calendar.require_current_year(at)
    connection.close()
