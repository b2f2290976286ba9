"""Values of hand-written SQL on both engines: SQLite keeps UUIDs as hexadecimal text and instants as UTC text.

Only statements that every request runs are written by hand: building them anew with the ORM costs more than running them.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection


def fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a bounded statement; UUIDs and aware instants among the parameters are fitted to the engine."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_fit(value) for value in parameters])
        return list(cursor.fetchall())


def _fit(value: Any) -> Any:
    if connection.vendor == "postgresql":
        return value
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def uuid_of(value: Any) -> UUID:
    """Return a column's value as a UUID."""
    return value if isinstance(value, UUID) else UUID(value)


def uuid_or_none(value: Any) -> UUID | None:
    """Return a column's value as a UUID, or None."""
    return None if value is None else uuid_of(value)


def instant_of(value: Any) -> datetime:
    """Return a column's value as an aware instant in UTC."""
    at: datetime = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
