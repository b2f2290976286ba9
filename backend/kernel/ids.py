"""Identifiers: RFC 9562 UUIDs. Phones make them; where one is left out the server makes a version 7."""

import uuid

from uuid_utils import compat


def new() -> uuid.UUID:
    """Return a new UUIDv7, strictly increasing within this process."""
    made: uuid.UUID = compat.uuid7()
    return made
