"""Ways in (lifecycle.md §3): which role reports from which source, what a report must and must not carry. Pure."""

from datetime import datetime, timedelta

from accounts.policy.roles import Role
from hazards import errors
from hazards.policy.numbers import Numbers
from hazards.policy.words import BY_ENTERPRISE, ON_SITE_FINDING, Level, Source

SOURCES: dict[Source, frozenset[Role]] = {
    Source.SELF_INSPECTION: frozenset({Role.OWNER, Role.OFFICER, Role.AGENCY}),
    Source.SNAPSHOT: frozenset({Role.OWNER, Role.OFFICER, Role.EMPLOYEE}),
    Source.AGENCY: frozenset({Role.AGENCY}),
    Source.GRID_PATROL: frozenset({Role.GRID_WORKER}),
    Source.INSPECTION: frozenset({Role.INSPECTOR}),
    Source.CAMPAIGN: frozenset({Role.INSPECTOR}),
    Source.REMOTE_CHECK: frozenset({Role.GRID_WORKER, Role.INSPECTOR}),
    Source.PUBLIC_REPORT: frozenset({Role.GRID_WORKER, Role.INSPECTOR}),
}
REPORTERS = frozenset().union(*SOURCES.values())


def check_parts(*, source: Source, role: Role, level_claimed: Level, has_ruling: bool, has_fix: bool) -> None:
    """Refuse a report whose parts do not belong to its source.

    Raises: VerificationNotYours, VerificationRequired, RectificationNotYours.
    """
    finding = source in ON_SITE_FINDING
    if has_ruling and not finding:
        raise errors.VerificationNotYours
    sends_up = role == Role.GRID_WORKER and level_claimed == Level.MAJOR
    if finding and not has_ruling and not sends_up:
        raise errors.VerificationRequired
    if has_fix and source not in BY_ENTERPRISE:
        raise errors.RectificationNotYours


def flags(*, found_at: datetime, at: datetime, numbers: Numbers) -> list[str]:
    """Return the flags of a claimed instant: older than 72 h or ahead of the server's clock (policy) is a skewed clock."""
    old = at - found_at > timedelta(hours=numbers.clock_skew_hours)
    ahead = found_at - at > timedelta(minutes=numbers.clock_ahead_minutes)
    return ["clock_skew"] if old or ahead else []


def photo_not_before(found_at: datetime, *, numbers: Numbers) -> datetime:
    """Return the instant before which a photo of a hazard found at `found_at` cannot honestly have been taken."""
    return found_at - timedelta(hours=numbers.clock_skew_hours)
