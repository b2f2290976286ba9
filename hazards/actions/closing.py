"""An enterprise that closes down (注销) needs every major hazard closed first (lifecycle.md §3)."""

from uuid import UUID

from enterprises.actions import change
from hazards import errors
from hazards.models import Hazard
from hazards.models.hazard import OPEN
from hazards.policy.words import Level


def refuse_with_open_majors(enterprise_id: UUID) -> None:
    """Refuse to close an enterprise that has a major hazard open. Raises: MajorOpen."""
    if Hazard.objects.filter(enterprise_id=enterprise_id, level=Level.MAJOR, status__in=OPEN).exists():
        raise errors.MajorOpen


change.BEFORE_CLOSING.append(refuse_with_open_majors)
