"""`manage.py demo`: loads the demo world, or changes nothing if it is loaded; prints it."""

import json
import os
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from backend.kernel import clock, lifeline, preparation
from demo import load, ready, show
from demo.history import make
from demo.models import World

TRIES, PAUSE_S = 20, 1.0


class Command(BaseCommand):
    help = "载入演示数据;已载入则不作改动 / load the demo world, or change nothing if it is loaded; print it"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="一行 JSON / one JSON object on the last line")
        parser.add_argument("--history", action="store_true", help="并补齐此前几个月的隐患历史 / make the months of history too")
        parser.add_argument("--if-empty", action="store_true", help="库中已有他人数据则不载入 / leave a database in use alone")
        parser.add_argument("--enterprises", type=int, default=load.ENTERPRISES, help="企业数 / how many beside A, B and C")
        parser.add_argument("--days", type=int, default=load.DAYS, help="历史天数 / days of history")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("生产环境不得载入演示数据 / the demo world is never loaded together with production settings")
        if parent := os.environ.pop("BIHUAN_PARENT", ""):
            lifeline.tie(parent=int(parent))
        if not preparation.migrated():
            preparation.prepare(at=clock.now())
        if options["if_empty"] and ready.taken():
            return
        world = self._load(options)
        if options["history"]:
            self._tell(world)
            return
        self.stdout.write(json.dumps(show.as_json(), ensure_ascii=False) if options["json"] else "\n".join(show.lines()))

    def _load(self, options: dict[str, Any]) -> World:
        """Load; somebody else's write lock is waited for."""
        for left in reversed(range(TRIES)):
            try:
                return load.load(at=clock.now(), enterprises=options["enterprises"], days=options["days"], say=self._say)
            except OperationalError:
                if not left:
                    raise
                time.sleep(PAUSE_S)
        raise AssertionError("unreachable")

    def _tell(self, world: World) -> None:
        """Make the history; whoever holds the database longer than it waits is waited for."""
        while True:
            try:
                make.make(World.objects.get(id=world.id), at=clock.now(), say=self._say)
            except OperationalError as error:
                self._say(f"稍候再试 / trying again: {error}")
                time.sleep(PAUSE_S)
            else:
                return

    def _say(self, line: str) -> None:
        print(f"演示数据 / demo: {line}", file=sys.stderr, flush=True)
