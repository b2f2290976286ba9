"""Simulations: who may ask for one where, who reads it, and which enterprises are still to be worked out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import queries as accounts
from accounts.models import Placed, Region
from accounts.policy.actor import Actor
from accounts.policy.actor import Duty as ActorDuty
from accounts.policy.roles import Role
from backend.kernel.models import Job, PolicyVersion
from backend.kernel.models.job import State
from backend.kernel.problems import NoDuty, NotFound
from enterprises.models import Enterprise
from enterprises.policy.words import Status
from grading.models import SimulatedChange, Simulation

# the county and above try rules out
TRYING_LEVELS = frozenset({"county", "city", "province"})
HANDLER = "grading.tasks.simulate"


def duty_over(code: str, *, actor: Actor) -> tuple[Region, ActorDuty]:
    """Return a region and the duty under which `actor` may try a rule out there. Raises: NoDuty below the county; NotFound."""
    mine = [duty for duty in actor.duties_as({Role.REGULATOR}) if duty.level in TRYING_LEVELS]
    if not mine:
        raise NoDuty
    node = accounts.region(code)
    duty = next((duty for duty in mine if node is not None and duty.covers(node.place)), None)
    if node is None or duty is None:
        raise NotFound
    return node, duty


def visible_to(actor: Actor) -> QuerySet[Simulation]:
    """Return the simulations of regions that lie in a region of a regulator."""
    return Simulation.objects.filter(accounts.within(actor.duties_as({Role.REGULATOR}))).select_related("policy")


def of_policy(policy: PolicyVersion, *, actor: Actor) -> QuerySet[Simulation]:
    """Return the simulations of a policy that `actor` may read."""
    return visible_to(actor).filter(policy=policy)


def get(simulation_id: UUID, *, actor: Actor, policy_id: UUID | None = None) -> Simulation:
    """Return one simulation that `actor` may read. Raises: NotFound."""
    rows = visible_to(actor).filter(id=simulation_id)
    found = (rows.filter(policy_id=policy_id) if policy_id else rows).first()
    if found is None:
        raise NotFound
    return found


def changes(simulation: Simulation, *, live: str | None, draft: str | None) -> QuerySet[SimulatedChange]:
    """Return who would change, from one colour or to one only if asked for."""
    asked = {name: colour for name, colour in (("live", live), ("draft", draft)) if colour}
    return SimulatedChange.objects.filter(simulation=simulation, **asked).select_related("enterprise")


def enterprises(region: Q, until: datetime) -> QuerySet[Enterprise]:
    """Return the enterprises of a region that were there at `until` and still are."""
    return Enterprise.objects.filter(region, registered_at__lte=until).exclude(status=Status.CLOSED)


def region_of(row: Placed) -> Q:
    """Return the condition that an enterprise lies in the region that `row` is of."""
    level, code = next((level, code) for level, code in reversed(row.place.columns().items()) if code)
    return Q(**{level: code})


def next_batch(row: Simulation, *, most: int) -> Sequence[Enterprise]:
    """Return the next enterprises of a simulation, in the order of their ids."""
    rest = enterprises(region_of(row), row.until)
    rest = rest.filter(id__gt=row.after) if row.after else rest
    return list(rest.order_by("id")[:most])


def key(row: Simulation) -> str:
    """Return the key of the job that works out the next batch."""
    return f"{HANDLER}:{row.id}:{row.after or ''}"


def is_dead(row: Simulation) -> bool:
    """Return whether the job of the next batch was given up: it failed every time."""
    return Job.objects.filter(dedupe_key=key(row), state=State.DEAD).exists()


def status(row: Simulation) -> str:
    """Return `queued`, `running`, `done` or `failed`."""
    if row.ended_at is not None:
        return "failed" if row.failed else "done"
    if is_dead(row):
        return "failed"
    return "running" if row.after else "queued"
