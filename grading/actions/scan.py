"""Scanning (扫码): what a code says of its enterprise, until when, and what whoever scanned it may do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import ids, seals
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.policy.words import Status
from grading.actions.use_up import use_up
from grading.errors import CodeExpired, CodeRevoked, CodeUnknown, CodeUsed
from grading.policy import tokens
from grading.policy.tokens import CheckInPass, Kind, LiveCode, Span
from grading.queries import codes as queries
from inspections.policy import crews


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan shows: whose code of which kind, and from when until when the colour is good."""

    kind: Kind
    enterprise: Enterprise
    shown: Span


def look(token: str, *, at: datetime) -> Seen:
    """Return what a code would show, without using it. Raises: CodeUnknown, CodeExpired, CodeUsed, CodeRevoked."""
    code = queries.live(token)
    if code is None:
        return _by_printed(token, at=at)
    if at >= code.span.expires_at:
        raise CodeExpired
    if queries.is_used(code.id):
        raise CodeUsed
    return _by_live(code, at=at)


def take(token: str, *, at: datetime) -> Seen:
    """Return what a code shows; a live one is used up by it. Raises: as `look`."""
    code = queries.live(token)
    return _by_printed(token, at=at) if code is None else _take_live(code, at=at)


@transaction.atomic
def _take_live(code: LiveCode, *, at: datetime) -> Seen:
    if at >= code.span.expires_at:
        raise CodeExpired
    seen = _by_live(code, at=at)
    use_up(code.id, good=code.span, at=at)
    return seen


def _by_live(code: LiveCode, *, at: datetime) -> Seen:
    minutes = queries.numbers(at).document.live_view_minutes
    try:
        enterprise = enterprises.get_plain(code.enterprise_id)
    except NotFound as error:
        raise CodeUnknown from error
    return _seen(Kind.LIVE, enterprise, tokens.span(at, timedelta(minutes=minutes)))


def _by_printed(text: str, *, at: datetime) -> Seen:
    row = queries.printed(text)
    if row is None:
        raise CodeUnknown
    if row.revoked_at is not None:
        raise CodeRevoked
    return _seen(Kind.PRINTED, row.enterprise, tokens.span(at, timedelta(hours=queries.numbers(at).document.view_hours)))


def _seen(kind: Kind, enterprise: Enterprise, shown: Span) -> Seen:
    if enterprise.status == Status.CLOSED:
        raise CodeRevoked
    return Seen(kind, enterprise, shown)


def check_in_pass(seen: Seen, *, actor: Actor, at: datetime) -> CheckInPass | None:
    """Return what somebody who has scanned may check in with, if he is one who goes on visits there; None otherwise."""
    firm = seen.enterprise
    if not (actor.duty_over(firm.place, crews.PLANNERS & OFFICIALS) or actor.duty_at(firm.id, {Role.AGENCY})):
        return None
    life = timedelta(minutes=queries.numbers(at).document.pass_minutes)
    return CheckInPass(ids.new(), firm.id, actor.id, seen.kind, tokens.span(at, life))


def proof(seen: Seen) -> str:
    """Return the colour that was shown, signed, so that it can be checked later and without a network."""
    firm = seen.enterprise
    return seals.sealed(tokens.COLOUR, tokens.colour(firm.name, firm.code_colour, seen.shown))
