"""Simulate (推演): what a draft would have made of what really happened in a region, before anyone is touched.

The past is put together again from ledgers and dated rows (policy/past.py) and looked at by the draft and by the rule that was
in force. Nothing but the simulation's own rows is written. A job works out one batch of enterprises and queues the next.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from backend.kernel import idempotency, jobs, ledger, policies
from backend.kernel.idempotency import Received
from backend.kernel.models import PolicyVersion
from backend.kernel.policies import InForce
from backend.kernel.problems import SameId, TooMany
from backend.kernel.receipts import Receipt
from enterprises.models import Enterprise
from enterprises.policy.words import Grade
from grading import errors
from grading.models import GradePeriod, SimulatedChange, Simulation
from grading.policy import compare
from grading.policy.course import Look, Rules
from grading.policy.document import Document
from grading.policy.past import Past, Stretch, replay
from grading.queries import past as pasts
from grading.queries import simulations

LONGEST = timedelta(days=366)
MOST_ENTERPRISES = 200_000
BATCH, BUDGET_S = 50, 10.0
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Which policy is to be tried where, over which stretch of time."""

    policy_id: UUID
    region: str
    since: datetime
    until: datetime


def ask(asked: Asked, *, received: Received, actor: Actor, at: datetime) -> tuple[Simulation, Receipt]:
    """Ask for a simulation (推演): a regulator of the county or above, of a region of his; one at a time.

    Raises: Replayed, SameId; NoDuty, NotFound; NotARuleOfGrades, SimulationBackwards, SimulationAhead, SimulationTooLong,
    SimulationTooLarge; TooMany while another of the same person, or four in all, are not done.
    """
    try:
        with transaction.atomic():
            return _ask(asked, received=received, actor=actor, at=at)
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else _busy() from error


def _ask(asked: Asked, *, received: Received, actor: Actor, at: datetime) -> tuple[Simulation, Receipt]:
    receipt = idempotency.claim(received)
    region, duty = simulations.duty_over(asked.region, actor=actor)
    policy = accounts.policy_row(asked.policy_id)
    _check(asked, policy, at=at)
    total = simulations.enterprises(accounts.at_node(region), asked.until).count()
    if total > MOST_ENTERPRISES:
        raise errors.SimulationTooLarge(enterprises=total, most=MOST_ENTERPRISES)
    _give_up_dead(at)
    row = Simulation(
        id=received.id, policy=policy, region=region.code, **region.place.columns(), since=asked.since, until=asked.until,
        asked_by=actor.id, asked_at=at, total=total,
    )  # fmt: skip
    step = ledger.Step(
        kind="simulation.asked", subject_kind="simulation", subject_id=row.id, place=region.code, at=at,
        signer=ledger.Signer(actor.id, duty.role.value, duty.id),
        facts={"policy": policy.id, "region": region.code, "since": asked.since, "until": asked.until},
        request_id=received.request_id,
    )  # fmt: skip
    row.ledger_head = ledger.append(step, ledger.Head()).hash
    row.save(force_insert=True)
    _go_on_later(row, at=at)
    return row, receipt


def _check(asked: Asked, policy: PolicyVersion, *, at: datetime) -> None:
    if policies.KINDS.get(policy.kind) is not Document:
        raise errors.NotARuleOfGrades
    if asked.since >= asked.until:
        raise errors.SimulationBackwards
    if asked.until > at:
        raise errors.SimulationAhead
    if asked.until - asked.since > LONGEST:
        raise errors.SimulationTooLong


def _give_up_dead(at: datetime) -> None:
    """End simulations whose job was given up, so that nobody waits for them; refuse if too many are under way."""
    running = list(Simulation.objects.filter(ended_at=None))
    dead = [row.id for row in running if simulations.is_dead(row)]
    Simulation.objects.filter(id__in=dead, ended_at=None).update(ended_at=at, failed=True)
    if len(running) - len(dead) >= AT_ONCE:
        raise _busy()


def _busy() -> TooMany:
    return TooMany(detail="您还有推演未完成,或同时推演的人过多,请稍候", detail_en="Another simulation is not done yet")


