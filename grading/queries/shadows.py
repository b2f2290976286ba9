"""Shadow runs: who reads them, which are on, and which enterprises a pass still has to look at."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel.models import Job, PolicyVersion
from backend.kernel.models.job import State
from backend.kernel.problems import NotFound
from enterprises.models import Enterprise
from grading.models import Shadow, ShadowGrade
from grading.queries import simulations

HANDLER = "grading.tasks.look_beside"


def running() -> QuerySet[Shadow]:
    """Return the shadow runs that are on, the oldest first."""
    return Shadow.objects.filter(ended_at=None).order_by("began_at")


def visible_to(actor: Actor) -> QuerySet[Shadow]:
    """Return the shadow runs of regions that lie in a region of a regulator."""
    return Shadow.objects.filter(accounts.within(actor.duties_as({Role.REGULATOR}))).select_related("policy")


def of_policy(policy: PolicyVersion, *, actor: Actor) -> QuerySet[Shadow]:
    """Return the shadow runs of a policy that `actor` may read."""
    return visible_to(actor).filter(policy=policy)


def get(shadow_id: UUID, *, actor: Actor, policy_id: UUID | None = None) -> Shadow:
    """Return one shadow run that `actor` may read. Raises: NotFound."""
    rows = visible_to(actor).filter(id=shadow_id)
    found = (rows.filter(policy_id=policy_id) if policy_id else rows).first()
    if found is None:
        raise NotFound
    return found


def lock(shadow_id: UUID, *, actor: Actor) -> Shadow:
    """Return one shadow run that `actor` may read, locked. Raises: NotFound."""
    found = Shadow.objects.filter(accounts.within(actor.duties_as({Role.REGULATOR}))).select_for_update().filter(id=shadow_id)
    if (row := found.first()) is None:
        raise NotFound
    return row


def changes(shadow: Shadow, *, live: str | None, draft: str | None) -> QuerySet[ShadowGrade]:
    """Return who stands otherwise under the draft, from one colour or to one only if asked for."""
    asked = {name: colour for name, colour in (("live", live), ("draft", draft)) if colour}
    return ShadowGrade.objects.filter(shadow=shadow, **asked).exclude(live=F("draft")).select_related("enterprise")


def region_of(row: Shadow) -> Q:
    """Return the condition that an enterprise lies in the region of a shadow run."""
    return simulations.region_of(row)


def next_batch(row: Shadow, *, most: int) -> Sequence[Enterprise]:
    """Return the next enterprises of a pass, in the order of their ids."""
    rest = simulations.enterprises(region_of(row), row.pass_at)
    rest = rest.filter(id__gt=row.after) if row.after else rest
    return list(rest.order_by("id")[:most])


def key(row: Shadow) -> str:
    """Return the key of the job that looks at the next batch."""
    return f"{HANDLER}:{row.id}:{row.pass_at.isoformat()}:{row.after or ''}"


def is_dead(row: Shadow) -> bool:
    """Return whether the job of the next batch was given up: it failed every time."""
    return Job.objects.filter(dedupe_key=key(row), state=State.DEAD).exists()


def status(row: Shadow) -> str:
    """Return `ended`, `filling` before the first pass is whole, else `running`."""
    if row.ended_at is not None:
        return "ended"
    return "running" if row.looked_at else "filling"
