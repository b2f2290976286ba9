"""The safety code of one enterprise as its readers may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel.policies import InForce
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from grading import queries
from grading.models import Standing
from grading.policy import advise
from grading.policy.advise import Act
from grading.policy.document import Document
from grading.policy.grade import grade
from grading.policy.standing import Waiting, step
from grading.queries import standings
from hazards import queries as hazards
from hazards.models import Hazard


@dataclass(frozen=True, slots=True)
class Explained:
    """An enterprise, how it stands, the rule in force, and which hazards of all this the reader may not read."""

    enterprise: Enterprise
    standing: Standing
    rule: InForce[Document]
    hidden: frozenset[str]
    at: datetime

    def outlook(self) -> tuple[Waiting | None, list[Act]]:
        """Return what an improvement waits for, and what to do next; nothing while the facts have to be read anew."""
        facts, track = standings.facts(self.standing), standings.track(self.standing)
        if facts is None:
            return None, []
        policy = self.rule.document
        waiting = step(track, grade(facts, policy, self.at), facts, policy, self.at).waiting
        return waiting, advise.do_next(facts, track, policy, self.at)


def code_of(enterprise_id: UUID, *, actor: Actor, at: datetime) -> Explained:
    """Return the safety code of an enterprise that `actor` may read. Raises: NotFound."""
    enterprise = enterprises.get(enterprise_id, actor=actor)
    row = standings.of(enterprise_id)
    row.enterprise = enterprise
    return Explained(enterprise, row, queries.numbers(at), hidden(_named(row), actor=actor), at)


def _named(row: Standing) -> set[str]:
    known = {hazard["id"] for hazard in (row.facts or {}).get("hazards", ())}
    return known.union(*(line["evidence"] for line in (*row.rows, *row.vetoes)))


def hidden(ids: Iterable[str], *, actor: Actor) -> frozenset[str]:
    """Return those of these ids that are hazards `actor` may not read; facts and self-inspections are no secret here."""
    named = {str(id) for id in Hazard.objects.filter(id__in=set(ids)).values_list("id", flat=True)}
    if not named:
        return frozenset()
    readable = hazards.visible_to(actor).filter(id__in=named).values_list("id", flat=True)
    return frozenset(named - {str(id) for id in readable})
