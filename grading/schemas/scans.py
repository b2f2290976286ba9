"""What whoever scans a code is answered: anybody the colour, officials of the place the grade and its reasons."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import seals
from enterprises.models import Enterprise
from enterprises.policy.words import GRADE_LABELS, Grade
from grading.actions import scan
from grading.actions.scan import Seen
from grading.documents.page import File, Page
from grading.policy import tokens
from grading.policy.code_words import GRADES_EN
from grading.policy.tokens import CheckInPass, Kind, Span
from grading.queries import codes, explained, statements
from grading.schemas import reasons

APP = "bihuan:"  # an address that the app on the official's phone opens


def scanned(seen: Seen, *, actor: Actor | None, good: CheckInPass | None, at: datetime, language: str) -> dict[str, Any]:
    """Return what a scan shows as JSON; what only officials and the agency there read is left out for everybody else.

    `language`: of the reasons, `zh` or `en`.
    """
    firm = seen.enterprise
    shown = {
        "kind": seen.kind.value, "name": firm.name, "address": firm.address, "code_colour": firm.code_colour,
        "as_of": seen.shown.issued_at, "valid_until": seen.shown.expires_at, "statement": statements.text_of(firm.id),
        "proof": scan.proof(seen),
    }  # fmt: skip
    return {**shown, **_file(firm, actor, good, at=at, english=language == "en")} if actor and _goes_there(firm, actor) else shown


def _goes_there(firm: Enterprise, actor: Actor) -> bool:
    return bool(actor.duty_over(firm.place, OFFICIALS) or actor.duty_at(firm.id, {Role.AGENCY}))


def _file(firm: Enterprise, actor: Actor, good: CheckInPass | None, *, at: datetime, english: bool) -> dict[str, Any]:
    code = explained.code_of(firm.id, actor=actor, at=at)
    score = None if firm.score is None else round(firm.score, 2)
    base = f"/api/v1/enterprises/{firm.id}"
    return {
        "enterprise_id": firm.id, "grade": firm.grade, "score": score, **reasons(code, english=english),
        "policy_version": code.standing.policy_version, "open_hazards": codes.open_hazards(firm.id, actor=actor),
        "check_in": _pass(good) if good else None, "links": {"enterprise": base, "safety_code": f"{base}/safety-code"},
    }  # fmt: skip


def _pass(good: CheckInPass) -> dict[str, Any]:
    return {"code": seals.sealed(tokens.PASS, good.said()), "expires_at": good.span.expires_at}


def as_page(shown: dict[str, Any], *, language: str) -> Page:
    """Return the same for the page."""
    return Page(
        kind=Kind(shown["kind"]), name=shown["name"], address=shown["address"], code_colour=shown["code_colour"],
        shown=Span(shown["as_of"], shown["valid_until"]), statement=shown["statement"], proof=shown["proof"],
        file=_beside(shown, language) if "grade" in shown else None,
    )  # fmt: skip


def _beside(shown: dict[str, Any], language: str) -> File:
    grade, check_in = shown["grade"], shown["check_in"]
    about = {"enterprise_id": shown["enterprise_id"]}
    return File(
        grade=GRADES_EN[grade] if language == "en" else GRADE_LABELS[Grade(grade)], score=shown["score"],
        open_hazards=shown["open_hazards"], rows=[(row["words"], row["points"]) for row in shown["rows"]],
        vetoes=[veto["words"] for veto in shown["vetoes"]], address=f"{APP}enterprise?{urlencode(about)}",
        check_in=f"{APP}check-in?{urlencode({**about, 'code': check_in['code']})}" if check_in else "",
    )  # fmt: skip
