"""Fills the change feed of a database whose ledger is older than the feed; changes nothing when run again."""

from django.core.management.base import BaseCommand

from sync.actions import rebuild


class Command(BaseCommand):
    help = "补登变更推送(台账早于该功能时用);重复运行不改变任何内容"

    def handle(self, **options: object) -> None:
        self.stdout.write(str(rebuild.fill()))
