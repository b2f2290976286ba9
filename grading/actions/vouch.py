"""Vouching (到场扫码): whether what an official scanned at the door lets him check in by it.

A live code and a pass work once; a printed one always, and is flagged, because it can be photographed.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from backend.kernel.problems import Problem
from grading.actions.use_up import use_up
from grading.errors import CodeExpired, CodeRevoked, CodeUsed
from grading.policy import tokens
from grading.policy.tokens import Kind, Span
from grading.queries import codes as queries
from inspections.actions.code_tokens import Found, Scanned
from inspections.errors import BadCode

LIVE, PRINTED, LATE = Found(), Found(("printed_code",)), "late_code"
Judge = Callable[[str, Scanned], Found | None]


def verify(scan: Scanned) -> Found | None:
    """Say whether what was scanned vouches for a check-in, and use it up; None if no code of ours. Raises: BadCode."""
    token = tokens.scanned(scan.token)
    judges: tuple[Judge, ...] = (_live_vouches, _pass_vouches, _printed_vouches)
    try:
        return next((found for judge in judges if (found := judge(token, scan)) is not None), None)
    except (CodeExpired, CodeUsed, CodeRevoked) as problem:
        raise _bad(problem) from problem


def _live_vouches(token: str, scan: Scanned) -> Found | None:
    code = queries.live(token)
    if code is None:
        return None
    _same_enterprise(code.enterprise_id, scan)
    return _once(code.id, code.span, scan, LIVE)


def _pass_vouches(token: str, scan: Scanned) -> Found | None:
    good = queries.check_in_pass(token)
    if good is None:
        return None
    _same_enterprise(good.enterprise_id, scan)
    if good.account_id != scan.account_id:
        raise BadCode(detail="该签到码是发给他人的", detail_en="That pass was given to somebody else", why="not_yours")
    return _once(good.id, good.span, scan, PRINTED if good.kind == Kind.PRINTED else LIVE)


def _printed_vouches(token: str, scan: Scanned) -> Found | None:
    row = queries.printed(token)
    if row is None:
        return None
    _same_enterprise(row.enterprise_id, scan)
    if row.revoked_at is not None:
        raise CodeRevoked
    return PRINTED


def _once(id: UUID, good: Span, scan: Scanned, found: Found) -> Found:
    """Use it up; one that is over still vouches if the phone was without a network when it scanned, and is flagged."""
    numbers = queries.numbers(scan.at).document
    most, skew = timedelta(hours=numbers.late_hours), timedelta(minutes=numbers.skew_minutes)
    over = scan.at >= good.expires_at
    if over and not good.late(scan.claimed_at, at=scan.at, most=most, skew=skew):
        raise CodeExpired
    use_up(id, good=good, at=scan.at)
    return Found((*found.flags, LATE)) if over else found


def _same_enterprise(enterprise_id: UUID, scan: Scanned) -> None:
    if enterprise_id != scan.enterprise_id:
        raise BadCode(detail="这是另一家企业的码", detail_en="That is another enterprise's code", why="elsewhere")


def _bad(problem: Problem) -> BadCode:
    why = problem.code.rpartition(".")[2]
    return BadCode(detail=problem.message, detail_en=problem.message_en, why=why)
