"""The history of grades, the list of codes, and the facts behind a published grade."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from backend.kernel.web.fields import Body, Cursor, Instant, Limit, Out, QueryFlag, RegionCode
from enterprises.models import Enterprise
from enterprises.policy.words import Grade as GradeWord
from grading.models import GradePeriod
from grading.queries.explained import Explained
from grading.schemas import Colour, Grade


class HistoryQuery(Body):
    """`as_known_at`: the history as it was known then; left out, as it is known now."""

    as_known_at: Instant | None = None
    limit: Limit | None = None
    cursor: Cursor | None = None


class SafetyCodesQuery(Body):
    """A region of the caller's, and a colour."""

    region: RegionCode | None = None
    grade: GradeWord | None = None
    limit: Limit | None = None
    cursor: Cursor | None = None
    count: QueryFlag = False


class GradePeriodOut(Out):
    """One stretch of the history: `cause` is the kind of the act that began it, or `calendar`; `to` null while it lasts."""

    start: datetime = Field(serialization_alias="from")
    to: datetime | None
    grade: Grade
    score: float | None
    cause: str
    policy_version: int


class GradeHistoryOut(Out):
    """A page of history, newest first."""

    items: list[GradePeriodOut]
    next_cursor: str | None


class SafetyCodeShortOut(Out):
    """One enterprise in the list of codes."""

    enterprise_id: UUID
    name: str
    region: str
    grade: Grade
    code_colour: str
    score: float | None
    policy_version: int | None
    as_of: datetime | None


class SafetyCodesOut(Out):
    """A page of codes, newest enterprises first."""

    items: list[SafetyCodeShortOut]
    next_cursor: str | None
    count: int | None = None


class StandingOut(Out):
    """The stepped track: the colour reached, and when it last became better or worse."""

    stepped: Grade
    improved_at: datetime | None
    worsened_at: datetime | None


class GradeFactsOut(Out):
    """All that a published grade rests on: with the policy document of its version anyone can work it out again.

    `facts` are as of `as_of`; docs/check_grade.py does it.
    """

    enterprise_id: UUID
    grade: Grade
    score: float | None
    policy_version: int | None
    as_of: datetime | None
    standing: StandingOut
    vetoes: list[Colour]
    facts: dict[str, Any] | None
    document: dict[str, Any]


def period(row: GradePeriod, *, known_at: datetime | None) -> dict[str, Any]:
    """Return a period of history; an end that was not yet known then is none."""
    over = row.valid_to is not None and (known_at is None or row.valid_to <= known_at)
    return {
        "start": row.valid_from, "to": row.valid_to if over else None, "grade": row.grade,
        "score": None if row.score is None else round(row.score, 2), "cause": row.cause, "policy_version": row.policy_version,
    }  # fmt: skip


def short(enterprise: Enterprise) -> dict[str, Any]:
    """Return one line of the list of codes."""
    return {
        "enterprise_id": enterprise.id, "name": enterprise.name, "region": enterprise.region, "grade": enterprise.grade,
        "code_colour": enterprise.code_colour, "score": None if enterprise.score is None else round(enterprise.score, 2),
        "policy_version": enterprise.policy_version, "as_of": enterprise.graded_at,
    }  # fmt: skip


def grade_facts(code: Explained, *, document: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a published grade; hazards that the reader may not read keep their facts and lose their ids."""
    enterprise, row = code.enterprise, code.standing
    return {
        "enterprise_id": enterprise.id, "grade": enterprise.grade, "score": enterprise.score,
        "policy_version": row.policy_version, "as_of": row.graded_at, "standing": row,
        "vetoes": [veto["grade_at_best"] for veto in row.vetoes], "facts": _facts(code), "document": document,
    }  # fmt: skip


def _facts(code: Explained) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = code.standing.facts
    if kept is None:
        return None
    hazards = [{**hazard, "id": None if hazard["id"] in code.hidden else hazard["id"]} for hazard in kept["hazards"]]
    return {**kept, "hazards": hazards}
