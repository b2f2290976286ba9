"""What an operator does at the console of the server, beyond the doors of the API."""

from datetime import datetime

from django.db import transaction

from accounts.login import tokens
from accounts.models import Person
from backend.kernel import ids, ledger


@transaction.atomic
def token(*, person: Person, at: datetime) -> str:
    """Return a session token of full strength for `person`, noted in the ledger as the system's own doing."""
    session = ids.new()
    ledger.append(
        ledger.Step(
            kind="session.operator_token", subject_kind="session", subject_id=session, signer=ledger.SYSTEM, at=at,
            facts={"person_id": person.id},
        ),
        ledger.Head(),
    )  # fmt: skip
    return tokens.issue(person, at=at)
