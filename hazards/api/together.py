"""Reports that a phone's queue brought, opened together: the same judgement and answers, a tenth of the statements."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from accounts.login import doors
from backend.kernel import clock
from backend.kernel.problems import Problem
from backend.kernel.web.requests import received
from hazards.actions import report
from hazards.api import present
from hazards.api.reads import reporters
from hazards.schemas import forms, inputs


def report_hazards(requests: Sequence[doors.Request]) -> dict[UUID, dict[str, Any]]:
    """Open those reports of one person that may be opened together and return what each is answered with 201, by id.

    The others are left for `report_hazard`, each alone. Raises: django.db.Error: none was opened.
    """
    at, sent = clock.now(), []
    for request in requests:
        # whatever this one is refused for, `report_hazard` says
        with suppress(ValidationError, Problem):
            reporters.admit(request.actor)
            body = inputs.ReportIn.model_validate(request.received_json)  # type: ignore[attr-defined]  # parsed with the queue
            got = received(request, kind="hazard", id=body.id, actor_id=request.actor.id, at=at)
            sent.append((forms.report(body), got))
    if not sent:
        return {}
    actor = requests[0].actor
    return present.together(report.report_many(sent, actor=actor, at=at), actor=actor, at=at)
