"""The inbox (消息箱): own notices only, in the reader's language."""

from typing import Annotated

from ninja import Query
from pydantic import StringConstraints

from accounts.login import doors
from backend.kernel import clock, pages
from backend.kernel.web import fields, replies
from backend.kernel.web.router import Router
from notifications import queries
from notifications.actions.mark_read import mark_read
from notifications.schemas import InboxOut, NoticeOut, ReadIn, ReadsIn, UnreadOut, notice_out

router = Router(tags=["notifications"])
Since = Annotated[str, StringConstraints(min_length=1, max_length=20)]


class InboxQuery(fields.Body):
    """What to show of the inbox."""

    since: Since | None = None
    unread: fields.QueryFlag | None = None
    limit: fields.Limit | None = None
    cursor: fields.Cursor | None = None
    count: fields.QueryFlag = False


@router.get("/inbox", auth=doors.signed_in, response=InboxOut)
def list_inbox(request: doors.Request, query: Query[InboxQuery]) -> InboxOut:
    """Return own notices, newest first; with `since`, everything after that position, oldest first."""
    after = queries.since_seq(query.since) if query.since is not None else None
    rows, order = queries.inbox(request.actor, since=after, unread=query.unread)
    page = pages.page(rows, order=order, limit=query.limit, cursor=query.cursor)
    items = [notice_out(notice, replies.language(request)) for notice in page.items]
    unread, last = queries.unread(request.actor.id), queries.last_seq(request.actor.id)
    since = max([after, *(notice.seq for notice in page.items)]) if after is not None else last
    total = rows.count() if query.count else None
    return InboxOut(items=items, next_cursor=page.next_cursor, since=str(since), unread=unread, count=total)


@router.post("/inbox/reads", auth=doors.signed_in, response=UnreadOut)
def mark_notices_read(request: doors.Request, body: ReadsIn) -> UnreadOut:
    """Mark up to 200 own notices as read."""
    marked, left = mark_read(notice_ids=body.ids, actor=request.actor, at=clock.now())
    return UnreadOut(marked=marked, unread=left)


@router.post("/inbox/{notice_id}/reads", auth=doors.signed_in, response=NoticeOut)
def mark_notice_read(request: doors.Request, notice_id: fields.Id, body: ReadIn) -> NoticeOut:
    """Mark one own notice as read; the time of the first reading stays."""
    mark_read(notice_ids=[notice_id], actor=request.actor, at=clock.now())
    return notice_out(queries.visible_to(request.actor).get(id=notice_id), replies.language(request))
