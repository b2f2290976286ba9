"""Who may act on a grade, and under which duty: the owner for the enterprise, the county and above for the public."""

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import ledger
from enterprises.errors import Closed, NotYourMove
from enterprises.models import Enterprise
from enterprises.policy.words import Status
from grading.errors import GradeSamePerson
from grading.policy.contest import COUNTY_AND_ABOVE


def owner(enterprise: Enterprise, actor: Actor) -> ledger.Signer:
    """Return how its owner signs. Raises: NotYourMove."""
    duty = actor.duty_at(enterprise.id, {Role.OWNER})
    if duty is None:
        raise NotYourMove
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def county(enterprise: Enterprise, actor: Actor) -> ledger.Signer:
    """Return how a regulator of the county or above signs. Raises: NotYourMove."""
    place = enterprise.place
    found = (duty for duty in actor.duties_as({Role.REGULATOR}) if duty.level in COUNTY_AND_ABOVE and duty.covers(place))
    if (duty := next(found, None)) is None:
        raise NotYourMove
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def not_of_the_firm(enterprise: Enterprise, actor: Actor) -> None:
    """Raise GradeSamePerson for whoever holds a duty at the enterprise by any account (利益回避)."""
    if enterprise.id in actor.interests:
        raise GradeSamePerson


def in_business(enterprise: Enterprise) -> None:
    """Raise Closed for an enterprise that is no more (注销)."""
    if enterprise.status == Status.CLOSED:
        raise Closed
