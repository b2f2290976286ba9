"""Look-back tasks (回头看任务): who is to visit which closed hazard, and by when. Doing one is an act on the hazard."""

from typing import Any

from ninja import Query

from accounts.login import doors
from backend.kernel import clock, pages
from backend.kernel.web.router import Router
from inspections.queries import look_backs as queries
from inspections.schemas import look_backs as schemas

router = Router()
readers = doors.only(*queries.READERS)
NEXT_DUE = pages.Order("due_at", descending=False)


@router.get("/look-backs", auth=readers, response=schemas.LookBackTasksOut)
def list_look_backs(request: doors.Request, filters: Query[schemas.LookBackFilters]) -> dict[str, Any]:
    """Return the look-back tasks in the caller's regions, the next due first; `mine`: those he may do now.

    A task shows itself to grid workers (general hazards) and inspectors when its window opens, to regulators at once.
    """
    at, actor = clock.now(), request.actor
    rows = queries.listed(at=at, actor=actor, filters=filters.model_dump())
    page = pages.page(rows, order=NEXT_DUE, limit=filters.limit, cursor=filters.cursor)
    items, total = [schemas.task(row, actor=actor, at=at) for row in page.items], rows.count() if filters.count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}
