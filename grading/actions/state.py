"""Statements (企业声明): what an enterprise says beside its code. The newest stands; an official may hide an unlawful one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from grading.actions import parties
from grading.errors import StatementNotPlain, StatementNotShown
from grading.models import Statement
from grading.models.taken import Taken
from grading.policy import statement_text
from grading.queries import statements as queries


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it stands now, and the receipt of the act on it."""

    statement: Statement
    receipt: Receipt


@transaction.atomic
def make(*, text: str, received: Received, enterprise_id: UUID, actor: Actor, at: datetime) -> Said:
    """Let the owner say something; it takes the place of what was said before.

    Raises: Replayed, SameId, NotFound, NotYourMove, StatementNotPlain, Closed.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.lock(enterprise_id, actor=actor)
    signer = parties.owner(enterprise, actor)
    if not statement_text.is_plain(text):
        raise StatementNotPlain
    parties.in_business(enterprise)
    Statement.objects.filter(queries.STANDS, enterprise=enterprise).update(replaced_at=at)
    made = Statement.objects.create(
        id=received.id, enterprise=enterprise, text=text, made_at=at, made_by=actor.id, made_name=actor.name, salt=ledger.salt(),
    )  # fmt: skip
    taken = Taken(signer, at, received.id, made.salt, said={"text": text}, request_id=received.request_id)
    ledger.append(taken.step("statement.made", "statement", made.id, enterprise, before="", after="shown"), ledger.Head())
    return Said(made, receipt)


@transaction.atomic
def withdraw(*, received: Received, statement_id: UUID, actor: Actor, at: datetime) -> Said:
    """Let the owner take a statement back; what stood before it does not come again.

    Raises: Replayed, SameId, NotFound, NotYourMove, StatementNotShown.
    """
    receipt = idempotency.claim(received, subject_id=statement_id)
    statement = queries.lock(statement_id, actor=actor)
    signer = parties.owner(statement.enterprise, actor)
    _standing(statement)
    statement.withdrawal_id, statement.withdrawn_at = received.id, at
    statement.save(update_fields=["withdrawal_id", "withdrawn_at"])
    _tell(statement, "withdrawn", Taken(signer, at, received.id, request_id=received.request_id))
    return Said(statement, receipt)


@transaction.atomic
def hide(*, reason: str, received: Received, statement_id: UUID, actor: Actor, at: datetime) -> Said:
    """Hide an unlawful statement (屏蔽), with a reason that the enterprise reads; the county and above.

    Raises: Replayed, SameId, NotFound, NotYourMove, GradeSamePerson, StatementNotShown.
    """
    receipt = idempotency.claim(received, subject_id=statement_id)
    statement = queries.lock(statement_id, actor=actor)
    signer = parties.county(statement.enterprise, actor)
    parties.not_of_the_firm(statement.enterprise, actor)
    _standing(statement)
    statement.hiding_id, statement.hidden_at, statement.hidden_by = received.id, at, actor.id
    statement.hide_reason, statement.hide_salt = reason, ledger.salt()
    statement.save(update_fields=["hiding_id", "hidden_at", "hidden_by", "hide_reason", "hide_salt"])
    said = {"reason": reason}
    _tell(statement, "hidden", Taken(signer, at, received.id, statement.hide_salt, said=said, request_id=received.request_id))
    return Said(statement, receipt)


def _standing(statement: Statement) -> None:
    if statement.status != "shown":
        raise StatementNotShown(statement_status=statement.status)


def _tell(statement: Statement, after: str, taken: Taken) -> None:
    firm = statement.enterprise
    ledger.append(taken.step(f"statement.{after}", "statement", statement.id, firm, before="shown", after=after))
