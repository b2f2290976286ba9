from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import duties
from backend.kernel import clock
from backend.kernel.problems import Problem


class Command(BaseCommand):
    help = "Make the first administrator of this installation; refused once there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", nargs="+", help="in any spelling")
        parser.add_argument("--name", default="系统管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = duties.first_admin(phone=" ".join(options["phone"]), name=options["name"], at=clock.now())
        except Problem as problem:
            raise CommandError(f"{problem.message} / {problem.message_en}") from problem
        if person is None:
            raise CommandError("已有系统管理员,请由其开通其他账号 / there is an administrator already")
        self.stdout.write(f"{person.phone} {person.name}")
