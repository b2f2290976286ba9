"""`manage.py sample_documents`: print one sample of each official document into docs/documents."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from inspections.documents import dossiers, pages, printing, samples
from inspections.policy.documents import DocumentKind


class Command(BaseCommand):
    help = "Print one sample of each official document (样张)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--into", type=Path, default=settings.BASE_DIR / "docs" / "documents")

    def handle(self, *args: Any, into: Path, **options: Any) -> None:
        into.mkdir(parents=True, exist_ok=True)
        for kind in DocumentKind:
            made = printing.printed(pages.page(samples.sheet(kind)))
            (into / f"{kind.value}.pdf").write_bytes(made)
            print(f"{kind.value}.pdf  {len(made)} bytes")
        made = printing.printed(dossiers.page(samples.case([samples.picture(n) for n in range(12)])))
        (into / "dossier.pdf").write_bytes(made)
        print(f"dossier.pdf  {len(made)} bytes")
        (into / "keys.json").write_text(json.dumps(samples.checking(), indent=1) + "\n")
