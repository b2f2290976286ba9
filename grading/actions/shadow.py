"""Shadow run (并行试算): a draft beside the live rule, from the same facts, every night; nothing but its own rows is written.

It is a simulation that goes on: each night what has happened since the last is looked at by the draft, from where the
enterprise then stood under it. So nothing is added to what an act costs, and what the live rule has no use for is not missed.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from backend.kernel import idempotency, jobs, ledger, policies
from backend.kernel.idempotency import Received
from backend.kernel.policies import InForce
from backend.kernel.problems import SameId, TooMany
from backend.kernel.receipts import Receipt
from enterprises.models import Enterprise
from enterprises.policy.words import Grade
from grading import errors
from grading.models import GradePeriod, Shadow, ShadowGrade
from grading.policy import compare, course
from grading.policy.course import Look, Rules
from grading.policy.document import Document
from grading.policy.past import Past, Stretch, replay
from grading.policy.standing import Standing
from grading.queries import past as pasts
from grading.queries import shadows, simulations

DEFAULT, LONGEST = timedelta(days=90), timedelta(days=180)
BATCH, BUDGET_S = 50, 10.0
AT_ONCE = 4
COLUMNS = (
    "at", "live", "draft", "live_score", "draft_score", "stepped", "improved_at", "worsened_at", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """Which policy is to run beside the live one where, and until when."""

    policy_id: UUID
    region: str
    until: datetime | None


def begin(wish: Wish, *, received: Received, actor: Actor, at: datetime) -> tuple[Shadow, Receipt]:
    """Switch a shadow run on: a regulator of the county or above, for a region of his. The first pass begins at once.

    Raises: Replayed, SameId; NoDuty, NotFound; NotARuleOfGrades, ShadowTooLong; ShadowRunning; TooMany beyond four in all.
    """
    try:
        with transaction.atomic():
            return _begin(wish, received=received, actor=actor, at=at)
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else errors.ShadowRunning from error


def _begin(wish: Wish, *, received: Received, actor: Actor, at: datetime) -> tuple[Shadow, Receipt]:
    receipt = idempotency.claim(received)
    region, duty = simulations.duty_over(wish.region, actor=actor)
    policy = accounts.policy_row(wish.policy_id)
    until = wish.until or at + DEFAULT
    if policies.KINDS.get(policy.kind) is not Document:
        raise errors.NotARuleOfGrades
    if not at < until <= at + LONGEST:
        raise errors.ShadowTooLong
    if shadows.running().count() >= AT_ONCE:
        raise TooMany(detail="同时并行试算的规则过多,请先结束一个", detail_en="Too many shadow runs, end one first")
    row = Shadow(
        id=received.id, policy=policy, region=region.code, **region.place.columns(), began_at=at, began_by=actor.id, until=until,
        pass_at=at, total=simulations.enterprises(accounts.at_node(region), at).count(),
    )  # fmt: skip
    facts = {"policy": policy.id, "region": region.code, "until": until}
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    row.ledger_head = _enter(row, "begun", signer, ledger.Head(), at=at, facts=facts, request_id=received.request_id)
    row.save(force_insert=True)
    _go_on_later(row, at=at)
    return row, receipt


@transaction.atomic
def end(shadow_id: UUID, *, received: Received, actor: Actor, at: datetime) -> tuple[Shadow, Receipt]:
    """Switch a shadow run off; what it found stays readable. Raises: Replayed, SameId; NoDuty, NotFound; ShadowOver."""
    receipt = idempotency.claim(received, subject_id=shadow_id)
    row = shadows.lock(shadow_id, actor=actor)
    _, duty = simulations.duty_over(row.region, actor=actor)
    if row.ended_at is not None:
        raise errors.ShadowOver
    row.ended_at, row.ended_by, row.end_id = at, actor.id, received.id
    signer, head = ledger.Signer(actor.id, duty.role.value, duty.id), ledger.Head(1, row.ledger_head)
    row.ledger_head = _enter(row, "ended", signer, head, at=at, act_id=received.id, request_id=received.request_id)
    row.save(update_fields=["ended_at", "ended_by", "end_id", "ledger_head"])
    return row, receipt


def _enter(row: Shadow, verb: str, signer: ledger.Signer, head: ledger.Head, *, at: datetime, **more: object) -> str:
    step = ledger.Step(
        kind=f"shadow.{verb}", subject_kind="shadow", subject_id=row.id, place=row.region, signer=signer, at=at, **more  # type: ignore[arg-type]  # facts, ids of acts and requests
    )  # fmt: skip
    return ledger.append(step, head).hash


def tonight(*, at: datetime) -> None:
    """Begin the night's pass of every shadow run, and end those whose time is over."""
    for row in shadows.running():
        if row.until <= at:
            _over(row.id, at=at)
        else:
            _pass(row.id, at=at)


