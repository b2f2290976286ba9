"""What everybody may read of oversight, without login: closure rates by county, none of fewer than five cases."""

from typing import Any

from django.http import HttpRequest
from ninja import Query

from backend.kernel import clock
from backend.kernel.web import replies
from backend.kernel.web.router import Router
from oversight.queries import rates
from oversight.schemas import PeriodQuery, RatesOut, answer

router = Router(tags=["public"])


@router.get("/public/closure-rates", auth=None, response=RatesOut, by_alias=True)
def public_closure_rates(request: HttpRequest, query: Query[PeriodQuery]) -> dict[str, Any]:
    """Return the closure rates of the counties of a region; a rate of fewer than five cases is not shown."""
    at = clock.now()
    period, node = query.period(at), rates.public_node(query.region)
    question = rates.Question(node, period, "region", at)
    return answer(question, rates.by_county(question), None, language=replies.language(request), public=True)
