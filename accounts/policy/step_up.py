"""Step-up (二次验证): some acts need a second factor that was given only minutes ago."""

from datetime import datetime

from accounts.policy.actor import Actor
from backend.kernel.problems import StepUpRequired


def require(actor: Actor, *, at: datetime) -> None:
    """Raise StepUpRequired unless the second factor was given in this session at most five minutes before `at`."""
    if not actor.stepped_up(at):
        raise StepUpRequired
