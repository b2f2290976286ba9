"""Regrade (评级): work out an enterprise's grade again and write it to the enterprise, with its reasons."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from enterprises import queries as enterprises
from enterprises.actions.grade import set_grade
from enterprises.models import Enterprise
from grading import queries
from grading.models import Standing, Weight
from grading.policy import changes
from grading.policy.facts import Facts
from grading.policy.grade import grade
from grading.policy.rows import Row
from grading.policy.standing import Standing as Track
from grading.policy.vetoes import Veto
from hazards.models import Hazard
from hazards.policy.words import Status

MOST = 500


@transaction.atomic
def after(entry_id: UUID, *, at: datetime) -> None:
    """Follow one ledger entry of a hazard or of an enterprise; again changes nothing."""
    entry = queries.entry(entry_id)
    if entry.enterprise_id is None:
        return
    # the lock comes first, so that of two jobs the later one has seen all that the earlier one saw
    enterprise = enterprises.lock_plain(entry.enterprise_id)
    seen = entry.subject_kind == "hazard" and _weigh(entry.subject_id, at=at)
    _regrade(enterprise, seen=seen, at=at)


@transaction.atomic
def regrade(enterprise_id: UUID, *, at: datetime) -> None:
    """Work out one enterprise's grade as of `at`. Raises: NotFound."""
    _regrade(enterprises.lock_plain(enterprise_id), seen=False, at=at)


def sweep(*, at: datetime) -> int:
    """Regrade the enterprises whose grade the calendar may have changed, each in its own transaction; return how many."""
    found = queries.due(at, most=MOST)
    for enterprise_id in found:
        regrade(enterprise_id, at=at)
    return len(found)


def _weigh(hazard_id: UUID, *, at: datetime) -> bool:
    """Keep the row of one hazard as the hazard stands now; return whether an official or its end has made it certain."""
    hazard = Hazard.objects.get(id=hazard_id)
    lapses = queries.lapses_of(hazard_id)
    if changes.matters(queries.weighed(hazard, lapses), queries.numbers(at).document, at):
        row = Weight(hazard_id=hazard_id, enterprise_id=hazard.enterprise_id, lapses=lapses)
        Weight.objects.bulk_create([row], update_conflicts=True, unique_fields=["hazard"], update_fields=["enterprise", "lapses"])
    else:
        Weight.objects.filter(hazard_id=hazard_id).delete()
    return hazard.status == Status.CLOSED or hazard.due_at is not None


def _regrade(enterprise: Enterprise, *, seen: bool, at: datetime) -> None:
    standing, policy = queries.standing(enterprise.id), queries.numbers(at)
    hazards = queries.weights(enterprise.id)
    facts = Facts(registered_at=enterprise.registered_at, rated=standing.rated or seen, hazards=tuple(hazards))
    result = grade(facts, policy.document, at)
    standing.rated = result.score is not None
    standing.vetoes = [_plain(veto) for veto in result.vetoes]
    standing.next_at = changes.next_change(facts, Track(), policy.document, at)
    Standing.objects.bulk_create(
        [standing], update_conflicts=True, unique_fields=["enterprise"], update_fields=["rated", "vetoes", "next_at"]
    )
    if done := [hazard.id for hazard in hazards if not changes.matters(hazard, policy.document, at)]:
        Weight.objects.filter(hazard_id__in=done).delete()
    if result.score is not None:
        rows = [_plain(row) for row in result.rows]
        set_grade(
            enterprise_id=enterprise.id, grade=result.grade, score=result.score, rows=rows, policy_version=policy.version, at=at
        )


def _plain(line: Row | Veto) -> dict[str, Any]:
    """Return a line of the explanation as JSON."""
    plain = {**asdict(line), "evidence": [str(id) for id in line.evidence]}
    return {name: value for name, value in plain.items() if name not in ("condition", "ends_with_its_cause")}
