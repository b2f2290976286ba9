"""`manage.py render_docs`: writes the pages that are drawn from the code; `--check` only says whether they are stale."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.kernel import pages_of_docs


class Command(BaseCommand):
    help = "由代码生成 docs/ 中的页面 / write the pages that are drawn from the code"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, exit 1 when a page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, text in pages_of_docs.rendered().items():
            file = settings.BASE_DIR / "docs" / name
            if file.exists() and file.read_text() == text:
                continue
            stale.append(name)
            if not options["check"]:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text)
        if stale and options["check"]:
            raise CommandError(f"stale, run `make docs`: {', '.join(stale)}")
        self.stdout.write(f"{len(stale)} page(s) written" if stale else "every page is up to date")
