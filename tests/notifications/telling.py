"""Messages as other rooms hand them over."""

from typing import Any
from uuid import UUID, uuid5

from accounts.models import Person
from notifications.policy.message import Message, Words
from tests.cast import fixed


def a_message(to: Person | UUID, key: str = "one", **more: Any) -> Message:
    """Return a message about a made-up hazard; the same `key` is the same message."""
    reader = to if isinstance(to, UUID) else to.id
    known = {
        "kind": "hazard.confirmed", "title": Words("隐患已核查", "Hazard verified"),
        "body": Words("请按期整改", "Rectify in time"),
        "subject_kind": "hazard", "subject_id": uuid5(fixed("hazard"), key), "dedupe_key": key,
    }  # fmt: skip
    return Message(to=reader, **(known | more))
