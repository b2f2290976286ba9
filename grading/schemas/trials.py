"""Trying a rule out: what a simulation and a shadow run both tell, from colour to colour, and who would change and why."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from backend.kernel.calendar import end_of, start_of
from backend.kernel.web.fields import Body, Cursor, Limit, Out, QueryFlag
from enterprises.policy.words import Grade
from grading.policy import compare
from grading.policy.grade import rank

Colour = Literal["green", "blue", "yellow", "orange", "red", "grey"]


class MatrixRowOut(Out):
    """How many enterprises of one published colour have which colour under the draft."""

    green: int
    blue: int
    yellow: int
    orange: int
    red: int
    grey: int


class MatrixOut(Out):
    """From colour to colour: the published one outside, the one under the draft inside."""

    green: MatrixRowOut
    blue: MatrixRowOut
    yellow: MatrixRowOut
    orange: MatrixRowOut
    red: MatrixRowOut
    grey: MatrixRowOut


class TrialCountsOut(Out):
    """How many enterprises were looked at so far, would change, would stand better, would stand worse."""

    enterprises: int
    changed: int
    improved: int
    worsened: int


class ProgressOut(Out):
    """How many of how many enterprises are worked out."""

    done: int
    total: int


class WhyOut(Out):
    """One thing that differs: a score, a factor, a veto, the colour they come to, or only how the grade moves."""

    what: Literal["score", "row", "colour", "veto_more", "veto_less", "moved"]
    factor: str | None = None
    condition: str | None = None
    words: str


class ChangeOut(Out):
    """An enterprise whose colour would be another.

    `reproduced`: its past, put together again, gives what was published; null in a shadow run, which looks at the present.
    """

    enterprise_id: UUID
    name: str
    from_: Colour = Field(alias="from")
    to: Colour
    score_from: float | None
    score_to: float | None
    reproduced: bool | None
    why: list[WhyOut]


class ChangesOut(Out):
    """A page of those who would change."""

    items: list[ChangeOut]
    next_cursor: str | None
    count: int | None = None


class ChangeFilters(Body):
    """Who changes from one colour, or to one."""

    from_: Colour | None = Field(None, alias="from")
    to: Colour | None = None
    limit: Limit | None = None
    cursor: Cursor | None = None
    count: QueryFlag | None = None


def beginning(said: datetime | date) -> datetime:
    """Return an instant, of a day its first moment in Asia/Shanghai."""
    return said if isinstance(said, datetime) else start_of(said)


def ending(said: datetime | date, at: datetime) -> datetime:
    """Return an instant, of a day its end in Asia/Shanghai, of today the present moment."""
    if isinstance(said, datetime):
        return said
    return at if start_of(said) <= at < end_of(said) else end_of(said)


def counts(matrix: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return what a matrix adds up to; who comes from grey or goes there stands neither better nor worse."""
    cells = [(live, draft, number) for live, row in matrix.items() for draft, number in row.items()]
    both = [(rank(draft) - rank(live), n) for live, draft, n in cells if Grade.GREY.value not in (live, draft)]
    return {
        "enterprises": sum(n for *_, n in cells), "changed": sum(n for live, draft, n in cells if live != draft),
        "improved": sum(n for step, n in both if step < 0), "worsened": sum(n for step, n in both if step > 0),
    }  # fmt: skip


def change(row: Any, *, language: str) -> dict[str, Any]:
    """Return one who would change: a row of a simulation or of a shadow run, with its enterprise."""
    return {
        "enterprise_id": row.enterprise_id, "name": row.enterprise.name, "from": row.live, "to": row.draft,
        "score_from": _two(row.live_score), "score_to": _two(row.draft_score), "reproduced": row.reproduced,
        "why": [_why(line, language) for line in row.why],
    }  # fmt: skip


def _two(score: float | None) -> float | None:
    return None if score is None else round(score, 2)


def _why(line: dict[str, Any], language: str) -> dict[str, Any]:
    told = compare.in_words(line, english=language == "en")
    return {"what": line["what"], "factor": line.get("factor"), "condition": line.get("condition"), "words": told}
