"""What the job table calls in this room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actions import forget


def send_nothing(*, at: datetime, job_id: UUID, **_: Any) -> None:
    """Send nothing: the job of a code asked for a number nobody has."""


def forget_sessions(*, at: datetime, job_id: UUID, **_: Any) -> None:
    """Delete expired sessions."""
    forget.sessions(at=at)
