"""What grading reads: the rule in force, how enterprises stand, what they are graded by."""

from datetime import datetime, timedelta
from uuid import UUID

from backend.kernel import policies
from backend.kernel.models import LedgerEntry, PolicyVersion
from backend.kernel.policies import InForce
from grading.policy.document import Document

KIND = "grading"
# every process reads a new policy within five seconds; nobody is looked at by it before all of them know it
LEEWAY = timedelta(seconds=10)
numbers = policies.register(KIND, Document, drafted=True)


def next_policy(at: datetime) -> datetime | None:
    """Return when enterprises are looked at because of a policy that is adopted and not yet in force; None if there is none."""
    start = policies.next_from(KIND, at - LEEWAY)
    return start + LEEWAY if start else None


def version(number: int) -> InForce[Document]:
    """Return a version of the rule by its number, in force or not; 0 is the built-in one."""
    row = PolicyVersion.objects.filter(kind=KIND, version=number).first()
    return InForce(number, Document.model_validate(row.document) if row else Document())


def entry(entry_id: UUID) -> LedgerEntry:
    """Return the ledger entry that a job speaks of."""
    return LedgerEntry.objects.get(id=entry_id)
