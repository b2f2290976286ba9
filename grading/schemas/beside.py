"""What stands beside a grade in the safety code: the override in force, undecided appeals, a request for a visit, a statement."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Out
from grading.queries import appeals, contests, re_ratings, statements


class OverrideInForceOut(Out):
    """The override by which the grade is set by hand."""

    id: UUID
    grade: Literal["green", "blue", "yellow", "orange", "red"]
    reason: str
    until: datetime


class DisputedBriefOut(Out):
    """What kind of thing is disputed."""

    what: Literal["row", "fact", "override"]
    factor: str | None


class OpenAppealOut(Out):
    """An appeal that is not decided yet; the grade stays meanwhile."""

    id: UUID
    made_at: datetime
    decide_by: datetime
    disputed: list[DisputedBriefOut]


class OpenReRatingOut(Out):
    """A request for a visit that waits."""

    id: UUID
    made_at: datetime


class StandingStatementOut(Out):
    """What the enterprise says beside its code."""

    id: UUID
    text: str
    made_at: datetime


class BesideOut(Out):
    """What is contested and decided about a grade at present."""

    override: OverrideInForceOut | None
    appeals: list[OpenAppealOut]
    re_rating: OpenReRatingOut | None
    statement: StandingStatementOut | None


def beside(enterprise_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return what is contested and decided about the grade of an enterprise; `evidence` is for those who read the appeal."""
    held, asked = contests.override_at(enterprise_id, at=at), re_ratings.open_of(enterprise_id)
    said = statements.standing(enterprise_id)
    return {
        "override": held and {"id": held.id, "grade": held.grade, "reason": held.reason, "until": held.until},
        "appeals": [
            {
                "id": row.id, "made_at": row.made_at, "decide_by": row.decide_by,
                "disputed": [{"what": item.what, "factor": item.factor or None} for item in row.disputed.all()],
            }
            for row in appeals.open_of(enterprise_id)
        ],
        "re_rating": asked and {"id": asked.id, "made_at": asked.made_at},
        "statement": said and {"id": said.id, "text": said.text, "made_at": said.made_at},
    }  # fmt: skip
