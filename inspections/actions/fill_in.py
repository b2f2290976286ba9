"""Answers (填写检查表): in parts, in any order, twice the same; the pinned versions decide what may be answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from inspections.actions import visiting
from inspections.actions.visiting import Done, Remarks
from inspections.errors import ItemUnknown
from inspections.policy import answers as rules
from inspections.policy import presence
from inspections.policy.answers import Answer
from inspections.policy.visits import Verb
from inspections.queries import inspections as queries
from inspections.queries import visit_sheets as sheets


@transaction.atomic
def fill_in(
    *, received: Received, inspection_id: UUID, actor: Actor, at: datetime, answers: Sequence[Answer], remarks: Remarks
) -> Done:  # fmt: skip
    """Take in one part of an answer sheet. A later answer to an item wins.

    Raises: Replayed, SameId, NotFound, InspectionNotYourMove, ItemUnknown, InspectionWrongStatus.
    """
    step = visiting.begin(Verb.ANSWER, received=received, inspection_id=inspection_id, actor=actor, at=at)
    if foreign := rules.strangers(sheets.items_of(step.inspection), answers):
        raise ItemUnknown(items=foreign)
    after = visiting.judge(step)
    flags = presence.clock_flags(remarks.claimed_at, at=at, numbers=queries.numbers(at).document)
    remarks = replace(remarks, photos=tuple(rules.photos_of(answers)))
    said = {"items": [one.as_json() for one in answers]}
    facts = {"items": {one.code: one.result.value for one in answers}}
    return visiting.finish(step, after, said=said, remarks=remarks, facts=facts, flags=flags)
