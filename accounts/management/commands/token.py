import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from accounts.actions import operator
from accounts.errors import PhoneInvalid
from accounts.models import Person
from accounts.policy import phones
from backend.kernel import clock

TRIES, PAUSE_S = 6, 1.0


class Command(BaseCommand):
    help = "Print a session token of full strength for the person with this phone number; noted in the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", nargs="+", help="in any spelling")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = phones.mobile(" ".join(options["phone"]))
        except PhoneInvalid as error:
            raise CommandError("这不是有效的手机号码 / not a mainland mobile number") from error
        person = Person.objects.filter(phone=number, is_active=True).first()
        if person is None:
            raise CommandError(f"没有手机号为 {number} 的有效账号 / nobody active has the number {number}")
        self.stdout.write(self._token(person))

    def _token(self, person: Person) -> str:
        """Return the token; on SQLite somebody else's write lock is waited for, as while the demo world fills up."""
        for left in reversed(range(TRIES)):
            try:
                return operator.token(person=person, at=clock.now())
            except OperationalError:
                if not left:
                    raise
                time.sleep(PAUSE_S)
        raise AssertionError("unreachable")
