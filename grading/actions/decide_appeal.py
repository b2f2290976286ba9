"""Decide an appeal (申诉决定): an official of the county or above who took no part, with written reasons.

A granted one corrects the facts, not the history: it strikes evidence, voids facts or ends an override, and everything is
worked out again from when that first weighed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from grading.actions import override as overriding
from grading.actions import parties, record, regrade
from grading.actions.appeal import Appealed, note_hands
from grading.actions.correct import correct
from grading.errors import AppealDecided, AppealPhotoMissing, AppealSamePerson
from grading.models import Appeal, Disputed, Override
from grading.models.taken import Taken
from grading.policy.contest import Point
from grading.queries import appeals as queries
from grading.queries import corrections, facts, overrides, standings
from media import queries as media

GRANTED, FACT, OVERRIDE = "appeal.granted", "fact", "override"
GRANTED_WORDS = "申诉成立"


@transaction.atomic
def grant(*, reasons: str, received: Received, appeal_id: UUID, actor: Actor, at: datetime) -> Appealed:
    """Grant an appeal (申诉成立): the grade is put right at once, and the history restated.

    Raises: Replayed, SameId, NotFound, NotYourMove, AppealSamePerson, AppealDecided, AppealPhotoMissing.
    """
    receipt, appeal, taken = _begin(reasons, received=received, appeal_id=appeal_id, actor=actor, at=at)
    if media.blocking(media.slots([appeal.id])[appeal.id]):
        raise AppealPhotoMissing
    regrade.regrade(appeal.enterprise_id, at=at)
    items = list(appeal.disputed.all())
    since = _weighed_since(appeal, items) or at
    for item in items:
        _take_out(item, taken, actor)
    _settle(appeal, "granted", reasons, taken, actor)
    correct(
        appeal.enterprise_id, strikes=[(item.factor, item.evidence) for item in items if item.what != OVERRIDE],
        overrides=[item.evidence for item in items if item.what == OVERRIDE], since=since, cause=GRANTED, appeal=appeal.id, at=at,
    )  # fmt: skip
    return Appealed(queries.lock(appeal.id), enterprises.get_plain(appeal.enterprise_id), receipt)


@transaction.atomic
def refuse(*, reasons: str, received: Received, appeal_id: UUID, actor: Actor, at: datetime) -> Appealed:
    """Refuse an appeal (申诉不成立): everything stays as it is.

    Raises: Replayed, SameId, NotFound, NotYourMove, AppealSamePerson, AppealDecided.
    """
    receipt, appeal, taken = _begin(reasons, received=received, appeal_id=appeal_id, actor=actor, at=at)
    _settle(appeal, "refused", reasons, taken, actor)
    return Appealed(queries.lock(appeal.id), appeal.enterprise, receipt)


def _begin(reasons: str, *, received: Received, appeal_id: UUID, actor: Actor, at: datetime) -> tuple[Receipt, Appeal, Taken]:
    """Claim the act's id, lock standing and appeal, judge who and when."""
    receipt = idempotency.claim(received, subject_id=appeal_id)
    found = queries.get(appeal_id, actor=actor)
    # who voids a fact locks it before the standing, too
    facts.lock_all(item.evidence for item in found.disputed.all() if item.what == FACT)
    standings.lock(found.enterprise_id)
    appeal = queries.lock(appeal_id)
    signer = parties.county(appeal.enterprise, actor)
    evidence = {item.evidence for item in appeal.disputed.all()}
    took_part = {appeal.made_person, *note_hands(appeal, evidence), *appeal.hands.values_list("person", flat=True)}
    if actor.person in took_part or appeal.enterprise_id in actor.interests:
        raise AppealSamePerson
    if appeal.outcome:
        raise AppealDecided(appeal_id=appeal.id, outcome=appeal.outcome)
    said = {"reasons": reasons}
    return receipt, appeal, Taken(signer, at, received.id, ledger.salt(), said=said, request_id=received.request_id)


def _settle(appeal: Appeal, outcome: str, reasons: str, taken: Taken, actor: Actor) -> None:
    appeal.disputed.update(settled_at=taken.at, outcome=outcome)
    # the standing outcome is set before the entry is made of it
    appeal.advance(
        outcome, taken, outcome=outcome, reasons=reasons, decision_id=taken.act_id, decided_at=taken.at, decided_by=actor.id,
        decided_person=actor.person, decided_name=actor.name, decision_salt=taken.salt, next_step_at=None,
    )  # fmt: skip


def _weighed_since(appeal: Appeal, items: Sequence[Disputed]) -> datetime | None:
    """Return when what is disputed first weighed on the grade."""
    points = [Point(item.factor, item.evidence) for item in items if item.what != OVERRIDE]
    first = corrections.first_with(appeal.enterprise_id, points)
    held = Override.objects.filter(id__in=[item.evidence for item in items if item.what == OVERRIDE])
    return min((at for at in (first, *held.values_list("at", flat=True)) if at), default=None)


def _take_out(item: Disputed, taken: Taken, actor: Actor) -> None:
    """Write that a fact or an override counts no more; what is struck from a row, `correct` writes."""
    told = replace(taken, act_id=ids.new(), facts={"appeal": item.appeal_id})
    if item.what == FACT and (fact := facts.lock_all([item.evidence])[item.evidence]).voided_at is None:
        record.never_true(fact, GRANTED_WORDS, told, by=actor.id)
    if item.what == OVERRIDE and (override := overrides.lock(item.evidence)).ended_at is None:
        overriding.ended(override, GRANTED_WORDS, told, by=actor.id)
