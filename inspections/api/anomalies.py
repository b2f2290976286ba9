"""What does not look like an honest visit (执法异常): shown to regulators and auditors, never a punishment by itself."""

from typing import Any

from ninja import Query

from accounts.login import doors
from accounts.policy.roles import Role
from backend.kernel import clock
from backend.kernel.web import replies
from backend.kernel.web.router import Router
from inspections.queries import anomalies
from inspections.schemas.anomalies import AnomaliesOut, AnomaliesQuery, answer

router = Router()
readers = doors.only(*anomalies.READERS)


@router.get("/inspection-anomalies", auth=readers, response=AnomaliesOut, by_alias=True)
def list_inspection_anomalies(request: doors.Request, query: Query[AnomaliesQuery]) -> dict[str, Any]:
    """Return what in a region's visits and closures of some days deserves a second look, each with its evidence."""
    at, actor = clock.now(), request.actor
    period, region = query.period(at), anomalies.node(query.region, actor=actor)
    found = anomalies.find(region, start=period[0], end=period[1], numbers=anomalies.numbers(at).document)
    names = actor.duty_over(region.place, [Role.REGULATOR]) is not None
    return answer(found, region=region, period=period, names=names, language=replies.language(request))
