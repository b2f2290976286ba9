"""The enterprise and what belongs to it."""

from enterprises.models.enterprise import Enterprise
from enterprises.models.ownership_claim import ClaimState, OwnershipClaim

__all__ = ["ClaimState", "Enterprise", "OwnershipClaim"]
