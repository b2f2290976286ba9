"""What the safety code answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Out
from enterprises.models import Enterprise
from grading.models import Standing
from grading.policy.words import GREY


class RowOut(Out):
    """One line of the explanation. The rows add up to `score` - 100; `evidence` are the hazards the caller may read."""

    factor: str
    group: str
    count: int
    points: float
    evidence: list[UUID]
    words: str


class VetoOut(Out):
    """A condition that keeps the grade from being better than `grade_at_best`, whatever the score."""

    id: str
    grade_at_best: str
    evidence: list[UUID]
    words: str


class SafetyCodeOut(Out):
    """The grade of an enterprise (五色等级) with its reasons; `policy_version` 0 is the built-in policy."""

    enterprise_id: UUID
    grade: Literal["green", "blue", "yellow", "orange", "red", "grey"]
    code_colour: Literal["green", "yellow", "red", "grey"]
    score: float | None
    rows: list[RowOut]
    vetoes: list[VetoOut]
    policy_version: int | None
    as_of: datetime | None
    words: str | None


def safety_code(enterprise: Enterprise, standing: Standing, readable: frozenset[str], *, grey_days: int) -> dict[str, Any]:
    """Return the safety code (安全码) of an enterprise for a reader who may read the hazards in `readable`."""
    return {
        "enterprise_id": enterprise.id, "grade": enterprise.grade, "code_colour": enterprise.code_colour,
        "score": None if enterprise.score is None else round(enterprise.score, 2),
        "rows": [_line(row, readable) for row in enterprise.grade_rows],
        "vetoes": [_line(veto, readable) for veto in standing.vetoes],
        "policy_version": enterprise.policy_version, "as_of": enterprise.graded_at,
        "words": GREY[0].format(days=grey_days) if enterprise.grade == "grey" else None,
    }  # fmt: skip


def _line(line: dict[str, Any], readable: frozenset[str]) -> dict[str, Any]:
    shown = {**line, "evidence": [id for id in line.get("evidence", ()) if id in readable]}
    return {**shown, "points": round(line["points"], 2)} if "points" in line else shown
