"""`manage.py pilot`: 永嘉's five-colour trial in fast motion, in a database of its own that is thrown away.

A child process does it, with a fresh SQLite database in a temporary folder, or with `--database URL`, which has to be empty.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from demo.pilot import chart, run
from demo.pilot.run import Outcome, Size

PUBLISHED = (1017, 762, 255)


class Command(BaseCommand):
    help = "快进重演永嘉五色试点一年 / a year of the five-colour trial in fast motion, through the real actions"

    def add_arguments(self, parser: Any) -> None:
        usual = Size()
        parser.add_argument("--enterprises", type=int, default=usual.enterprises)
        parser.add_argument("--hazards", type=int, default=usual.hazards)
        parser.add_argument("--days", type=int, default=usual.days)
        parser.add_argument("--out", type=Path, default=None, help="where pilot.svg and pilot.png go; VAR_DIR unless said")
        parser.add_argument("--database", default="", help="URL of an empty database; else SQLite in a temporary folder")
        parser.add_argument("--here", action="store_true", help="in this process and its database, which has to be empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (1 <= options["enterprises"] <= 9999 and 0 <= options["hazards"] <= 50_000 and 40 <= options["days"] <= 366):
            raise CommandError("--enterprises 1..9999, --hazards 0..50000, --days 40..366")
        out = (options["out"] or Path(settings.VAR_DIR)).resolve()
        if options["here"]:
            self._here(Size(options["enterprises"], options["hazards"], options["days"]), out)
            return
        with tempfile.TemporaryDirectory(prefix="bihuan-pilot-") as folder:
            sizes = [f"--{name}={options[name]}" for name in ("enterprises", "hazards", "days")]
            given = {"VAR_DIR": folder, "DATABASE_URL": options["database"], "REDIS_URL": "", "DEMO": "0", "STORAGE_URL": ""}
            order = [sys.executable, sys.argv[0], "pilot", "--here", f"--out={out}", *sizes]
            code = subprocess.call(order, env={**os.environ, **given})  # noqa: S603 - ourselves, with numbers
        if code:
            raise CommandError(f"pilot: {code}")

    def _here(self, size: Size, out: Path) -> None:
        if connection.introspection.table_names():
            raise CommandError("数据库须为空 / the database has to be empty")
        run.quiet()
        call_command("migrate", verbosity=0)
        if connection.vendor == "sqlite":
            # thrown away afterwards, and nobody else checkpoints it
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
                cursor.execute("PRAGMA wal_autocheckpoint=2000")
        call_command("prepare")
        began = time.monotonic()
        outcome = run.run(size, say=self._progress)
        self._tell(outcome, time.monotonic() - began)
        out.mkdir(parents=True, exist_ok=True)
        (out / "pilot.svg").write_text(chart.as_svg(outcome))
        (out / "pilot.png").write_bytes(chart.as_png(outcome))
        self.stdout.write(f"{out / 'pilot.svg'}  {out / 'pilot.png'}")

    def _progress(self, line: str) -> None:
        self.stdout.write(line, ending="\n")
        self.stdout.flush()

    def _tell(self, outcome: Outcome, seconds: float) -> None:
        found = (outcome.improved, outcome.left_red, outcome.left_orange)
        names = ("改善 / improved", "离开红色 / left red", "离开橙色 / left orange")
        hazards = f"隐患 / hazards {outcome.hazards}(销号 / closed {outcome.closed})"
        entries = f"台账 / entries {outcome.entries},{seconds:.0f} s"
        self.stdout.write(f"企业 / enterprises {outcome.size.enterprises},{hazards},{entries}")
        for name, ours, theirs in zip(names, found, PUBLISHED, strict=True):
            self.stdout.write(f"{name}: {ours}(永嘉公布 / published {theirs})")
        self.stdout.write(f"起 / first: {outcome.first}")
        self.stdout.write(f"止 / last: {outcome.last}")
        if outcome.refused:
            self.stdout.write(f"被拒 / refused: {dict(outcome.refused)}")
