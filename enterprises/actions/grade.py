"""Writing the grade (五色等级). Grading decides and explains it; the enterprise row only carries it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.kernel import ledger
from enterprises import queries
from enterprises.models import Enterprise
from enterprises.policy import words


@transaction.atomic
def set_grade(
    *, enterprise_id: UUID, grade: str, score: float | None, policy_version: int, as_of: datetime, cause: str, at: datetime
) -> Enterprise:
    """Write the grade as of `as_of`; only a changed one raises the version and leaves a ledger entry.

    `cause` is what brought the change: the kind of a ledger entry, or `calendar`. Raises: NotFound; ValueError for a grade
    that is none.
    """
    enterprise = queries.lock_plain(enterprise_id)
    before, enterprise.grade = enterprise.grade, words.Grade(grade).value
    enterprise.score, enterprise.policy_version, enterprise.graded_at = score, policy_version, as_of
    changed = ["grade", "score", "policy_version", "graded_at"]
    if before != enterprise.grade:
        direction = words.direction(before, enterprise.grade)
        facts = {"direction": direction, "score": score, "policy_version": policy_version, "cause": cause, "as_of": as_of}
        entry = ledger.append(
            ledger.Step(
                kind="enterprise.graded", subject_kind="enterprise", subject_id=enterprise.id, signer=ledger.SYSTEM, at=at,
                before=before, after=enterprise.grade, place=enterprise.place.code, enterprise_id=enterprise.id, facts=facts,
            ),
            ledger.Head(enterprise.version, enterprise.ledger_head),
        )  # fmt: skip
        enterprise.version, enterprise.ledger_head = entry.seq, entry.hash
        changed += ["version", "ledger_head"]
    enterprise.save(update_fields=changed)
    return enterprise


def set_score(*, enterprise_id: UUID, score: float | None, policy_version: int, as_of: datetime) -> None:
    """Write a score by which the grade stays what it is: no step of the enterprise, and so no entry."""
    Enterprise.objects.filter(id=enterprise_id).update(score=score, policy_version=policy_version, graded_at=as_of)
