"""Override (人工调整): the county sets a grade by hand, for a time and with a reason; a veto holds all the same."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.policy import step_up
from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.calendar import end_of, local_day
from backend.kernel.idempotency import Received
from backend.kernel.models import LedgerEntry
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from grading.actions import parties, regrade
from grading.errors import (
    OverrideAgainstVeto,
    OverrideInForce,
    OverrideInPast,
    OverrideOver,
    OverrideTooLong,
    OverrideUnreviewed,
)
from grading.models import Override, Standing
from grading.models.taken import Taken
from grading.policy.grade import rank, worst
from grading.queries import contests, standings
from grading.queries import overrides as queries


@dataclass(frozen=True, slots=True)
class Wanted:
    """The grade that is set, why, until when (aware); what the legal review says, for red."""

    grade: str
    reason: str
    until: datetime
    legal_review: str = ""


@dataclass(frozen=True, slots=True)
class Overridden:
    """An override as it is now, the enterprise after it, and the receipt of the act."""

    override: Override
    enterprise: Enterprise
    receipt: Receipt


@transaction.atomic
def make(wanted: Wanted, *, received: Received, enterprise_id: UUID, actor: Actor, at: datetime) -> Overridden:
    """Set an enterprise's grade by hand; needs a fresh step-up.

    Raises: Replayed, SameId, NotFound, NotYourMove, StepUpRequired, OverrideInPast, OverrideTooLong, OverrideUnreviewed,
    OverrideAgainstVeto, GradeSamePerson, Closed, OverrideInForce.
    """
    receipt = idempotency.claim(received)
    signer = parties.county(enterprises.get(enterprise_id, actor=actor), actor)
    step_up.require(actor, at=at)
    _well_formed(wanted, at)
    regrade.regrade(enterprise_id, at=at)
    row = standings.lock(enterprise_id)
    _within_vetoes(wanted.grade, row)
    parties.not_of_the_firm(row.enterprise, actor)
    parties.in_business(row.enterprise)
    if (held := contests.override_at(enterprise_id, at=at)) is not None:
        raise OverrideInForce(override_id=held.id, until=held.until)
    made, entry = _written(wanted, row, received=received, actor=actor, signer=signer, at=at)
    regrade.after(entry.id, at=at)
    return Overridden(made, enterprises.get_plain(enterprise_id), receipt)


def _well_formed(wanted: Wanted, at: datetime) -> None:
    days = contests.numbers(at).document.override_days
    if wanted.until <= at:
        raise OverrideInPast
    if wanted.until > end_of(local_day(at) + timedelta(days=days)):
        said = f"人工调整最长 {days} 天", f"An override may last {days} days at most"
        raise OverrideTooLong(detail=said[0], detail_en=said[1], days_at_most=days)
    if wanted.grade == "red" and not wanted.legal_review:
        raise OverrideUnreviewed


def _within_vetoes(grade: str, row: Standing) -> None:
    allowed = worst(*(veto["grade_at_best"] for veto in row.vetoes))
    if rank(grade) < rank(allowed):
        raise OverrideAgainstVeto(grade_at_best=allowed, vetoes=sorted({veto["id"] for veto in row.vetoes}))


def _written(
    wanted: Wanted, row: Standing, *, received: Received, actor: Actor, signer: ledger.Signer, at: datetime
) -> tuple[Override, LedgerEntry]:
    made = Override(
        id=received.id, enterprise=row.enterprise, grade=wanted.grade, reason=wanted.reason, legal_review=wanted.legal_review,
        at=at, until=wanted.until, made_by=actor.id, made_person=actor.person, made_name=actor.name, duty_id=signer.duty_id,
        salt=ledger.salt(),
    )  # fmt: skip
    said = {"reason": wanted.reason, "legal_review": wanted.legal_review}
    taken = Taken(signer, at, made.id, made.salt, {"until": wanted.until}, said, request_id=received.request_id)
    before = row.enterprise.grade
    step = taken.step("override.made", "override", made.id, row.enterprise, before=before, after=wanted.grade)
    entry = ledger.append(step, ledger.Head())
    made.ledger_head = entry.hash
    made.save(force_insert=True)
    return made, entry


@transaction.atomic
def end(*, reason: str, received: Received, override_id: UUID, actor: Actor, at: datetime) -> Overridden:
    """End an override before its time; needs a fresh step-up.

    Raises: Replayed, SameId, NotFound, NotYourMove, StepUpRequired, GradeSamePerson, OverrideOver.
    """
    receipt = idempotency.claim(received, subject_id=override_id)
    enterprise_id = queries.get(override_id, actor=actor).enterprise_id
    signer = parties.county(enterprises.get_plain(enterprise_id), actor)
    step_up.require(actor, at=at)
    standings.lock(enterprise_id)
    override = queries.lock(override_id)
    parties.not_of_the_firm(override.enterprise, actor)
    if override.ended_at is not None or override.until <= at:
        raise OverrideOver
    entry = ended(override, reason, Taken(signer, at, received.id, request_id=received.request_id), by=actor.id)
    regrade.after(entry.id, at=at)
    return Overridden(override, enterprises.get_plain(enterprise_id), receipt)


def ended(override: Override, reason: str, taken: Taken, *, by: UUID) -> LedgerEntry:
    """Write that a locked override has ended, within the caller's transaction, and return what the ledger was told."""
    override.ended_at, override.ended_by, override.end_id = taken.at, by, taken.act_id
    override.end_reason, override.end_salt = reason, ledger.salt()
    told = replace(taken, salt=override.end_salt, said={"reason": reason})
    step = told.step("override.ended", "override", override.id, override.enterprise, before=override.grade, after="ended")
    entry = ledger.append(step, ledger.Head(override.version, override.ledger_head))
    override.version, override.ledger_head = entry.seq, entry.hash
    override.save(
        update_fields=["ended_at", "ended_by", "end_id", "end_reason", "end_salt", "version", "ledger_head"]
    )  # fmt: skip
    return entry
