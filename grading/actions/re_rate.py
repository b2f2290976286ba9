"""Re-rating on request (复评申请、信用修复): after repair the owner asks an official to come and look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS
from backend.kernel import calendar, idempotency, ids, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.errors import NotYourMove
from grading.actions import parties, regrade
from grading.errors import ReRatingNotAwaited, ReRatingOpen, ReRatingOver, ReRatingTooSoon
from grading.models import ReRating, Standing
from grading.models.taken import Taken
from grading.policy import contest
from grading.policy.standing import Waiting
from grading.queries import contests, standings
from grading.queries import re_ratings as queries

AWAITED, MOST = "verification", 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is now, and the receipt of the act on it."""

    re_rating: ReRating
    receipt: Receipt


@transaction.atomic
def ask(*, note: str, received: Received, enterprise_id: UUID, actor: Actor, at: datetime) -> Asked:
    """Ask for a visit: when a better grade waits for nothing else, once a week at most and one at a time.

    Raises: Replayed, SameId, NotFound, NotYourMove, Closed, ReRatingOpen, ReRatingTooSoon; ReRatingNotAwaited with what the
    grade waits for.
    """
    receipt = idempotency.claim(received)
    signer = parties.owner(enterprises.get(enterprise_id, actor=actor), actor)
    regrade.regrade(enterprise_id, at=at)
    row = standings.lock(enterprise_id)
    parties.in_business(row.enterprise)
    numbers = contests.numbers(at).document
    _not_too_often(enterprise_id, timedelta(days=numbers.re_rating_days), at)
    _awaited(contests.waiting(row, at))
    made = ReRating.objects.create(
        id=received.id, enterprise=row.enterprise, grade=row.enterprise.grade, note=note, made_at=at, made_by=actor.id,
        made_name=actor.name, salt=ledger.salt(),
        next_step_at=contest.last_instant(at, numbers.re_rating_wait_days, calendar.current()),
    )  # fmt: skip
    said = {"note": note} if note else {}
    taken = Taken(signer, at, made.id, made.salt, {"grade": made.grade}, said, request_id=received.request_id)
    ledger.append(taken.step("re_rating.made", "re_rating", made.id, row.enterprise, before="", after="open"), ledger.Head())
    return Asked(made, receipt)


def _not_too_often(enterprise_id: UUID, apart: timedelta, at: datetime) -> None:
    last = queries.last_of(enterprise_id)
    if last is None:
        return
    if last.ended_at is None:
        raise ReRatingOpen(re_rating_id=last.id)
    if at < last.made_at + apart:
        raise ReRatingTooSoon(until=last.made_at + apart)


def _awaited(waiting: Waiting | None) -> None:
    if waiting is None:
        raise ReRatingNotAwaited(waiting_for=None)
    if waiting.what != AWAITED:
        raise ReRatingNotAwaited(
            detail=waiting.words(), detail_en=waiting.words(english=True),
            waiting_for={"what": waiting.what, "until": waiting.until},
        )  # fmt: skip


@transaction.atomic
def refuse(*, reason: str, received: Received, re_rating_id: UUID, actor: Actor, at: datetime) -> Asked:
    """Refuse to come (不予受理), with a reason that the enterprise reads: an official of the place.

    Raises: Replayed, SameId, NotFound, NotYourMove, GradeSamePerson, ReRatingOver.
    """
    receipt = idempotency.claim(received, subject_id=re_rating_id)
    made = queries.lock(re_rating_id, actor=actor)
    duty = actor.duty_over(made.enterprise.place, OFFICIALS)
    if duty is None:
        raise NotYourMove
    parties.not_of_the_firm(made.enterprise, actor)
    if made.ended_at is not None:
        raise ReRatingOver
    made.refusal_id, made.refused_by, made.refuse_reason, made.refuse_salt = received.id, actor.id, reason, ledger.salt()
    made.save(update_fields=["refusal_id", "refused_by", "refuse_reason", "refuse_salt", *_ended(made, "refused", at)])
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    said = {"reason": reason}
    _tell(made, "refused", Taken(signer, at, received.id, made.refuse_salt, said=said, request_id=received.request_id))
    return Asked(made, receipt)


@transaction.atomic
def settle(enterprise_id: UUID, *, at: datetime) -> None:
    """End an open request once the grade does not wait for a look any more: `met` if somebody has looked since, else `lapsed`."""
    row = standings.lock(enterprise_id)
    made = queries.lock_open(enterprise_id)
    if made is not None and not _waits(row, at):
        _end(made, "met" if _looked_since(row, made.made_at) else "lapsed", at=at)


def _waits(row: Standing, at: datetime) -> bool:
    waiting = contests.waiting(row, at)
    return waiting is not None and waiting.what == AWAITED


def _looked_since(row: Standing, since: datetime) -> bool:
    facts = standings.facts(row)
    return facts is not None and any(visit.at >= since for visit in facts.verifications)


def sweep(*, at: datetime) -> int:
    """Tell of the requests that nobody has met for days, each in a transaction of its own, once; return how many."""
    return sum(_remind(re_rating_id, at=at) for re_rating_id in queries.due(at, most=MOST))


@transaction.atomic
def _remind(re_rating_id: UUID, *, at: datetime) -> bool:
    made = queries.lock_plain(re_rating_id)
    if made.ended_at is not None or made.next_step_at is None or made.next_step_at > at:
        return False
    made.next_step_at = None
    made.save(update_fields=["next_step_at"])
    _tell(made, "reminded", Taken(ledger.SYSTEM, at, ids.new()), after="open")
    return True


def _end(made: ReRating, how: str, *, at: datetime) -> None:
    made.save(update_fields=_ended(made, how, at))
    _tell(made, how, Taken(ledger.SYSTEM, at, ids.new()))


def _ended(made: ReRating, how: str, at: datetime) -> list[str]:
    made.end, made.ended_at, made.next_step_at = how, at, None
    return ["end", "ended_at", "next_step_at"]


def _tell(made: ReRating, what: str, taken: Taken, *, after: str = "") -> None:
    ledger.append(taken.step(f"re_rating.{what}", "re_rating", made.id, made.enterprise, before="open", after=after or what))
