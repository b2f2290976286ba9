"""Codes scanned at the door (到场扫码): who can tell a true one. The room that gives them out registers its verifier here.

A verifier is asked inside the check-in's transaction and may use the token up. The printed code is no token: it says only
who the enterprise is and proves nobody's presence.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from inspections.errors import BadCode

Verifier = Callable[[str, UUID, datetime], bool]
_verifiers: list[Verifier] = []


def register(verifier: Verifier) -> Verifier:
    """Let `verifier(token, enterprise_id, at)` say whether a token is that enterprise's and good at that instant."""
    if verifier not in _verifiers:
        _verifiers.append(verifier)
    return verifier


def forget(verifier: Verifier) -> None:
    """Ask `verifier` no longer."""
    _verifiers.remove(verifier)


def verify(token: str, *, enterprise_id: UUID, at: datetime) -> None:
    """See that a scanned token is good. Raises: BadCode, also while nobody gives out tokens."""
    if not any(verifier(token, enterprise_id, at) for verifier in _verifiers):
        raise BadCode
