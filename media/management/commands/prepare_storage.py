"""`manage.py prepare_storage`: makes the bucket of STORAGE_URL unless it is there; on a disk there is nothing to make."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel.problems import Unavailable
from media.storage import store


class Command(BaseCommand):
    help = "建立对象存储的桶 / make the bucket that STORAGE_URL names"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            store().prepare()
        except Unavailable as error:
            # photos are parked meanwhile, so nobody has to wait for this
            why = error.detail or error.__cause__
            self.stderr.write(f"对象存储不可用,稍后再跑一次 / the object store does not answer, run this again: {why}")
        else:
            self.stdout.write("ok")
