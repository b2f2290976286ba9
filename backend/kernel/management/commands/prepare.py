"""`manage.py prepare`: keys, tables, catalogue; what a deployment runs once before its servers start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from backend.kernel import clock, preparation
from backend.kernel.calendar import YearUnknown


class Command(BaseCommand):
    help = "准备密钥、数据表与目录数据 / prepare keys, tables and catalogue"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            preparation.prepare(at=clock.now())
        except (YearUnknown, OperationalError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("准备完成 / prepared")
