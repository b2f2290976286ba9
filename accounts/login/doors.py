"""The doors of the API: who may knock on an operation at all. What a person may see or do is decided further in."""

from django.http import HttpRequest

from accounts.login import sessions
from accounts.policy.actor import Actor
from accounts.policy.roles import EVERYBODY, Role
from backend.kernel import clock
from backend.kernel.problems import NoDuty, StepUpRequired


class Request(HttpRequest):
    """A request that came through a door."""

    actor: Actor
    request_id: str


class Door:
    """An authentication callback for `auth=`; it says who knocks, or refuses with 401 or 403."""

    def __init__(self, roles: frozenset[Role] = EVERYBODY, *, weak: bool = False) -> None:
        """`roles`: whose duties ever include the operation; `weak`: open before the second factor is given."""
        self.roles, self.weak = roles, weak

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the actor, None for 401; raise NoDuty or StepUpRequired."""
        actor = sessions.actor_of(request, at=clock.now())
        if actor is None:
            return None
        request.actor = actor  # type: ignore[attr-defined]  # what makes it a Request
        self.admit(actor)
        return actor

    def admit(self, actor: Actor) -> None:
        """Let somebody who is known already through, or raise NoDuty or StepUpRequired."""
        if self.roles != EVERYBODY and not actor.has(*self.roles):
            raise NoDuty
        if not self.weak and actor.needs_second_factor:
            raise StepUpRequired


signed_in = Door()
before_second_factor = Door(weak=True)


def only(*roles: Role) -> Door:
    """Return a door for those who hold one of `roles`."""
    return Door(frozenset(roles))
