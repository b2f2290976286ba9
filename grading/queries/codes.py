"""Finding what a code says. Whoever holds a code learns its enterprise's colour; all else goes by what he may read."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.policy.actor import Actor
from backend.kernel import policies, seals
from backend.kernel.models import Claim, LedgerEntry
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from grading.models import PrintedCode, UsedCode
from grading.policy import tokens
from grading.policy.code_numbers import CodeNumbers
from grading.policy.tokens import CheckInPass, LiveCode
from hazards import queries as hazards
from hazards.policy.words import Status

numbers = policies.register("codes", CodeNumbers)
OVER = (Status.CLOSED, Status.VOID)


def live(token: str) -> LiveCode | None:
    """Return the live code that a token is, None unless this installation has signed it."""
    said = seals.opened_by_own_key(token, tokens.LIVE, members=tokens.LIVE_MEMBERS)
    return tokens.live_code(said) if said is not None else None


def check_in_pass(token: str) -> CheckInPass | None:
    """Return the pass that a token is, None unless this installation has signed it."""
    said = seals.opened_by_own_key(token, tokens.PASS, members=tokens.PASS_MEMBERS)
    return tokens.check_in_pass(said) if said is not None else None


def printed(text: str) -> PrintedCode | None:
    """Return the printed code in what was scanned or typed, a revoked one too, with its enterprise; None if it is none."""
    code = tokens.printed(text)
    return PrintedCode.objects.select_related("enterprise").filter(code=code).first() if code else None


def in_force(enterprise_id: UUID) -> PrintedCode | None:
    """Return the printed code of an enterprise that is in force."""
    return PrintedCode.objects.filter(enterprise_id=enterprise_id, revoked_at__isnull=True).first()


def ever_had_one(enterprise_id: UUID) -> bool:
    """Return whether a printed code was ever issued to an enterprise."""
    return PrintedCode.objects.filter(enterprise_id=enterprise_id).exists()


def lock(code_id: UUID, *, enterprise_id: UUID) -> PrintedCode:
    """Return a printed code of this enterprise, its row locked until the transaction ends. Raises: NotFound."""
    found = PrintedCode.objects.select_for_update().filter(id=code_id, enterprise_id=enterprise_id).first()
    if found is None:
        raise NotFound
    return found


def printed_codes(enterprise_id: UUID, *, actor: Actor) -> QuerySet[PrintedCode]:
    """Return the printed codes of an enterprise that `actor` may read. Raises: NotFound."""
    return PrintedCode.objects.filter(enterprise=enterprises.get(enterprise_id, actor=actor))


def readable_printed(code_id: UUID, *, actor: Actor) -> PrintedCode:
    """Return a printed code of an enterprise that `actor` may read. Raises: NotFound."""
    seen = enterprises.visible_to(actor).values("id")
    found = PrintedCode.objects.filter(id=code_id, enterprise_id__in=seen).first()
    if found is None:
        raise NotFound
    return found


def entry(entry_id: UUID) -> tuple[LedgerEntry, PrintedCode]:
    """Return a ledger entry about a printed code, and the code with its enterprise."""
    found = LedgerEntry.objects.get(id=entry_id)
    return found, PrintedCode.objects.select_related("enterprise").get(id=found.subject_id)


def claim(id: UUID) -> Claim:
    """Return the claim of an act of ours."""
    return Claim.objects.get(id=id)


def is_used(id: UUID) -> bool:
    """Return whether a live code or a pass was used."""
    return UsedCode.objects.filter(id=id).exists()


def open_hazards(enterprise_id: UUID, *, actor: Actor) -> int:
    """Return how many hazards of an enterprise are open, of those that `actor` may read."""
    return hazards.visible_to(actor).filter(enterprise_id=enterprise_id).exclude(status__in=OVER).count()
