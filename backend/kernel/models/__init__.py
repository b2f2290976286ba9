"""Rows of the kernel. They carry actor, subject and region as plain ids and codes, never as foreign keys."""

from backend.kernel.models.calendar_day import CalendarDay
from backend.kernel.models.claim import Claim, KeyClaim
from backend.kernel.models.entry import LedgerEntry
from backend.kernel.models.job import Job
from backend.kernel.models.leaf import LedgerLeaf, PendingLeaf
from backend.kernel.models.policy import PolicyVersion
from backend.kernel.models.published_key import PublishedKey

__all__ = [
    "CalendarDay",
    "Claim",
    "Job",
    "KeyClaim",
    "LedgerEntry",
    "LedgerLeaf",
    "PendingLeaf",
    "PolicyVersion",
    "PublishedKey",
]
