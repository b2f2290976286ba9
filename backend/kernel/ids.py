"""Identifiers: RFC 9562 UUIDs. Phones make them; where one is left out the server makes a version 7."""

import uuid
from datetime import UTC, datetime

from uuid_utils import compat


def new() -> uuid.UUID:
    """Return a new UUIDv7, strictly increasing within this process."""
    made: uuid.UUID = compat.uuid7()
    return made


def made_at(id: uuid.UUID) -> datetime:
    """Return the instant (UTC, milliseconds) at which an id of this server was made; of a version 7 alone."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)
