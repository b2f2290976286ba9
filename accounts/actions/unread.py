"""How many messages a person has not read; notifications keeps it here, because `/me` answers it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Greatest

from accounts.models import Person


@transaction.atomic
def add(*, counts: Mapping[UUID, int]) -> None:
    """Change the number of unread messages by so many per account; in one statement; it never falls below nought."""
    if counts:
        change = Case(*[When(id=person_id, then=Value(n)) for person_id, n in counts.items()], output_field=IntegerField())
        Person.objects.filter(id__in=counts).update(unread=Greatest(F("unread") + change, 0))


def put(*, person_id: UUID, unread: int) -> None:
    """Set the number of unread messages of one account to what was counted."""
    Person.objects.filter(id=person_id).update(unread=unread)
