"""What the inbox takes and answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from backend.kernel.web.fields import Body, Id, Out
from notifications.models import Notice


class ReadsIn(Body):
    """Ids of own notices that have been read; at most 200."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=200)]


class ReadIn(Body):
    """Nothing needs to be said."""


class SubjectOut(Out):
    """What a notice is about."""

    kind: str
    id: UUID


class NoticeOut(Out):
    """One notice in the reader's language; `urgent` means immediate danger."""

    id: UUID
    kind: str
    title: str
    body: str
    subject: SubjectOut
    urgent: bool
    created_at: datetime
    read_at: datetime | None


class InboxOut(Out):
    """A page of the inbox. Keep `since` and send it next time to get everything newer, oldest first."""

    items: list[NoticeOut]
    next_cursor: str | None
    since: str
    unread: int
    count: int | None = None


class UnreadOut(Out):
    """How many notices were marked now, and how many are left unread."""

    marked: int
    unread: int


def notice_out(notice: Notice, language: str) -> NoticeOut:
    """Return `notice` in `language` (`zh` or `en`)."""
    english = language == "en"
    return NoticeOut(
        id=notice.id, kind=notice.kind, title=notice.title_en if english else notice.title_zh,
        body=notice.body_en if english else notice.body_zh, urgent=notice.urgent,
        subject=SubjectOut(kind=notice.subject_kind, id=notice.subject_id),
        created_at=notice.created_at, read_at=notice.read_at,
    )  # fmt: skip