@transaction.atomic
def _over(shadow_id: UUID, *, at: datetime) -> None:
    row = Shadow.objects.select_for_update().get(id=shadow_id)
    if row.ended_at is None:
        row.ledger_head = _enter(row, "ended", ledger.SYSTEM, ledger.Head(1, row.ledger_head), at=at)
        row.ended_at = at
        row.save(update_fields=["ended_at", "ledger_head"])


@transaction.atomic
def _pass(shadow_id: UUID, *, at: datetime) -> None:
    """Begin a pass, unless the last has not come to its end: then it goes on, and what it missed comes tomorrow."""
    row = Shadow.objects.select_for_update().get(id=shadow_id)
    if row.ended_at is not None or (row.looked_at != row.pass_at and not shadows.is_dead(row)):
        return
    total = simulations.enterprises(shadows.region_of(row), at).count()
    row.pass_at, row.after, row.done, row.total = at, None, 0, total
    row.save(update_fields=["pass_at", "after", "done", "total"])
    _go_on_later(row, at=at)


def _go_on_later(row: Shadow, *, at: datetime) -> None:
    said = {"shadow_id": str(row.id), "pass_at": row.pass_at.isoformat(), "after": str(row.after or "")}
    jobs.enqueue([jobs.Work(shadows.HANDLER, shadows.key(row), said, at)])


def go_on(shadow_id: UUID, *, pass_at: datetime, after: str, at: datetime) -> None:
    """Look at the batch of enterprises after `after`, and queue the next; again, or in a later pass, changes nothing."""
    row = Shadow.objects.select_related("policy").filter(id=shadow_id, ended_at=None, pass_at=pass_at).first()
    if row is None or str(row.after or "") != after or row.looked_at == pass_at:
        return
    batch = shadows.next_batch(row, most=BATCH)
    found = _looked_at(row, batch)
    _keep(row, found, last=len(found) == len(batch) < BATCH, at=at)


def _looked_at(row: Shadow, batch: Sequence[Enterprise]) -> list[ShadowGrade]:
    draft = InForce(-1, Document.model_validate(row.policy.document))
    ids = [enterprise.id for enterprise in batch]
    stood = {kept.enterprise_id: kept for kept in ShadowGrade.objects.filter(shadow=row, enterprise_id__in=ids)}
    since = min([row.pass_at, *(kept.at for kept in stood.values())]) if len(stood) == len(batch) else row.began_at
    _, live = pasts.in_force(row.pass_at, row.pass_at)
    pasts_of = pasts.of(batch, [draft.document, live(row.pass_at).document], since)
    began, published = pasts.standings(ids, row.began_at), pasts.standings(ids, row.pass_at)
    found, start = list[ShadowGrade](), time.monotonic()
    for enterprise in batch:
        stretch = _stretch(row, stood.get(enterprise.id), began.get(enterprise.id))
        look = replay(pasts_of[enterprise.id], lambda _: draft, stretch)
        if look is not None:
            found.append(_grade(row, enterprise, pasts_of[enterprise.id], (look, live), published.get(enterprise.id)))
        if time.monotonic() - start > BUDGET_S:
            break
    return found


def _stretch(row: Shadow, stood: ShadowGrade | None, began: GradePeriod | None) -> Stretch:
    """Return the stretch since the last pass, or for a new one since the run began."""
    if stood is None:
        return Stretch(row.began_at, row.pass_at, pasts.track(began))
    return Stretch(stood.at, row.pass_at, Standing(stood.stepped, stood.improved_at, stood.worsened_at))


def _grade(row: Shadow, enterprise: Enterprise, past: Past, looks: tuple[Look, Rules], period: GradePeriod | None) -> ShadowGrade:
    draft, rules = looks
    live = period.grade if period else Grade.GREY.value
    why = []
    if live != draft.grade:
        rule = rules(row.pass_at)
        beside = course.look(past.facts(rule.document, row.pass_at), pasts.track(period), rule, row.pass_at)
        why = compare.unlike(beside, draft)
    return ShadowGrade(
        shadow=row, enterprise=enterprise, at=row.pass_at, live=live, draft=draft.grade, why=why,
        live_score=period.score if period else None, draft_score=draft.result.score, stepped=draft.standing.stepped,
        improved_at=draft.standing.improved_at, worsened_at=draft.standing.worsened_at,
    )  # fmt: skip


def _keep(row: Shadow, found: Sequence[ShadowGrade], *, last: bool, at: datetime) -> None:
    """Write a batch and move on, unless somebody else has; at the end forget who is there no more."""
    before, row.after = row.after, found[-1].enterprise_id if found else row.after
    columns = {"after": row.after, "done": row.done + len(found), **({"looked_at": row.pass_at} if last else {})}
    with transaction.atomic():
        mine: QuerySet[Shadow] = Shadow.objects.filter(id=row.id, ended_at=None, pass_at=row.pass_at, after=before)
        if not mine.update(**columns):
            return
        ShadowGrade.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["shadow", "enterprise"], update_fields=COLUMNS
        )  # fmt: skip
        if last:
            ShadowGrade.objects.filter(shadow=row, at__lt=row.pass_at).delete()
        else:
            _go_on_later(row, at=at)
