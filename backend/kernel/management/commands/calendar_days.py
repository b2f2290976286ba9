"""`manage.py calendar_days FILE --source TEXT`: supply working days of a year from a CSV of `day,working`."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.kernel import clock, ledger, supplied_days
from backend.kernel.supplied_days import SuppliedDay

WORDS = {"1": True, "true": True, "班": True, "0": False, "false": False, "休": False}


class Command(BaseCommand):
    help = "导入调休安排 CSV(day,working:2027-01-01,休) / supply working days"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="the notice, e.g. 国办发明电〔2026〕7号")

    def handle(self, *args: Any, **options: Any) -> None:
        days = []
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                for number, row in enumerate(csv.DictReader(lines), start=2):
                    days.append(self._day(row, number))
        except OSError as error:
            raise CommandError(str(error)) from error
        if not days:
            raise CommandError("文件里没有日期 / the file names no day")
        count = supplied_days.supply(days, source=options["source"][:200], actor=ledger.SYSTEM, at=clock.now())
        self.stdout.write(f"{count} 天已导入 / days supplied")

    def _day(self, row: dict[str, str], number: int) -> SuppliedDay:
        try:
            return SuppliedDay(date.fromisoformat(row["day"].strip()), WORDS[row["working"].strip().lower()])
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise CommandError(f"第 {number} 行应为 day,working(如 2027-01-01,休) / line {number} does not fit: {row}") from error
