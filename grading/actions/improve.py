"""Improvement (县级降档决定): the county lets an enterprise leave a colour that only it opens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from grading.actions import parties, regrade
from grading.errors import ImprovementNotAwaited
from grading.models import Improvement
from grading.models.taken import Taken
from grading.policy.standing import Waiting
from grading.queries import contests, standings

AWAITED = "county_decision"


@dataclass(frozen=True, slots=True)
class Improved:
    """A decision that was taken, the enterprise after it, and what its grade waits for now."""

    improvement: Improvement
    enterprise: Enterprise
    waiting: Waiting | None
    receipt: Receipt


@transaction.atomic
def improve(*, reason: str, received: Received, enterprise_id: UUID, actor: Actor, at: datetime) -> Improved:
    """Decide that an enterprise may leave its colour. It does so at once if nothing else is missing; the step uses this up.

    Raises: Replayed, SameId, NotFound, NotYourMove, GradeSamePerson; ImprovementNotAwaited with what the grade waits for.
    """
    receipt = idempotency.claim(received)
    signer = parties.county(enterprises.get(enterprise_id, actor=actor), actor)
    regrade.regrade(enterprise_id, at=at)
    row = standings.lock(enterprise_id)
    parties.not_of_the_firm(row.enterprise, actor)
    _awaited(contests.waiting(row, at))
    made = Improvement.objects.create(
        id=received.id, enterprise=row.enterprise, reason=reason, at=at, made_by=actor.id, made_person=actor.person,
        made_name=actor.name, duty_id=signer.duty_id, salt=ledger.salt(),
    )  # fmt: skip
    said = {"reason": reason} if reason else {}
    taken = Taken(signer, at, made.id, made.salt, {"leaves": row.stepped}, said, request_id=received.request_id)
    step = taken.step("improvement.made", "improvement", made.id, row.enterprise, before=row.stepped, after="decided")
    entry = ledger.append(step, ledger.Head())
    made.ledger_head = entry.hash
    made.save(update_fields=["ledger_head"])
    regrade.after(entry.id, at=at)
    row = standings.lock(enterprise_id)
    return Improved(made, row.enterprise, contests.waiting(row, at), receipt)


def _awaited(waiting: Waiting | None) -> None:
    if waiting is None:
        raise ImprovementNotAwaited(waiting_for=None)
    if waiting.what != AWAITED:
        raise ImprovementNotAwaited(
            detail=waiting.words(), detail_en=waiting.words(english=True),
            waiting_for={"what": waiting.what, "until": waiting.until},
        )  # fmt: skip
