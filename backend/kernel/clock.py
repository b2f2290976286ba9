"""The one clock. Only edges (api, public, pages, tasks, commands) ask it; everything below is handed `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant as an aware UTC datetime, cut to milliseconds so that every engine keeps it whole."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def text(at: datetime) -> str:
    """Return `at` as RFC 3339 text in UTC with `Z`, exactly as answers and receipts print it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