def _go_on_later(row: Simulation, *, at: datetime) -> None:
    work = jobs.Work(simulations.HANDLER, simulations.key(row), {"simulation_id": str(row.id), "after": str(row.after or "")}, at)
    jobs.enqueue([work])


def go_on(simulation_id: UUID, *, after: str, at: datetime) -> None:
    """Work out the batch of enterprises after `after`, and queue the next; again, or after the end, changes nothing."""
    row = Simulation.objects.select_related("policy").filter(id=simulation_id, ended_at=None).first()
    if row is None or str(row.after or "") != after:
        return
    batch = simulations.next_batch(row, most=BATCH)
    found = _worked_out(row, batch)
    _keep(row, found, last=len(found) == len(batch) < BATCH, at=at)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one enterprise: as published, and as it would have been."""

    enterprise: Enterprise
    published: str
    live: Look | None
    draft: Look | None

    @property
    def drafted(self) -> str:
        """Return the colour under the draft."""
        return self.draft.grade if self.draft else Grade.GREY.value

    @property
    def reproduced(self) -> bool:
        """Return whether the past as it was put together gives what was published."""
        return self.published == (self.live.grade if self.live else Grade.GREY)


def _worked_out(row: Simulation, batch: Sequence[Enterprise]) -> list[Outcome]:
    """Return what becomes of these enterprises, or of the first of them if they take long."""
    draft = InForce(-1, Document.model_validate(row.policy.document))
    changes, live = pasts.in_force(row.since, row.until)
    rules = [draft.document, *{id(rule.document): rule.document for rule in map(live, (row.since, *changes))}.values()]
    ids = [enterprise.id for enterprise in batch]
    pasts_of = pasts.of(batch, rules, row.since)
    began, published = pasts.standings(ids, row.since), pasts.standings(ids, row.until)
    found, start = list[Outcome](), time.monotonic()
    for enterprise in batch:
        stretch = Stretch(row.since, row.until, pasts.track(began.get(enterprise.id)), changes)
        found.append(_outcome(enterprise, pasts_of[enterprise.id], stretch, (live, draft), published.get(enterprise.id)))
        if time.monotonic() - start > BUDGET_S:
            break
    return found


def _outcome(
    enterprise: Enterprise, past: Past, stretch: Stretch, rules: tuple[Rules, InForce[Document]], period: GradePeriod | None
) -> Outcome:
    live, draft = rules
    return Outcome(
        enterprise, period.grade if period else Grade.GREY.value, replay(past, live, stretch),
        replay(past, lambda _: draft, stretch),
    )  # fmt: skip


def _keep(row: Simulation, found: Sequence[Outcome], *, last: bool, at: datetime) -> None:
    """Write a batch and move on, unless somebody else has."""
    before, row.after = row.after, found[-1].enterprise.id if found else row.after
    for outcome in found:
        counted = row.matrix.setdefault(outcome.published, {})
        counted[outcome.drafted] = counted.get(outcome.drafted, 0) + 1
    columns = {
        "after": row.after, "done": row.done + len(found), "matrix": row.matrix, "ended_at": at if last else None,
        "not_reproduced": row.not_reproduced + sum(not outcome.reproduced for outcome in found),
    }  # fmt: skip
    with transaction.atomic():
        if not Simulation.objects.filter(id=row.id, ended_at=None, after=before).update(**columns):
            return
        SimulatedChange.objects.bulk_create(_change(row, o) for o in found if o.published != o.drafted)
        if not last:
            _go_on_later(row, at=at)


def _change(row: Simulation, outcome: Outcome) -> SimulatedChange:
    live, draft = outcome.live, outcome.draft
    return SimulatedChange(
        simulation=row, enterprise=outcome.enterprise, live=outcome.published, draft=outcome.drafted,
        live_score=live.result.score if live else None, draft_score=draft.result.score if draft else None,
        reproduced=outcome.reproduced, why=compare.unlike(live, draft) if live and draft else [],
    )  # fmt: skip
