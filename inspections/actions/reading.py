"""A hidden plan is looked at (查阅未公开的检查): every time is an entry and a row, because plans are what leaks (T13)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS
from backend.kernel import ids, ledger
from backend.kernel.ledger import Head, Step
from inspections.models import Inspection, PlanReading


def note(seen: Iterable[Inspection], *, actor: Actor, at: datetime) -> None:
    """Write down that `actor` was shown these; nothing for what is not hidden. One entry however many plans an answer shows.

    Each reading is a chain of its own, so that nobody waits for another reader.
    """
    hidden = [row for row in seen if row.is_hidden]
    if hidden:
        _write(hidden, actor=actor, at=at)


@transaction.atomic
def _write(hidden: list[Inspection], *, actor: Actor, at: datetime) -> None:
    reading_id, signer = ids.new(), accounts.signer(actor, *OFFICIALS)
    ledger.append(
        Step(
            kind="plan_reading.noted", subject_kind="plan_reading", subject_id=reading_id, signer=signer, at=at,
            place=hidden[0].place.code, facts={"inspections": [row.id for row in hidden]},
        ),
        Head(),
    )  # fmt: skip
    PlanReading.objects.bulk_create(
        PlanReading(
            inspection=row, reading_id=reading_id, account_id=actor.id, name=actor.name, role=signer.role, at=at
        )
        for row in hidden
    )  # fmt: skip
