"""`manage.py doctor`: what is set, what is wrong, how to mend it."""

from typing import Any

from django.conf import settings as django
from django.core.management.base import BaseCommand, CommandError

from backend import env as environment
from backend.kernel import clock, doctor

SIGNS = {doctor.OK: "  ok  ", doctor.WARNING: " WARN ", doctor.FAILURE: " FAIL "}


DERIVED = ("VAR_DIR", "STORAGE_URL", "SMS_URL", "RECEIPT_KEY_FILE", "AUDIT_KEY_FILE", "PUBLIC_URL", "RATE_SCALE")


def _in_force(name: str, settings: environment.Env) -> object:
    """Return the value that is used, also where it follows from others because nobody set it."""
    if name == "DATABASE_URL" and not settings.DATABASE_URL:
        return f"sqlite:///{django.DATABASES['default']['NAME']}"
    return getattr(django, name) if name in DERIVED else getattr(settings, name)


class Command(BaseCommand):
    help = "检查设置、数据库、队列、存储、字体、时钟、节假日表 / check the installation"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        settings = environment.load()
        for name in type(settings).model_fields:
            self.stdout.write(f"{name:<18}{environment.shown(name, _in_force(name, settings)):<48} {settings.source(name)}")
        failures = 0
        for finding in doctor.examine(clock.now()):
            self.stdout.write(f"[{SIGNS[finding.state]}] {finding.name}: {finding.said}")
            if finding.mend:
                self.stdout.write(f"         → {finding.mend}")
            failures += finding.state == doctor.FAILURE
        if failures:
            raise CommandError(f"{failures} 项不通过 / {failures} failure(s)")
