"""Writing the grade (五色等级). Grading decides it; the enterprise row only carries it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.kernel import ledger
from enterprises import queries
from enterprises.models import Enterprise
from enterprises.policy import words


@transaction.atomic
def set_grade(
    *,
    enterprise_id: UUID,
    grade: str,
    score: float | None,
    rows: Sequence[Mapping[str, Any]],
    policy_version: int,
    at: datetime,
) -> Enterprise:
    """Write the grade with its explanation `rows`; only a changed grade raises the version and leaves a ledger entry.

    Raises: NotFound; ValueError for a grade that is none.
    """
    enterprise = queries.lock_plain(enterprise_id)
    before, enterprise.grade = enterprise.grade, words.Grade(grade).value
    enterprise.score, enterprise.grade_rows, enterprise.policy_version = score, list(rows), policy_version
    enterprise.graded_at = at
    changed = ["grade", "score", "grade_rows", "policy_version", "graded_at"]
    if before != enterprise.grade:
        entry = ledger.append(
            ledger.Step(
                kind="enterprise.graded", subject_kind="enterprise", subject_id=enterprise.id, signer=ledger.SYSTEM, at=at,
                before=before, after=enterprise.grade, place=enterprise.place.code, enterprise_id=enterprise.id,
                facts={"direction": words.direction(before, enterprise.grade), "score": score, "policy_version": policy_version},
            ),
            ledger.Head(enterprise.version, enterprise.ledger_head),
        )  # fmt: skip
        enterprise.version, enterprise.ledger_head = entry.seq, entry.hash
        changed += ["version", "ledger_head"]
    enterprise.save(update_fields=changed)
    return enterprise
