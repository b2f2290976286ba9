"""Draw by lot (双随机抽查): commit to pool and seed, and reveal the seed and what it drew on the day."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import transaction

from accounts.models import Region
from accounts.policy.actor import Actor
from backend.kernel import canonical, idempotency, ledger
from backend.kernel.calendar import local_day, start_of
from backend.kernel.idempotency import Received
from backend.kernel.problems import NoDuty
from backend.kernel.receipts import Receipt
from inspections import errors
from inspections.actions.draw_pool import Snapshot, Wish, snapshot, teams_of
from inspections.models import RandomDraw
from inspections.policy import lottery
from inspections.queries import draws

FURTHEST_DAYS = 365


@transaction.atomic
def commit(wish: Wish, *, received: Received, actor: Actor, at: datetime) -> tuple[RandomDraw, Receipt]:
    """Commit (公布承诺): freeze who is in the drum, make the seed, and publish the digests of both.

    Raises: Replayed, SameId, NoDuty below the county, NotFound for a region that is not the actor's, RevealTooEarly,
    PoolTooLarge, PoolTooSmall, TooFewInspectors.
    """
    receipt = idempotency.claim(received)
    region = _region(wish, actor)
    teams = teams_of(wish, region, actor=actor)
    _refuse_reveal_day(wish, at=at)
    kept = snapshot(wish, teams, draw_id=received.id, region=region, actor=actor, at=at)
    draw = _kept(wish, kept, region, received=received, actor=actor, at=at)
    facts = {
        "region": draw.region, "count": draw.count, "pool": draw.pool_size, "inspectors": draw.inspectors_count,
        "commitment": draw.commitment, "inputs_digest": draw.inputs_digest, "reveal_on": draw.reveal_on,
        "policy_version": kept.document["policy_version"],
    }  # fmt: skip
    _enter(
        draw, "committed", signer=_signer(actor, region), at=at, facts=facts, act_id=received.id, request_id=received.request_id
    )
    return draw, receipt


def _region(wish: Wish, actor: Actor) -> Region:
    mine = draws.own_region(actor)
    if not mine:
        raise NoDuty
    return draws.node(wish.pool.region or mine, actor=actor)


def _signer(actor: Actor, region: Region) -> ledger.Signer:
    """Return the actor under the duty that permits him to draw here. Raises: NoDuty."""
    duty = draws.drawing_duty(actor, region)
    if duty is None:
        raise NoDuty
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def _refuse_reveal_day(wish: Wish, *, at: datetime) -> None:
    """Refuse a reveal that comes before anybody could write the commitment down, or that nobody would wait for."""
    today = local_day(at)
    earliest = today + timedelta(days=draws.numbers(at).document.notice_days)
    if not earliest <= wish.reveal_on <= today + timedelta(days=FURTHEST_DAYS):
        raise errors.RevealTooEarly(earliest=earliest, latest=today + timedelta(days=FURTHEST_DAYS))


def _kept(wish: Wish, kept: Snapshot, region: Region, *, received: Received, actor: Actor, at: datetime) -> RandomDraw:
    inputs, seed = canonical.dumps(kept.document), secrets.token_hex(32)
    hour = timedelta(hours=draws.numbers(at).document.reveal_hour)
    return RandomDraw.objects.create(
        id=received.id, name=wish.name, region=region.code, count=wish.count, per_enterprise=wish.per_enterprise,
        pool_size=len(kept.document["enterprises"]), inspectors_count=len(kept.people), inputs=inputs.decode(),
        inputs_digest=hashlib.sha256(inputs).hexdigest(), people=[str(person) for person in kept.people], seed=seed,
        commitment=lottery.commitment(seed), committed_at=at, committed_by=actor.id, reveal_on=wish.reveal_on,
        reveals_at=start_of(wish.reveal_on) + hour, **region.place.columns(),
    )  # fmt: skip


@transaction.atomic
def reveal(*, draw_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[RandomDraw, Receipt]:
    """Reveal (公开): publish seed, pool and result. Raises: Replayed, SameId, NotFound, NoDuty, DrawRevealed, DrawNotDue."""
    receipt = idempotency.claim(received, subject_id=draw_id)
    if not draws.own_region(actor):
        raise NoDuty
    draw = draws.lock(draw_id, actor=actor)
    signer = _signer(actor, draws.node(draw.region, actor=actor))
    if draw.revealed_at is not None:
        raise errors.DrawRevealed(revealed_at=draw.revealed_at)
    if local_day(at) < draw.reveal_on:
        raise errors.DrawNotDue(reveal_on=draw.reveal_on)
    _reveal(draw, signer=signer, at=at, act_id=received.id, request_id=received.request_id)
    return draw, receipt


def reveal_due(*, at: datetime) -> int:
    """Reveal what the clock's hour has come for and nobody has revealed; return how many. Each once, whoever comes first."""
    return sum(_reveal_by_clock(draw_id, at=at) for draw_id in draws.due(at))


@transaction.atomic
def _reveal_by_clock(draw_id: UUID, *, at: datetime) -> bool:
    draw = draws.lock_plain(draw_id)
    if draw.revealed_at is not None:
        return False
    _reveal(draw, signer=ledger.SYSTEM, at=at)
    return True


def _reveal(draw: RandomDraw, *, signer: ledger.Signer, at: datetime, act_id: UUID | None = None, request_id: str = "") -> None:
    """Draw from what was frozen and write down what came out, with its ledger entry; the row is locked."""
    inputs = orjson.loads(draw.inputs)
    found = lottery.result(draw.seed, lottery.Inputs.of_json(inputs))
    draw.result, draw.published = canonical.dumps(found).decode(), lottery.named(found, inputs)
    draw.revealed_at, draw.revealed_by, draw.reveal_id = at, signer.id, act_id
    draw.save(update_fields=["result", "published", "revealed_at", "revealed_by", "reveal_id"])
    facts = {
        "seed": draw.seed, "commitment": draw.commitment, "inputs_digest": draw.inputs_digest,
        "result_digest": canonical.digest(found), "drawn": len(found),
    }  # fmt: skip
    _enter(draw, "revealed", signer=signer, at=at, facts=facts, act_id=act_id, request_id=request_id)


def _enter(
    draw: RandomDraw, verb: str, *, signer: ledger.Signer, at: datetime, facts: dict[str, object], act_id: UUID | None,
    request_id: str,
) -> None:  # fmt: skip
    ledger.append(
        ledger.Step(
            kind=f"random_draw.{verb}", subject_kind="random_draw", subject_id=draw.id, signer=signer, at=at,
            before="" if verb == "committed" else "committed", after=verb, place=draw.place.code, act_id=act_id, facts=facts,
            request_id=request_id,
        ),
        ledger.Head() if verb == "committed" else None,
    )  # fmt: skip
