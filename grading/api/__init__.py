"""The safety code (安全码): the grade of an enterprise with its reasons."""

from typing import Any

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import clock
from backend.kernel.web import replies
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from grading.api import appeals, chains, codes, decisions, facts, history, re_ratings, shadows, simulations, statements
from grading.queries import explained
from grading.schemas import SafetyCodeOut, safety_code

router = Router(tags=["grading"])
router.add_router("", codes.router)
for _part in (facts, history, simulations, shadows, statements, decisions, appeals, re_ratings, chains):
    router.add_router("", _part.router)
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)


@router.get("/enterprises/{enterprise_id}/safety-code", auth=readers, response=SafetyCodeOut)
def read_safety_code(request: doors.Request, enterprise_id: Id) -> dict[str, Any]:
    """Return an enterprise's grade as it was last worked out, row by row, and what would improve it.

    A row names only hazards the caller may read.
    """
    code = explained.code_of(enterprise_id, actor=request.actor, at=clock.now())
    return safety_code(code, language=replies.language(request))
