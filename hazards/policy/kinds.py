"""When a guard is asked: powers (403), the meaning of what was sent (422), the moment (409); api.md §1 orders them so."""

from collections.abc import Callable
from enum import IntEnum

from hazards.policy.facts import Facts

Guard = Callable[[Facts], None]


class Kind(IntEnum):
    """The status class of the problem that a guard raises."""

    POWER = 403
    MEANING = 422
    MOMENT = 409


KINDS: dict[Guard, Kind] = {}


def power(guard: Guard) -> Guard:
    """Mark a guard about what the actor's duty permits at all."""
    KINDS[guard] = Kind.POWER
    return guard


def meaning(guard: Guard) -> Guard:
    """Mark a guard about what was sent; it is asked only when something was."""
    KINDS[guard] = Kind.MEANING
    return guard


def moment(guard: Guard) -> Guard:
    """Mark a guard about the hazard as it stands."""
    KINDS[guard] = Kind.MOMENT
    return guard
