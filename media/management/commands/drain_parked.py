"""`manage.py drain_parked`: moves what is parked on this disk into the object store now, and says how far it is."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.kernel import clock
from backend.kernel.problems import Unavailable
from media.actions import park
from media.storage import store

TOLD_EVERY = timedelta(seconds=5)
PAUSE_S = 1.0


class Command(BaseCommand):
    help = "立即把本机暂存的照片搬回对象存储 / move what is parked on this disk into the object store now"

    def add_arguments(self, parser: CommandParser) -> None:
        words = "此暂存区的磁盘已毁:列出随之丢失的照片 / that disk is gone: name the photos lost with it"
        parser.add_argument("--lost", type=UUID, metavar="PLACE", help=words)

    def handle(self, *args: Any, lost: UUID | None = None, **options: Any) -> None:
        if lost is None:
            self._drain()
            return
        if lost == store().place:
            raise CommandError("这是本机的暂存区 / this is the place of this very disk")
        for id in park.give_up(place=lost):
            self.stdout.write(str(id))

    def _drain(self) -> None:
        while True:
            try:
                whole = park.drain(now=clock.now, within=TOLD_EVERY)
            except Unavailable as error:
                left = store().waiting().blobs
                raise CommandError(f"对象存储不可用,还剩 {left} / the store does not answer, {left} left") from error
            left = store().waiting().blobs
            self.stdout.write(f"还剩 {left} / {left} left")
            if not left:
                return
            if whole:  # a worker is at it, or something came meanwhile
                time.sleep(PAUSE_S)
