"""Visits that a re-inspection names (到场记录): the room above that keeps visits registers here who can tell of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class Named:
    """A visit that `actor` names as his at `at`, and the enterprise of the hazard he re-inspects."""

    inspection_id: UUID
    enterprise_id: UUID
    actor: Actor
    at: datetime


Witness = Callable[[Named], bool]
_witnesses: list[Witness] = []


def register(witness: Witness) -> Witness:
    """Let `witness` say whether the actor was there; it raises NotFound for a visit that he may not read."""
    if witness not in _witnesses:
        _witnesses.append(witness)
    return witness


def was_there(named: Named) -> bool:
    """Return whether the actor checked in on that visit there and then. Raises: NotFound, also while nobody keeps visits."""
    if not _witnesses:
        raise NotFound
    return all(witness(named) for witness in _witnesses)
