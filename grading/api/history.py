"""The history of grades (等级历史), the codes of a region, and the facts behind a published grade."""

from typing import Any

from ninja import Query

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from grading import queries
from grading.queries import explained, history
from grading.schemas import history as schemas

router = Router()
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)
keepers = doors.only(*OFFICIALS, Role.OWNER, Role.OFFICER, Role.AGENCY)
officials = doors.only(*OFFICIALS)
# corrected periods are written after what they supersede, so that ids follow time in every view
BY_TIME = pages.Order("id", parse=int, unique=True)


@router.get("/enterprises/{enterprise_id}/safety-code/history", auth=readers, response=schemas.GradeHistoryOut, by_alias=True)
def list_grade_history(request: doors.Request, enterprise_id: Id, query: Query[schemas.HistoryQuery]) -> dict[str, Any]:
    """Return the history of an enterprise's grade, newest first: as it is known now, or as it was known at an instant."""
    known_at = query.as_known_at
    rows = history.of(enterprise_id, actor=request.actor, as_known_at=known_at)
    page = pages.page(rows, order=BY_TIME, limit=query.limit, cursor=query.cursor)
    return {"items": [schemas.period(row, known_at=known_at) for row in page.items], "next_cursor": page.next_cursor}


@router.get("/enterprises/{enterprise_id}/safety-code/facts", auth=keepers, response=schemas.GradeFactsOut)
def read_grade_facts(request: doors.Request, enterprise_id: Id) -> dict[str, Any]:
    """Return the facts and the rule of the published grade, so that anyone can work it out again."""
    code = explained.code_of(enterprise_id, actor=request.actor, at=clock.now())
    document = queries.version(code.standing.policy_version or 0).document.model_dump(mode="json")
    return schemas.grade_facts(code, document=document)


@router.get("/safety-codes", auth=officials, response=schemas.SafetyCodesOut)
def list_safety_codes(request: doors.Request, query: Query[schemas.SafetyCodesQuery]) -> dict[str, Any]:
    """Return the codes of the enterprises in the caller's regions, by region and colour."""
    rows = history.codes(region=query.region, grade=query.grade, actor=request.actor)
    page = pages.page(rows, limit=query.limit, cursor=query.cursor)
    total = rows.count() if query.count else None
    return {"items": [schemas.short(row) for row in page.items], "next_cursor": page.next_cursor, "count": total}
