"""The safety code (安全码): the grade of an enterprise with its reasons."""

from typing import Any

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import clock
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from grading import queries
from grading.api import codes, statements
from grading.schemas import SafetyCodeOut, safety_code

router = Router(tags=["grading"])
router.add_router("", codes.router)
router.add_router("", statements.router)
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)


@router.get("/enterprises/{enterprise_id}/safety-code", auth=readers, response=SafetyCodeOut)
def read_safety_code(request: doors.Request, enterprise_id: Id) -> dict[str, Any]:
    """Return an enterprise's grade as it was last worked out, row by row; a row names only hazards the caller may read."""
    enterprise, standing, readable = queries.code_of(enterprise_id, actor=request.actor)
    grey_days = queries.numbers(clock.now()).document.grey_days
    return safety_code(enterprise, standing, readable, grey_days=grey_days)
