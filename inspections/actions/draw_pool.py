"""The pool of a random draw (抽取名录): who and what goes into the drum, frozen as one document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.models import Duty, Region
from accounts.policy.actor import Actor
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.queries import Filters
from inspections import errors
from inspections.policy import lottery
from inspections.queries import draws
from inspections.queries.cap import without_capped
from inspections.queries.draws import Wanted

MOST_ENTERPRISES, MOST_INSPECTORS = 20_000, 500
METHOD = "lots-hmac-sha256-1"


@dataclass(frozen=True, slots=True)
class Department:
    """One department of a joint draw (部门联合), and whom it sends."""

    name: str
    inspectors: Wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What a regulator asks for. `weights`: lots per colour, None for the policy's; `pool.region` "" for his own."""

    name: str
    pool: Filters
    count: int
    per_enterprise: int
    reveal_on: date
    weights: dict[str, int] | None = None
    inspectors: Wanted | None = None
    departments: tuple[Department, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is frozen: the document that is committed to, and the accounts behind the inspectors' numbers."""

    document: dict[str, Any]
    people: list[UUID]


def snapshot(
    wish: Wish, teams: Sequence[Department], *, draw_id: UUID, region: Region, actor: Actor, at: datetime
) -> Snapshot:  # fmt: skip
    """Return the pool as it is at `at`, with the inspectors of `teams`. Raises: PoolTooLarge, PoolTooSmall, TooFewInspectors."""
    policy = draws.numbers(at)
    weights = wish.weights if wish.weights is not None else enterprises.consequences(at).document.weights()
    firms = _firms(wish, region, weights, actor=actor, at=at)
    people, hands = _hands(teams, firms, at=at)
    document = {
        "v": 1, "method": METHOD, "draw": str(draw_id), "name": wish.name, "policy_version": policy.version,
        "pool": {name: value for name, value in _asked(wish, region).items() if value}, "weights": weights,
        "count": wish.count, "per_enterprise": wish.per_enterprise, "reveal_on": wish.reveal_on.isoformat(),
        "departments": [team.name for team in wish.departments],
        "places": {firm.place.code: [code for code in firm.place.columns().values() if code] for firm in firms},
        "enterprises": [
            {"id": str(f.id), "name": f.name, "grade": f.grade, "weight": weights[f.grade], "place": f.place.code} for f in firms
        ],
        "inspectors": hands,
    }  # fmt: skip
    _refuse_short(document)
    return Snapshot(document, people)


def _asked(wish: Wish, region: Region) -> dict[str, str | None]:
    pool = wish.pool
    return {"region": region.code, "industry": pool.industry, "grade": pool.grade, "status": pool.status, "risk": pool.risk}


def _firms(wish: Wish, region: Region, weights: dict[str, int], *, actor: Actor, at: datetime) -> list[Enterprise]:
    """Return what goes into the drum; whoever has had the inspections of the year stays out (docs/adr/0024)."""
    grades = [grade for grade, weight in weights.items() if weight]
    found = draws.pool(replace(wish.pool, region=region.code), grades=grades, actor=actor, most=MOST_ENTERPRISES + 1)
    if len(found) > MOST_ENTERPRISES:
        raise errors.PoolTooLarge(most=MOST_ENTERPRISES)
    found = without_capped(found, region=region, year=wish.reveal_on.year, at=at)
    if len(found) < wish.count:
        raise errors.PoolTooSmall(pool=len(found))
    return found


def teams_of(wish: Wish, region: Region, *, actor: Actor) -> list[Department]:
    """Return who is asked for, department by department; with departments the others are asked for by name only.

    Raises: NotFound for a region that is not the actor's.
    """
    asked = list(wish.departments)
    if wish.inspectors is not None or not asked:
        asked.append(Department("", wish.inspectors or Wanted()))
    named = {team.inspectors.region for team in asked if team.inspectors.region}
    codes = {"": region.code} | {code: draws.node(code, actor=actor).code for code in sorted(named)}
    return [replace(team, inspectors=replace(team.inspectors, region=codes[team.inspectors.region])) for team in asked]


def _hands(teams: Sequence[Department], firms: Sequence[Enterprise], *, at: datetime) -> tuple[list[UUID], list[dict[str, Any]]]:
    """Return the inspectors' accounts and how they are published; each natural person once, for his first department."""
    chosen: dict[UUID, tuple[Duty, str]] = {}
    for team in teams:
        for duty in draws.inspectors(team.inspectors, at=at):
            chosen.setdefault(duty.person.identity, (duty, team.name))
    if len(chosen) > MOST_INSPECTORS:
        raise errors.PoolTooLarge(most=MOST_INSPECTORS)
    ordered = sorted(chosen.values(), key=lambda pair: pair[0].person_id)
    regions = draws.regions_of([duty.person_id for duty, _ in ordered], at=at)
    barred = _barred(list(chosen), firms, at=at)
    hands = [
        {
            "no": no, "name": duty.person.name, "licence_no": duty.licence_no, "department": department,
            "regions": regions[duty.person_id], "not_at": barred.get(duty.person.identity, []),
        }
        for no, (duty, department) in enumerate(ordered, start=1)
    ]  # fmt: skip
    return [duty.person_id for duty, _ in ordered], hands


def _barred(identities: Sequence[UUID], firms: Sequence[Enterprise], *, at: datetime) -> dict[UUID, list[str]]:
    """Return at which enterprises of the pool each natural person may not inspect: he holds a duty there (利益回避), or he
    made the last administrative inspection (domain.md T11: not the same pair again).
    """
    inside = {firm.id for firm in firms}
    found = set(draws.interests(identities, at=at))
    if draws.numbers(at).document.spare_last_visitors:
        found |= set(draws.last_visited_by(identities))
    barred: dict[UUID, list[str]] = {}
    for identity, firm in sorted(pair for pair in found if pair[1] in inside):
        barred.setdefault(identity, []).append(str(firm))
    return barred


def _refuse_short(document: dict[str, Any]) -> None:
    inputs = lottery.Inputs.of_json(document)
    if few := list(lottery.short(inputs)):
        raise errors.TooFewInspectors(
            needed=inputs.hands, inspectors=len(inputs.inspectors), enterprises=len(few), enterprise_ids=few[:20]
        )
