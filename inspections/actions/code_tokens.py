"""Codes scanned at the door (到场扫码): who can tell a true one. The room that gives them out registers its verifier here.

A verifier is asked inside the check-in's transaction, may use the code up, and says what is weak about it by flags: a printed
code can be photographed, one that arrives late may have been passed on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspections.errors import BadCode


@dataclass(frozen=True, slots=True)
class Scanned:
    """What `account_id` scanned at the enterprise, when his phone says he did, and when that was received."""

    token: str
    enterprise_id: UUID
    account_id: UUID
    claimed_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A code that is good there and then; `flags`: what speaks against it as a proof of presence."""

    flags: tuple[str, ...] = ()


Verifier = Callable[[Scanned], Found | None]
_verifiers: list[Verifier] = []


def register(verifier: Verifier) -> Verifier:
    """Let `verifier` judge what is scanned: None for what is no code of its room; it raises BadCode for one that is not good."""
    if verifier not in _verifiers:
        _verifiers.append(verifier)
    return verifier


def forget(verifier: Verifier) -> None:
    """Ask `verifier` no longer."""
    _verifiers.remove(verifier)


def verify(scan: Scanned) -> Found:
    """Return what a scanned code is worth. Raises: BadCode, also while nobody gives out codes."""
    for verifier in _verifiers:
        if (found := verifier(scan)) is not None:
            return found
    raise BadCode
