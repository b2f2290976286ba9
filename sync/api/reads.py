"""What a phone reads to be up to date."""

from typing import Any

from ninja import Query

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import clock
from backend.kernel.web.router import Router
from sync.queries import changes, cursors
from sync.schemas import feed

router = Router()
# auditors and administrators see no object (三员分立)
phones = doors.only(*sorted(BOUND_TO_ENTERPRISE | OFFICIALS))


@router.get("/sync/changes", auth=phones, response=feed.ChangesOut)
def list_changes(request: doors.Request, asked: Query[feed.ChangesIn]) -> dict[str, Any]:
    """Return what changed in the caller's scope since `cursor`, in commit order; without one, everything there is."""
    actor = request.actor
    cursor = cursors.unseal(asked.cursor, person_id=actor.id) if asked.cursor else None
    page = changes.since(cursor, actor=actor, at=clock.now(), limit=asked.limit)
    shown = [feed.change(row) for row in page.changes]
    return {"changes": shown, "cursor": cursors.seal(page.cursor, person_id=actor.id), "more": page.more}
