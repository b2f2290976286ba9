"""What the safety code answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Out
from grading.policy import words
from grading.queries.explained import Explained
from grading.schemas.beside import BesideOut, beside

Grade = Literal["green", "blue", "yellow", "orange", "red", "grey"]
Colour = Literal["green", "blue", "yellow", "orange", "red"]


class RowOut(Out):
    """One line of the explanation: what it adds to 100. The rows add up to `score` - 100.

    `evidence` are the hazards, self-inspections and facts it rests on, as far as the caller may read them.
    """

    factor: str
    group: str
    count: int
    points: float
    evidence: list[UUID]
    words: str


class VetoOut(Out):
    """A condition that keeps the grade from being better than `grade_at_best`, whatever the score."""

    id: str
    condition: str
    grade_at_best: Colour
    evidence: list[UUID]
    words: str


class NextActOut(Out):
    """One of the cheapest acts that would improve the colour.

    `gain_at_least` is what it brings whatever else is done; `grade_after` the colour that it and those before it lead to, once
    an official has looked where that is needed.
    """

    act: Literal["rectify", "mend", "self_inspect", "ask_for_visit", "ask_county"]
    subject: UUID | None
    words: str
    gain_at_least: float
    grade_after: Colour


class WaitingOut(Out):
    """What an improvement waits for, and until when where that ends by itself."""

    what: Literal["verification", "days", "points", "county_decision", "override", "veto"]
    words: str
    until: datetime | None


class SafetyCodeOut(BesideOut):
    """The grade of an enterprise (五色等级) with its reasons; `policy_version` 0 is the built-in policy.

    `score` and `rows` are what the facts give; `grade` follows them by the rules of change: worse at once, better step by step.
    """

    enterprise_id: UUID
    grade: Grade
    code_colour: Literal["green", "yellow", "red", "grey"]
    score: float | None
    rows: list[RowOut]
    vetoes: list[VetoOut]
    policy_version: int | None
    as_of: datetime | None
    next_review_at: datetime | None
    do_next: list[NextActOut]
    waiting_for: WaitingOut | None
    words: str | None


def safety_code(code: Explained, *, language: str) -> dict[str, Any]:
    """Return the safety code (安全码) of an enterprise for its reader, in his language."""
    enterprise, standing, english = code.enterprise, code.standing, language == "en"
    waiting, acts = code.outlook()
    return {
        "enterprise_id": enterprise.id, "grade": enterprise.grade, "code_colour": enterprise.code_colour,
        "score": None if enterprise.score is None else round(enterprise.score, 2), **reasons(code, english=english),
        "policy_version": standing.policy_version, "as_of": standing.graded_at, "next_review_at": standing.next_at,
        "do_next": [
            {
                "act": act.act, "subject": None if str(act.subject) in code.hidden else act.subject,
                "words": act.words(english=english), "gain_at_least": act.gain_at_least, "grade_after": act.grade_after,
            }
            for act in acts
        ],
        "waiting_for": waiting and {
            "what": waiting.what, "words": waiting.words(english=english), "until": waiting.until,
        },
        "words": grey_words(code, english=english), **beside(enterprise.id, at=code.at),
    }  # fmt: skip


def reasons(code: Explained, *, english: bool) -> dict[str, Any]:
    """Return the rows and vetoes of a code in the reader's language."""
    return {
        "rows": [_row(row, code.hidden, english=english) for row in code.standing.rows],
        "vetoes": [_veto(veto, code.hidden, english=english) for veto in code.standing.vetoes],
    }


def grey_words(code: Explained, *, english: bool) -> str | None:
    """Return why a grey enterprise is not rated yet."""
    return words.GREY[english].format(days=code.rule.document.grey_days) if code.enterprise.grade == "grey" else None


def _row(row: dict[str, Any], hidden: frozenset[str], *, english: bool) -> dict[str, Any]:
    said = row["words"]
    if english:
        said = words.line(row["factor"], row["group"], count=row["count"], points=row["points"])
    evidence = [id for id in row["evidence"] if id not in hidden]
    return {**row, "points": round(row["points"], 2), "evidence": evidence, "words": said}


def _veto(veto: dict[str, Any], hidden: frozenset[str], *, english: bool) -> dict[str, Any]:
    said = words.veto(veto["condition"], veto["grade_at_best"], english=True) if english else veto["words"]
    return {**veto, "evidence": [id for id in veto["evidence"] if id not in hidden], "words": said}
