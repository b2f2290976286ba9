"""The chains of what is contested and decided about grades: for those who may read the subject, and for auditors."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from grading.models import Improvement
from grading.queries import appeals, overrides, re_ratings, statements


def _improvements(actor: Actor) -> QuerySet[Improvement]:
    return Improvement.objects.filter(enterprise__in=enterprises.visible_to(actor))


# noun of the path -> what of it a person may read
SUBJECTS: Mapping[str, Callable[[Actor], QuerySet[Any]]] = {
    "appeals": appeals.visible_to, "improvements": _improvements, "overrides": overrides.visible_to,
    "re-ratings": re_ratings.visible_to, "statements": statements.visible_to,
}  # fmt: skip


def chain_of(noun: str, subject_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a subject that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    readable = SUBJECTS[noun](actor)
    audited = readable.model.objects.filter(accounts.within(actor.duties_as([Role.AUDITOR]), prefix="enterprise__"))
    if not any(rows.filter(id=subject_id).exists() for rows in (readable, audited)):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=subject_id)
