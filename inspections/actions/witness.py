"""Whether somebody was there (到场记录): what the loop asks of a visit that a re-inspection names (guarantees.md T10)."""

from datetime import timedelta

from hazards.actions.witness import Named
from inspections.models import VisitAct
from inspections.policy.visits import Verb
from inspections.queries import inspections as queries


def was_there(named: Named) -> bool:
    """Return whether the actor himself checked in on this visit to the enterprise in the last hours of the policy.

    Raises: NotFound for a visit that he may not read.
    """
    visit = queries.get(named.inspection_id, actor=named.actor)
    hours = timedelta(hours=queries.numbers(named.at).document.witness_hours)
    came = VisitAct.objects.filter(inspection_id=visit.id, verb=Verb.CHECK_IN, person=named.actor.person)
    return visit.enterprise_id == named.enterprise_id and came.filter(at__gt=named.at - hours).exists()
