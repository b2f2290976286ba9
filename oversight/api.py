"""Oversight (监管): what regulators read off the closed loop."""

from typing import Any

from ninja import Query

from accounts.login import doors
from backend.kernel import clock
from backend.kernel.web import replies
from backend.kernel.web.router import Router
from oversight.queries import rates
from oversight.schemas import RatesOut, RatesQuery, answer

router = Router(tags=["oversight"])
readers = doors.only(*rates.READERS)


@router.get("/oversight/closure-rates", auth=readers, response=RatesOut, by_alias=True)
def closure_rates(request: doors.Request, query: Query[RatesQuery]) -> dict[str, Any]:
    """Return four closure rates side by side (销号率), each with numerator, denominator and its definition in words."""
    at = clock.now()
    period, node = query.period(at), rates.node(query.region, actor=request.actor)
    question = rates.Question(node, period, query.by, at)
    groups, total = rates.rates(question)
    return answer(question, groups, total, language=replies.language(request), public=False)
